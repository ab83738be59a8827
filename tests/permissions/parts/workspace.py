"""One of each thing of a workspace; 가평군 made them, 남양주시 is the other party. Work has begun."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from dure.collaboration.workspace import actions
from dure.core import clock
from dure.core.ids import uuid7


def names(world: Any) -> dict[str, str]:
    by, other = world.viewers["officer"], world.viewers["other"]
    id = UUID(world.names["working_id"])
    today, now = clock.today(), clock.now()
    narrow = {"level": "partners", "reason": "deliberation", "review_on": today + timedelta(days=30)}

    def add(**more: Any) -> Any:
        fields = {"title": "의사 모집", "owner": by.body_id}
        return actions.task_add(by=by, id=id, task_id=uuid7(), fields=fields, **more)

    def call(title: str, hours: int) -> Any:
        fields = {
            "title": title,
            "place": "군청",
            "starts_at": now + timedelta(hours=hours),
            "ends_at": now + timedelta(hours=hours + 1),
            "bodies": [by.body_id, other.body_id],
        }
        return actions.meeting_call(by=by, id=id, meeting_id=uuid7(), fields=fields)

    point = actions.milestone_add(by=by, id=id, milestone_id=uuid7(), title="문 열기", due_on=today)
    fields = {"what": "진료실", "payer": by.body_id, "planned": 1000}
    line = actions.budget_line_add(by=by, id=id, line_id=uuid7(), fields=fields)
    spent = actions.spending_add(by=by, id=line.pk, spending_id=uuid7(), spent_on=today, amount=300)
    _key, token = actions.calendar_key_make(by=by, id=id)
    return {
        "task": str(add().pk),
        "inner_task": str(add(visibility=narrow).pk),
        "milestone": str(point.pk),
        "meeting": str(call("다음 모임", 48).pk),
        "past_meeting": str(call("지난 모임", -48).pk),
        "budget_line": str(line.pk),
        "spending": str(spent.pk),
        "calendar_token": token,
    }
