"""Tasks and milestones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.collaboration.models import Collaboration
from dure.collaboration.workspace import policy
from dure.collaboration.workspace.actions.common import begin, day, keep, known, locked, milestone_of, narrow
from dure.collaboration.workspace.models import Milestone, Task
from dure.core import clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer

LONGEST_TEXT = 4000


def task_add(
    *, by: Viewer, id: UUID, task_id: UUID, fields: Mapping[str, Any], visibility: Mapping[str, Any] | None = None
) -> Task:
    """Add a task: `fields` title, text, owner (body id), assignee (person id or None), due_on, milestone (id or None).

    A day that has passed is taken: work that is late is entered, too. The same `task_id` again changes nothing.
    Refused: not_allowed, conflict, invalid (with the field).
    """
    with transaction.atomic():
        collaboration = begin(by, id)
        made = known(Task, by, collaboration, task_id)
        if made:
            return made
        assert by.body_id
        task = Task(pk=task_id, collaboration=collaboration, body_id=by.body_id, person_id=by.person_id)
        _fill(by, collaboration, task, fields)
        task.save(force_insert=True)
        narrow(by, task, visibility)
        record(by=by, type="collaboration.task.added", subject=task.about, thing=task.urn, data=_who(task))
    return task


def task_change(*, by: Viewer, id: UUID, fields: Mapping[str, Any], version: int | None = None) -> Task:
    """Change a task; any party may. Refused `conflict` where somebody changed it since `version`."""
    with transaction.atomic():
        task = locked(Task, by, id, version)
        before, due = (task.title, task.text, task.owner_id, task.assignee_id, task.milestone_id), task.due_on
        assignee = task.assignee_id
        _fill(by, task.collaboration, task, fields, left_as_is=True)
        if (before, due) != (
            (task.title, task.text, task.owner_id, task.assignee_id, task.milestone_id),
            task.due_on,
        ):
            keep(task)
            data = _who(task) if task.assignee_id != assignee else {}
            record(by=by, type="collaboration.task.changed", subject=task.about, thing=task.urn, data=data)
    return task


def task_move(*, by: Viewer, id: UUID, to: str, reason: str = "", version: int | None = None) -> Task:
    """Put a task into another state. Dropping needs a reason; it can be read beside the task."""
    with transaction.atomic():
        task = locked(Task, by, id, version)
        if to not in Task.State.values:
            raise Refused("invalid", _("보기에서 골라 주세요."), "state")
        if to == task.state:
            return task
        dropping = to == Task.State.DROPPED
        missing = _("그만두는 까닭을 적어 주세요.") if dropping else ""
        text = tidy(reason, longest=300, field="reason", needed=missing, one_line=True)
        was = task.state
        _put(task, to, text if dropping else "")
        # Going back to a dropped task would need its reason again: that is a step of its own.
        task.moved_from = "" if was == Task.State.DROPPED else was
        task.moved_by_body, task.moved_at = by.body_id, clock.now()
        keep(task)
        record(
            by=by,
            type="collaboration.task.moved",
            subject=task.about,
            thing=task.urn,
            data={"from": was, "to": task.state},
        )
    return task


def task_move_undo(*, by: Viewer, id: UUID, version: int | None = None) -> Task:
    """Take the last move back, once. Refused `conflict` where there is none."""
    with transaction.atomic():
        task = locked(Task, by, id, version)
        if not task.moved_from:
            raise Refused("conflict", _("되돌릴 옮기기가 없습니다."))
        was = task.state
        _put(task, task.moved_from, "")
        task.moved_from, task.moved_by_body, task.moved_at = "", None, None
        keep(task)
        record(
            by=by,
            type="collaboration.task.undone",
            subject=task.about,
            thing=task.urn,
            data={"from": was, "to": task.state},
        )
    return task


def task_remind(*, id: UUID, on: date) -> bool:
    """Record once that an open task is due on `on`, for those who do it; whether it was not recorded before.

    The worker calls it each day: nobody acts.
    """
    with transaction.atomic():
        task = Task.objects.select_for_update(of=("self",)).filter(pk=id).select_related("collaboration").first()
        if task is None or not task.is_open or task.due_on != on or task.reminded_for == on:
            return False
        task.reminded_for = on
        task.save(update_fields=["reminded_for"])
        record(by=Viewer.anonymous(), type="collaboration.task.due", subject=task.about, thing=task.urn)
    return True


def _put(task: Task, state: str, reason: str) -> None:
    task.state, task.reason = state, reason
    task.done_at = clock.now() if state == Task.State.DONE else None


def _who(task: Task) -> dict[str, Any]:
    return {"owner": str(task.owner_id)} | ({"assignee": str(task.assignee_id)} if task.assignee_id else {})


def _fill(
    by: Viewer, collaboration: Collaboration, task: Task, fields: Mapping[str, Any], *, left_as_is: bool = False
) -> None:
    """`left_as_is`: an owner or person that is not changed is not asked again whether it still takes part."""
    owner, assignee = fields.get("owner"), fields.get("assignee")
    task.title = tidy(
        fields.get("title"), longest=120, field="title", needed=_("무엇을 하는지 적어 주세요."), one_line=True
    )
    task.text = tidy(fields.get("text"), longest=LONGEST_TEXT, field="text")
    same_owner = left_as_is and owner == task.owner_id
    if not same_owner:
        policy.must_be_a_party(collaboration, owner, "owner")
    if assignee is not None and not (same_owner and assignee == task.assignee_id):
        assert owner
        policy.must_act_there(owner, assignee, "assignee")
    assert owner
    task.owner_id, task.assignee_id = owner, assignee
    task.due_on = day(fields.get("due_on"), "due_on")
    milestone = fields.get("milestone")
    if not (left_as_is and milestone == task.milestone_id):
        task.milestone = milestone_of(by, collaboration, milestone)


def milestone_add(
    *, by: Viewer, id: UUID, milestone_id: UUID, title: str, due_on: date, visibility: Mapping[str, Any] | None = None
) -> Milestone:
    """Set a point to reach. Refused as `task_add`."""
    with transaction.atomic():
        collaboration = begin(by, id)
        made = known(Milestone, by, collaboration, milestone_id)
        if made:
            return made
        assert by.body_id
        row = Milestone(pk=milestone_id, collaboration=collaboration, body_id=by.body_id, person_id=by.person_id)
        _fill_milestone(row, title, due_on)
        row.save(force_insert=True)
        narrow(by, row, visibility)
        record(by=by, type="collaboration.milestone.added", subject=row.about, thing=row.urn)
    return row


def milestone_change(*, by: Viewer, id: UUID, title: str, due_on: date, version: int | None = None) -> Milestone:
    with transaction.atomic():
        row = locked(Milestone, by, id, version)
        before = (row.title, row.due_on)
        _fill_milestone(row, title, due_on)
        if before != (row.title, row.due_on):
            keep(row)
            record(by=by, type="collaboration.milestone.changed", subject=row.about, thing=row.urn)
    return row


def milestone_reach(*, by: Viewer, id: UUID, reached_on: date | None) -> Milestone:
    """Say on which day it was reached, or (None) that it is not reached yet."""
    with transaction.atomic():
        row = locked(Milestone, by, id)
        reached_on = day(reached_on, "reached_on")
        if reached_on is not None and reached_on > clock.today():
            raise Refused("invalid", _("아직 오지 않은 날입니다."), "reached_on")
        if reached_on != row.reached_on:
            row.reached_on = reached_on
            keep(row)
            record(
                by=by,
                type="collaboration.milestone.reached" if reached_on else "collaboration.milestone.reopened",
                subject=row.about,
                thing=row.urn,
            )
    return row


def _fill_milestone(row: Milestone, title: str, due_on: date) -> None:
    row.title = tidy(title, longest=120, field="title", needed=_("무엇에 이르는지 적어 주세요."), one_line=True)
    due = day(due_on, "due_on", needed=_("언제까지인지 정해 주세요."))
    assert due
    row.due_on = due
