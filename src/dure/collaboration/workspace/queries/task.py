"""Tasks and milestones as one viewer may read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.core.paginator import Page as NumberedPage
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from dure.collaboration.models import Collaboration
from dure.collaboration.workspace.models import Milestone, Task, Work
from dure.core import clock
from dure.core.keyset import Page
from dure.core.keyset import page as page_of
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld

A_PAGE = 50
A_COLUMN = 60
Thing = TypeVar("Thing", bound=Work)


@dataclass(frozen=True)
class TaskFilter:
    """What a person asked for. `state` is one of Task.State, open, or '' for all; `mine` needs a signed-in person."""

    q: str = ""
    party: UUID | None = None
    mine: bool = False
    overdue: bool = False
    state: str = ""
    milestone: UUID | None = None


@dataclass(frozen=True)
class TaskList:
    """One page of tasks; `closed` stands in the place of those this viewer may not read (the newest ones)."""

    page: NumberedPage[Task]
    closed: Sequence[Withheld]
    closed_count: int


@dataclass(frozen=True)
class Column:
    state: str
    label: str
    tasks: Sequence[Task]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.tasks)


def work_of(model: type[Thing], viewer: Viewer, collaboration: Collaboration, id: UUID) -> Thing:
    """The thing of this collaboration that the viewer may read, or Refused `not_found`, also where it is withheld."""
    rows = model.objects.visible_to(viewer).filter(pk=id, collaboration=collaboration)
    found: Thing | None = rows.select_related("collaboration", "body").first()
    if found is None:
        raise Refused("not_found", _("없는 것입니다."))
    return found


def _rows(viewer: Viewer, collaboration: Collaboration, wanted: TaskFilter) -> QuerySet[Any]:
    rows = Task.objects.visible_to(viewer).filter(collaboration=collaboration).filter(_conditions(viewer, wanted))
    return rows.select_related("owner", "assignee", "collaboration")


def _conditions(viewer: Viewer, wanted: TaskFilter) -> Q:
    q = Q()
    if wanted.q.strip():
        q &= Q(title__icontains=wanted.q.strip()) | Q(text__icontains=wanted.q.strip())
    if wanted.party:
        q &= Q(owner_id=wanted.party)
    if wanted.mine:
        q &= Q(assignee_id=viewer.person_id) | Q(assignee=None, owner_id=viewer.body_id)
    if wanted.state == "open" or wanted.overdue:
        q &= Q(state__in=[Task.State.TODO, Task.State.DOING])
    if wanted.overdue:
        q &= Q(due_on__lt=clock.today())
    if wanted.state in Task.State.values:
        q &= Q(state=wanted.state)
    if wanted.milestone:
        q &= Q(milestone_id=wanted.milestone)
    return q


ORDER = (F("due_on").asc(nulls_last=True), "created_at", "pk")


def task_list(viewer: Viewer, collaboration: Collaboration, wanted: TaskFilter, *, page: int = 1) -> TaskList:
    """What is due first comes first. Withheld tasks are counted whatever the filter: nothing of them is compared."""
    rows = _rows(viewer, collaboration, wanted).order_by(*ORDER)
    found = Paginator(rows, A_PAGE).get_page(page)
    found.object_list = with_milestones(viewer, collaboration, found.object_list)
    closed = Task.objects.filter(collaboration=collaboration).withheld_from(viewer)
    count = closed.count()
    shown = [row.withheld for row in closed.order_by("-created_at")[:5]] if count else []
    return TaskList(found, shown, count)


def board(viewer: Viewer, collaboration: Collaboration, wanted: TaskFilter) -> tuple[list[Column], TaskList]:
    """Three columns, and the withheld ones beside; dropped tasks stand in the list."""
    counts = dict(
        _rows(viewer, collaboration, wanted)
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
        .values_list("state", "n")
    )
    columns = []
    for state in (Task.State.TODO, Task.State.DOING, Task.State.DONE):
        rows = _rows(viewer, collaboration, wanted).filter(state=state)
        order = ("-done_at", "pk") if state == Task.State.DONE else ORDER
        columns.append((state, list(rows.order_by(*order)[:A_COLUMN])))
    milestone_of = _titles(viewer, collaboration)
    for _state, tasks in columns:
        _dress(tasks, milestone_of)
    closed = task_list(viewer, collaboration, TaskFilter(state="none"), page=1)
    return [Column(state, str(state.label), tasks, counts.get(state, 0)) for state, tasks in columns], closed


def every_task(viewer: Viewer, collaboration: Collaboration, wanted: TaskFilter) -> Iterator[Task]:
    """All tasks of the list, for a file."""
    milestone_of = _titles(viewer, collaboration)
    for task in _rows(viewer, collaboration, wanted).order_by(*ORDER).iterator(chunk_size=500):
        _dress([task], milestone_of)
        yield task


def withheld_tasks(viewer: Viewer, collaboration: Collaboration) -> list[Withheld]:
    return [row.withheld for row in Task.objects.filter(collaboration=collaboration).withheld_from(viewer)]


def task_keyset(
    viewer: Viewer, collaboration: Collaboration, wanted: TaskFilter, *, after: str, limit: int
) -> Page[Any]:
    """For programs: newest first, paged by key."""
    rows = _rows(viewer, collaboration, wanted)
    return page_of(rows, order=("-created_at", "-id"), after=after, limit=limit, name="tasks")


def with_milestones(viewer: Viewer, collaboration: Collaboration, tasks: Iterable[Task]) -> list[Task]:
    """The tasks, each with `shown_milestone`: the one it belongs to, None where that is withheld from this viewer."""
    return _dress(list(tasks), _titles(viewer, collaboration))


def _titles(viewer: Viewer, collaboration: Collaboration) -> dict[UUID, Milestone]:
    return {row.pk: row for row in Milestone.objects.visible_to(viewer).filter(collaboration=collaboration)}


def _dress(tasks: list[Task], milestone_of: dict[UUID, Milestone]) -> list[Task]:
    for task in tasks:
        task.shown_milestone = milestone_of.get(task.milestone_id) if task.milestone_id else None  # type: ignore[attr-defined]
    return tasks


def open_count(viewer: Viewer, collaboration: Collaboration) -> int | None:
    """Open tasks, for the tab; None where there are none."""
    rows = Task.objects.visible_to(viewer).filter(collaboration=collaboration)
    return rows.filter(state__in=[Task.State.TODO, Task.State.DOING]).count() or None


def milestones(viewer: Viewer, collaboration: Collaboration) -> tuple[list[Milestone], list[Withheld]]:
    """The milestones by day, each with `tasks_all` and `tasks_done` of the tasks this viewer sees (dropped ones are
    not counted), and what stands in the place of withheld ones."""
    rows = Milestone.objects.filter(collaboration=collaboration)
    found = list(rows.visible_to(viewer).select_related("collaboration").order_by("due_on", "pk"))
    tasks = Task.objects.visible_to(viewer).filter(collaboration=collaboration, milestone__isnull=False)
    counted = {
        row["milestone"]: row
        for row in tasks.exclude(state=Task.State.DROPPED)
        .order_by()
        .values("milestone")
        .annotate(all=Count("pk"), done=Count("pk", filter=Q(state=Task.State.DONE)))
    }
    for one in found:
        numbers = counted.get(one.pk, {"all": 0, "done": 0})
        one.tasks_all, one.tasks_done = numbers["all"], numbers["done"]  # type: ignore[attr-defined]
        one.is_late = one.reached_on is None and one.due_on < clock.today()  # type: ignore[attr-defined]
    return found, [row.withheld for row in rows.withheld_from(viewer)]
