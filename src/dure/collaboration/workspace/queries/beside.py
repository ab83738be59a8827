"""The first page of the workspace, its files and its calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from dure.bodies.models import Membership
from dure.collaboration import parties
from dure.collaboration.models import Collaboration
from dure.collaboration.workspace.models import BudgetLine, CalendarKey, Meeting, Milestone, Task
from dure.collaboration.workspace.queries.money import Budget, budget
from dure.collaboration.workspace.queries.task import ORDER, TaskFilter, _rows, milestones, with_milestones
from dure.core import clock, tokens
from dure.core.attachments import list_for
from dure.core.models import Attachment
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld

KEPT_IN_CALENDAR = timedelta(days=366)
MOST_IN_CALENDAR = 1000


@dataclass(frozen=True)
class Overview:
    next_meeting: Meeting | None
    mine: Sequence[Task]
    mine_more: bool
    open_tasks: int
    overdue: int
    done: int
    milestones: Sequence[Milestone]
    closed_milestones: Sequence[Withheld]
    budget: Budget


def overview(viewer: Viewer, collaboration: Collaboration) -> Overview:
    """`mine` are the open tasks of the viewer's body; for everybody else those that are due next."""
    now, today = clock.now(), clock.today()
    meeting = (
        Meeting.objects.visible_to(viewer)
        .filter(collaboration=collaboration, ends_at__gt=now, cancelled_at=None)
        .select_related("collaboration")
        .order_by("starts_at", "pk")
        .first()
    )
    own = viewer.body_id if parties.is_party(viewer, collaboration) else None
    rows = _rows(viewer, collaboration, TaskFilter(party=own, state="open"))
    mine = list(rows.order_by(*ORDER)[:9])
    tasks = Task.objects.visible_to(viewer).filter(collaboration=collaboration)
    states = list(tasks.values_list("state", "due_on"))
    still = [due for state, due in states if state in (Task.State.TODO, Task.State.DOING)]
    found, closed = milestones(viewer, collaboration)
    return Overview(
        next_meeting=meeting,
        mine=with_milestones(viewer, collaboration, mine[:8]),
        mine_more=len(mine) > 8,
        open_tasks=len(still),
        overdue=sum(due is not None and due < today for due in still),
        done=sum(state == Task.State.DONE for state, _due in states),
        milestones=found,
        closed_milestones=closed,
        budget=budget(viewer, collaboration),
    )


def withheld_counts(viewer: Viewer, collaboration: Collaboration) -> dict[str, int]:
    """How many things of each kind this viewer may know of, but not read."""
    models = {"tasks": Task, "milestones": Milestone, "meetings": Meeting, "budget": BudgetLine}
    return {
        name: model.objects.filter(collaboration=collaboration).withheld_from(viewer).count()
        for name, model in models.items()
    }


@dataclass(frozen=True)
class FileGroup:
    """Files of one name: the newest, and its earlier versions, newest first."""

    name: str
    newest: Attachment
    number: int
    older: Sequence[Attachment]


def file_groups(viewer: Viewer, collaboration: Collaboration) -> tuple[list[FileGroup], list[Withheld]]:
    seen, closed = list_for(collaboration.urn, viewer)
    by_name: dict[str, list[Attachment]] = {}
    for row in reversed(seen):
        by_name.setdefault(row.name, []).append(row)
    return [FileGroup(name, rows[0], len(rows), rows[1:]) for name, rows in by_name.items()], closed


def calendar_rows(viewer: Viewer, collaboration: Collaboration) -> tuple[list[Meeting], list[Milestone], list[Task]]:
    """What a calendar shows: meetings (cancelled ones too, so that they go from calendars), milestones, open tasks
    with a day; of the last year and all that comes."""
    edge = clock.today() - KEPT_IN_CALENDAR
    meetings = Meeting.objects.visible_to(viewer).filter(collaboration=collaboration, starts_at__date__gte=edge)
    points = Milestone.objects.visible_to(viewer).filter(collaboration=collaboration, due_on__gte=edge)
    tasks = Task.objects.visible_to(viewer).filter(
        collaboration=collaboration, due_on__gte=edge, state__in=[Task.State.TODO, Task.State.DOING]
    )
    related = ("collaboration__call",)
    return (
        list(meetings.select_related(*related).prefetch_related("agenda").order_by("starts_at")[:MOST_IN_CALENDAR]),
        list(points.select_related(*related).order_by("due_on")[:MOST_IN_CALENDAR]),
        list(tasks.select_related(*related, "owner").order_by("due_on")[:MOST_IN_CALENDAR]),
    )


def calendar_key_of(viewer: Viewer, collaboration: Collaboration) -> CalendarKey | None:
    if viewer.person_id is None or viewer.body_id is None:
        return None
    return CalendarKey.objects.filter(
        collaboration=collaboration, body_id=viewer.body_id, person_id=viewer.person_id, ended_at=None
    ).first()


def viewer_of_calendar(token: str, collaboration: Collaboration) -> Viewer:
    """Whoever a secret calendar address stands for, as that person may read today: refused `not_found` once the key
    has ended, the person no longer belongs to the body, or the body is no longer a party."""
    gone = Refused("not_found", _("이런 달력 주소가 없습니다. 주소를 끝까지 옮겼는지 보아 주세요."))
    row = CalendarKey.objects.filter(
        token_hash=tokens.token_hash(token), collaboration=collaboration, ended_at=None, person__is_active=True
    ).first()
    if row is None:
        raise gone
    rows = Membership.objects.valid_on(clock.today()).filter(person_id=row.person_id, body_id=row.body_id)
    role = rows.values_list("role", flat=True).first()
    viewer = Viewer.person(row.person_id, row.body_id, role) if role else Viewer.anonymous()  # type: ignore[arg-type]
    if not role or not parties.is_party(viewer, collaboration):
        raise gone
    return viewer


def token_of(key: CalendarKey | None) -> str:
    return tokens.token_of("calendar", key.pk) if key else ""
