"""What waits for a body's officers: 오늘의 일."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.rooms import DeskItem
from dure.core.viewer import Viewer
from dure.resources.models import Booking, Objection
from dure.resources.when import midnight, moment, say_booking

State = Booking.State
MOST = 100


def desk_items(viewer: Viewer) -> Iterable[DeskItem]:
    """Requests to answer, hand-overs of today, what should be back, objections of the other side."""
    if not viewer.may_act_for(viewer.body_id):
        return
    now = clock.now()
    tonight = moment(midnight(clock.today()) + timedelta(days=1))
    rows = Booking.objects.visible_to(viewer).select_related("resource", "body")
    ours = rows.filter(resource__body_id=viewer.body_id)
    yield from _items(
        ours.filter(state=State.ASKED, ends_at__gt=now), _("예약 청함"), _("빌려줄지 답해 주세요."), "starts_at"
    )
    yield from _items(
        ours.filter(state=State.CONFIRMED, starts_at__lt=tonight),
        _("넘겨줄 것"),
        _("넘겨준 뒤 적어 주세요. 오지 않았으면 그렇게 적습니다."),
        "starts_at",
    )
    late = rows.filter(state=State.LENT, ends_at__lt=tonight)
    yield from _items(
        late.filter(resource__body_id=viewer.body_id), _("돌려받을 것"), _("돌려받은 뒤 상태를 적어 주세요."), "ends_at"
    )
    yield from _items(
        late.filter(body_id=viewer.body_id).exclude(resource__body_id=viewer.body_id),
        _("돌려줄 것"),
        _("돌려주거나, 더 쓰려면 늘려 주세요."),
        "ends_at",
    )
    yield from _objections(viewer)


def _items(rows: QuerySet[Booking], kind: str, why: str, due: str) -> Iterator[DeskItem]:
    for row in rows.order_by(due, "pk")[:MOST]:
        yield DeskItem(
            title=row.resource.title,
            url=row.get_absolute_url(),
            kind=kind,
            state=_("늦음") if row.is_overdue else f"{row.body.name} · {say_booking(row)}",
            why=why,
            due=getattr(row, due),
            since=row.created_at,
        )


def _objections(viewer: Viewer) -> Iterator[DeskItem]:
    where: Any = Q(booking__resource__body_id=viewer.body_id, seen_at=None)
    rows = Objection.objects.filter(where).select_related("booking__resource", "booking__body").order_by("at")
    for row in rows[:MOST]:
        yield DeskItem(
            title=row.booking.resource.title,
            url=row.booking.get_absolute_url(),
            kind=_("붙인 말"),
            state=row.booking.body.name,
            why=_("우리 기록에 다른 말을 붙였습니다. 두 말이 함께 남습니다."),
            since=row.at,
        )
