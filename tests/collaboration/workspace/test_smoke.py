from datetime import timedelta

import pytest

from dure.collaboration.workspace import actions
from dure.core import clock
from dure.core.ids import uuid7
from tests.collaboration.world import client_of


@pytest.mark.django_db
def test_all_pages_open(world):
    c = world.together(stage="working")
    by = world.asker
    point = actions.milestone_add(by=by, id=c.pk, milestone_id=uuid7(), title="문 열기", due_on=clock.today())
    task = actions.task_add(
        by=by, id=c.pk, task_id=uuid7(), fields={"title": "일", "owner": by.body_id, "milestone": point.pk}
    )
    actions.task_move(by=by, id=task.pk, to="doing")
    now = clock.now()
    fields = {"title": "모임", "place": "군청", "starts_at": now + timedelta(days=1), "ends_at": now + timedelta(days=2)}
    fields |= {"bodies": [by.body_id], "agenda": [{"text": "하나", "body": by.body_id}]}
    meeting = actions.meeting_call(by=by, id=c.pk, meeting_id=uuid7(), fields=fields)
    line = actions.budget_line_add(
        by=by, id=c.pk, line_id=uuid7(), fields={"what": "차", "payer": by.body_id, "planned": 100}
    )
    spent = actions.spending_add(by=by, id=line.pk, spending_id=uuid7(), spent_on=clock.today(), amount=120)
    base = f"/collaborations/{c.receipt}/workspace/"
    urls = ["", "tasks/", "tasks/list/", f"tasks/{task.pk}/", f"tasks/{task.pk}/change/", f"tasks/{task.pk}/drop/"]
    urls += [f"tasks/add/{uuid7()}/", f"milestones/add/{uuid7()}/", f"milestones/{point.pk}/change/"]
    urls += [f"milestones/{point.pk}/reach/", "meetings/", f"meetings/call/{uuid7()}/", f"meetings/{meeting.pk}/"]
    urls += [f"meetings/{meeting.pk}/{x}" for x in ("change/", "cancel/", "attended/", "minutes/", "meeting.ics")]
    urls += ["budget/", f"budget/add/{uuid7()}/", f"budget/{line.pk}/", f"budget/{line.pk}/change/"]
    urls += [f"budget/{line.pk}/spend/", f"budget/{line.pk}/strike/{spent.pk}/", "files/", "files/add/"]
    urls += ["calendar.ics", "calendar/", "tasks/list.csv", "budget/list.csv", f"visibility/task/{task.pk}/"]
    client = client_of(by)
    for url in urls:
        assert client.get(base + url).status_code == 200, url
