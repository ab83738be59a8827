"""The workspace by API: the same queries and actions as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query

from dure.collaboration.api import BodyName, WithheldOut
from dure.collaboration.queries import access
from dure.collaboration.workspace import actions, queries
from dure.collaboration.workspace.models import Meeting, Milestone, Task
from dure.core.api import PageOf, Paging, Router, Schema, answers, paged
from dure.core.ids import uuid7

router = Router(tags=["workspace"])
State = Literal["todo", "doing", "done", "dropped"]


class TaskOut(Schema):
    """A task. `version` grows with each change; `withheld` says where only the parties read it."""

    id: UUID
    title: str
    text: str
    owner: BodyName
    due_on: date | None
    milestone: UUID | None
    state: State
    reason: str
    done_at: datetime | None
    version: int
    url: str
    withheld: WithheldOut | None


class MilestoneOut(Schema):
    """A milestone; `tasks` counts the tasks of it that this key sees, without dropped ones."""

    id: UUID
    title: str
    due_on: date
    reached_on: date | None
    tasks: int
    tasks_done: int
    withheld: WithheldOut | None


class AgendaOut(Schema):
    number: int
    text: str
    body: BodyName | None


class MeetingOut(Schema):
    id: UUID
    title: str
    place: str
    link: str
    starts_at: datetime
    ends_at: datetime
    bodies: list[BodyName]
    cancelled_at: datetime | None
    cancel_reason: str
    has_minutes: bool
    url: str
    withheld: WithheldOut | None


class MeetingWhole(MeetingOut):
    agenda: list[AgendaOut]
    minutes: str
    decisions: list[str]


class BudgetLineOut(Schema):
    """What is planned and spent, in whole won; `left` is below nought where more was spent than planned."""

    id: UUID
    what: str
    payer: BodyName
    milestone: UUID | None
    planned: int
    spent: int
    left: int
    withheld: WithheldOut | None


class TaskIn(Schema):
    id: UUID | None = Field(None, description="Chosen by the client, so that a repeated request adds once.")
    title: str = Field(min_length=1, max_length=120)
    text: str = Field("", max_length=4000)
    owner: UUID = Field(description="The id of a party.")
    due_on: date | None = None
    milestone: UUID | None = None


class MoveIn(Schema):
    to: State
    reason: str = Field("", max_length=300, description="Needed for `dropped`.")
    version: int | None = Field(None, description="Refused 409 where the task was changed since this version.")


class WithheldCounts(Schema):
    """How many things of each kind this key may know of, but not read."""

    tasks: int
    milestones: int
    meetings: int
    budget: int


class TaskQuery(Paging):
    state: Literal["open", "todo", "doing", "done", "dropped"] | None = None
    owner: UUID | None = None
    overdue: bool = False


@router.get("/{receipt}/tasks", response=answers(PageOf[TaskOut], 404), summary="Its tasks, newest first")
def tasks(request: HttpRequest, receipt: str, query: Query[TaskQuery]) -> Any:
    collaboration = access(request.viewer, receipt)
    wanted = queries.TaskFilter(state=query.state or "", party=query.owner, overdue=query.overdue)
    found = queries.task_keyset(request.viewer, collaboration, wanted, after=query.after, limit=query.limit)
    rows = queries.with_milestones(request.viewer, collaboration, found.items)
    return paged(found, [_task(request, row) for row in rows])


@router.get("/{receipt}/tasks/{id}", response=answers(TaskOut, 404), summary="One task")
def task(request: HttpRequest, receipt: str, id: UUID) -> Any:
    return _one_task(request, receipt, id)


@router.post("/{receipt}/tasks", response=answers(TaskOut, 403, 404, 409, status=201), summary="Add a task")
def add(request: HttpRequest, receipt: str, data: TaskIn) -> Any:
    collaboration = access(request.viewer, receipt)
    made = actions.task_add(
        by=request.viewer, id=collaboration.pk, task_id=data.id or uuid7(), fields=data.model_dump(exclude={"id"})
    )
    return 201, _one_task(request, receipt, made.pk)


@router.post("/{receipt}/tasks/{id}/move", response=answers(TaskOut, 403, 404, 409), summary="Move a task")
def move(request: HttpRequest, receipt: str, id: UUID, data: MoveIn) -> Any:
    queries.work_of(Task, request.viewer, access(request.viewer, receipt), id)
    actions.task_move(by=request.viewer, id=id, **data.model_dump())
    return _one_task(request, receipt, id)


@router.get("/{receipt}/milestones", response=answers(PageOf[MilestoneOut], 404), summary="Its milestones, by day")
def milestones(request: HttpRequest, receipt: str) -> Any:
    found, _closed = queries.milestones(request.viewer, access(request.viewer, receipt))
    return {"items": [_milestone(row) for row in found], "next": None}


@router.get("/{receipt}/meetings", response=answers(PageOf[MeetingOut], 404), summary="Its meetings, latest first")
def meetings(request: HttpRequest, receipt: str, query: Query[Paging]) -> Any:
    collaboration = access(request.viewer, receipt)
    found = queries.meeting_keyset(request.viewer, collaboration, after=query.after, limit=query.limit)
    return paged(found, [_meeting(request, row) for row in found.items])


@router.get("/{receipt}/meetings/{id}", response=answers(MeetingWhole, 404), summary="One meeting with its minutes")
def meeting(request: HttpRequest, receipt: str, id: UUID) -> Any:
    found = queries.work_of(Meeting, request.viewer, access(request.viewer, receipt), id)
    page = queries.meeting_page(request.viewer, found)
    agenda = [{"number": one.number, "text": one.text, "body": _body(one.body)} for one in page.agenda]
    decisions = [link.urn for link in page.decisions]
    return _meeting(request, found) | {"agenda": agenda, "minutes": found.minutes, "decisions": decisions}


@router.get("/{receipt}/budget", response=answers(PageOf[BudgetLineOut], 404), summary="Its budget lines")
def budget(request: HttpRequest, receipt: str) -> Any:
    found = queries.budget(request.viewer, access(request.viewer, receipt))
    items = [
        {
            "id": view.row.pk,
            "what": view.row.what,
            "payer": _body(view.row.payer),
            "milestone": view.milestone.pk if view.milestone else None,
            "planned": view.sums.planned,
            "spent": view.sums.spent,
            "left": view.sums.left,
            "withheld": _withheld(view.row),
        }
        for view in found.lines
    ]
    return {"items": items, "next": None}


@router.get("/{receipt}/workspace/withheld", response=answers(WithheldCounts, 404), summary="What is withheld, counted")
def withheld(request: HttpRequest, receipt: str) -> Any:
    return queries.withheld_counts(request.viewer, access(request.viewer, receipt))


def _one_task(request: HttpRequest, receipt: str, id: UUID) -> dict[str, Any]:
    collaboration = access(request.viewer, receipt)
    found = queries.work_of(Task, request.viewer, collaboration, id)
    return _task(request, queries.with_milestones(request.viewer, collaboration, [found])[0])


def _withheld(row: Any) -> dict[str, Any] | None:
    return row.withheld.as_dict() if row.withheld else None


def _body(body: Any) -> dict[str, Any] | None:
    return {"id": body.pk, "slug": body.slug, "name": body.name} if body else None


def _task(request: HttpRequest, row: Any) -> dict[str, Any]:
    names = ("title", "text", "due_on", "state", "reason", "done_at", "version")
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in names},
        "owner": _body(row.owner),
        "milestone": row.shown_milestone.pk if row.shown_milestone else None,
        "url": request.build_absolute_uri(row.get_absolute_url()),
        "withheld": _withheld(row),
    }


def _milestone(row: Milestone) -> dict[str, Any]:
    return {
        "id": row.pk,
        "title": row.title,
        "due_on": row.due_on,
        "reached_on": row.reached_on,
        "tasks": row.tasks_all,  # type: ignore[attr-defined]
        "tasks_done": row.tasks_done,  # type: ignore[attr-defined]
        "withheld": _withheld(row),
    }


def _meeting(request: HttpRequest, row: Meeting) -> dict[str, Any]:
    names = ("title", "place", "link", "starts_at", "ends_at", "cancelled_at", "cancel_reason")
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in names},
        "bodies": [_body(one.body) for one in row.invited.all()],
        "has_minutes": bool(row.minutes),
        "url": request.build_absolute_uri(row.get_absolute_url()),
        "withheld": _withheld(row),
    }
