"""What of the common work waits for a body's officers: 오늘의 일."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from dure.collaboration.models import TOGETHER
from dure.collaboration.parties import together_with
from dure.collaboration.workspace.models import Attendance, Meeting, Task
from dure.core import clock
from dure.core.rooms import DeskItem
from dure.core.viewer import Viewer

SOON = timedelta(days=7)
MOST = 30


def desk_items(viewer: Viewer) -> Iterable[DeskItem]:
    """Tasks of the body that are due within a week, meetings without the person's answer, meetings without minutes."""
    if not viewer.may_act_for(viewer.body_id):
        return
    yield from _tasks(viewer)
    yield from _meetings(viewer)
    yield from _minutes(viewer)


def _tasks(viewer: Viewer) -> Iterator[DeskItem]:
    today = clock.today()
    rows = Task.objects.visible_to(viewer).filter(
        owner_id=viewer.body_id,
        state__in=[Task.State.TODO, Task.State.DOING],
        due_on__lte=today + SOON,
        collaboration__stage__in=TOGETHER,
    )
    for row in rows.select_related("collaboration__call").order_by("due_on", "pk")[:MOST]:
        yield DeskItem(
            title=row.title,
            url=row.get_absolute_url(),
            kind=_("협업의 할 일"),
            state=_("기한이 지남") if row.is_overdue else str(row.get_state_display()),
            why=row.collaboration.call.title,
            due=row.due_on,
            since=row.created_at,
        )


def _mine(viewer: Viewer) -> Iterable[Meeting]:
    assert viewer.body_id
    rows = Meeting.objects.visible_to(viewer).filter(
        invited__body_id=viewer.body_id, cancelled_at=None, collaboration__in=together_with(viewer.body_id)
    )
    rows = rows.filter(collaboration__stage__in=TOGETHER)
    return rows.select_related("collaboration__call")


def _meetings(viewer: Viewer) -> Iterator[DeskItem]:
    if viewer.person_id is None:
        return
    answered = Attendance.objects.filter(person_id=viewer.person_id).exclude(answer="").values("meeting")
    rows = _mine(viewer).filter(ends_at__gt=clock.now()).exclude(pk__in=answered)  # type: ignore[attr-defined]
    for row in rows.order_by("starts_at", "pk")[:MOST]:
        yield DeskItem(
            title=row.title,
            url=row.get_absolute_url(),
            kind=_("회의"),
            state=_("참석 여부를 아직 답하지 않음"),
            why=row.collaboration.call.title,
            due=row.starts_at,
            since=row.created_at,
        )


def _minutes(viewer: Viewer) -> Iterator[DeskItem]:
    rows = _mine(viewer).filter(ends_at__lte=clock.now(), minutes="", body_id=viewer.body_id)  # type: ignore[attr-defined]
    for row in rows.order_by("ends_at", "pk")[:MOST]:
        yield DeskItem(
            title=row.title,
            url=reverse("workspace:minutes", args=[row.collaboration.receipt, row.pk]),
            kind=_("회의록"),
            state=_("아직 적지 않음"),
            why=row.collaboration.call.title,
            since=row.ends_at,
        )
