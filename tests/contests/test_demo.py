"""The demonstration shows every state, and can be loaded again."""

from __future__ import annotations

from typing import Any

import pytest

from dure.bodies.demo import demo as demo_bodies
from dure.contests.demo import demo, demo_id
from dure.contests.models import Contest, Sheet
from dure.contests.queries import became_of_selected, missing_of
from dure.core.demo import make_people
from dure.core.viewer import Viewer
from tests.contests import recompute


@pytest.mark.slow
@pytest.mark.everywhere
@pytest.mark.django_db
def test_the_demonstration(settings: Any) -> None:
    settings.DEMO = True
    settings.DEMO_PASSWORD = "a long demo pass phrase 77"

    def progress(done: int, total: int | None, note: str) -> None:
        pass

    make_people()
    demo_bodies(progress)
    demo(progress)
    demo(progress)
    assert dict(Contest.objects.values_list("pk", "state")) == {
        demo_id("open"): "open",
        demo_id("judging"): "judging",
        demo_id("published"): "published",
    }
    published = Contest.objects.get(pk=demo_id("published"))
    recompute.check(published.result)
    anybody = Viewer.anonymous()
    assert [report.year for report in missing_of(anybody, published)] == [2]
    assert sorted(one.accepted for one in became_of_selected(anybody)) == [1, 2]
    assert Sheet.objects.filter(entry__contest=demo_id("judging")).count() == 3
