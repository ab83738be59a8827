"""The demonstration shows every state of the workspace, and is made once."""

from __future__ import annotations

import pytest
from django.test import Client

from dure.bodies import demo as bodies
from dure.collaboration import demo as collaborations
from dure.collaboration.models import Collaboration
from dure.collaboration.workspace import demo as workspace
from dure.collaboration.workspace import queries
from dure.collaboration.workspace.models import Meeting, Task
from dure.core import demo as people
from dure.core.events import deliver_due
from dure.core.viewer import Viewer


def quiet(done: int, total: int | None, note: str) -> None:
    """Nobody listens."""


@pytest.mark.slow
@pytest.mark.everywhere
@pytest.mark.django_db
def test_the_demonstration(settings):
    settings.DEMO = True
    people.make_people(quiet)
    bodies.demo(quiet)
    collaborations.demo(quiet)
    for _twice in range(2):
        workspace.demo(quiet)
    while deliver_due():
        pass
    c = Collaboration.objects.get(pk=collaborations.demo_id("clinic"))
    tasks = list(Task.objects.filter(collaboration=c))
    assert {task.state for task in tasks} == set(Task.State.values)
    assert any(task.is_overdue for task in tasks)
    assert Meeting.objects.filter(collaboration=c).count() == 2
    assert Meeting.objects.filter(collaboration=collaborations.demo_id("meals")).count() == 1
    found = queries.budget(Viewer.anonymous(), c)
    assert any(view.sums.over for view in found.lines)
    for name in ("", "tasks/", "meetings/", "budget/", "files/"):
        assert Client().get(f"/collaborations/{c.receipt}/workspace/{name}").status_code == 200
