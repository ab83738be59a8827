"""Short ways to make the things of a workspace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dure.collaboration.models import Collaboration
from dure.collaboration.workspace import actions
from dure.collaboration.workspace.models import BudgetLine, Meeting, Milestone, Task
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer


def narrow() -> dict[str, Any]:
    return {"level": "partners", "reason": "deliberation", "review_on": clock.today() + timedelta(days=30)}


def task(by: Viewer, c: Collaboration, title: str = "의사 모집", *, visibility: Any = None, **fields: Any) -> Task:
    fields = {"title": title, "owner": by.body_id, **fields}
    return actions.task_add(by=by, id=c.pk, task_id=uuid7(), fields=fields, visibility=visibility)


def milestone(by: Viewer, c: Collaboration, title: str = "문 열기", days: int = 10, **more: Any) -> Milestone:
    due = clock.today() + timedelta(days=days)
    return actions.milestone_add(by=by, id=c.pk, milestone_id=uuid7(), title=title, due_on=due, **more)


def meeting(by: Viewer, c: Collaboration, hours: float = 48, *, visibility: Any = None, **fields: Any) -> Meeting:
    return actions.meeting_call(
        by=by, id=c.pk, meeting_id=uuid7(), fields=meeting_fields(by, hours, **fields), visibility=visibility
    )


def meeting_fields(by: Viewer, hours: float = 48, **fields: Any) -> dict[str, Any]:
    at = clock.now() + timedelta(hours=hours)
    return {
        "title": "첫 모임",
        "place": "가람군청",
        "starts_at": at,
        "ends_at": at + timedelta(hours=2),
        "bodies": [by.body_id],
        "agenda": [{"text": "여는 날", "body": by.body_id}],
        **fields,
    }


def line(by: Viewer, c: Collaboration, planned: int = 1000, *, visibility: Any = None, **fields: Any) -> BudgetLine:
    fields = {"what": "진료실", "payer": by.body_id, "planned": planned, **fields}
    return actions.budget_line_add(by=by, id=c.pk, line_id=uuid7(), fields=fields, visibility=visibility)


def spend(by: Viewer, of: BudgetLine, amount: int, **more: Any) -> Any:
    return actions.spending_add(by=by, id=of.pk, spending_id=uuid7(), spent_on=clock.today(), amount=amount, **more)
