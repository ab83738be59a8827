"""Bookings: one, and those of a body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.core import clock
from dure.core.attachments import address_of, list_for
from dure.core.links import Link, resolve_one
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.resources import policy
from dure.resources.actions.booking import free_until
from dure.resources.models import HOLDING, Booking, LedgerEntry, Objection, Resource

A_PAGE = 30
SIDES = ("ours", "lent")
State = Booking.State


@dataclass(frozen=True)
class BookingView:
    """A booking with what the viewer may do with it. `owner` and `borrower`: acts for that side; `inside`: belongs to
    one of the two bodies and reads which officers handed over and took back."""

    row: Booking
    owner: bool
    borrower: bool
    steps: frozenset[str]
    free_until: Any
    collaboration: Link | None
    photos: tuple[tuple[str, str], ...]
    entry: LedgerEntry | None
    inside: bool


def booking_view(viewer: Viewer, id: UUID) -> BookingView:
    """Refused `not_found` where there is none that this viewer may read."""
    rows = Booking.objects.visible_to(viewer).select_related(
        "resource__body", "body", "lent_by", "returned_by", "ended_by"
    )
    row = rows.filter(pk=id).first()
    if row is None:
        raise Refused("not_found", _("없는 예약입니다."))
    owner, borrower = viewer.may_act_for(row.resource.body_id), viewer.may_act_for(row.body_id)
    files, _withheld = list_for(row.urn, viewer)
    return BookingView(
        row=row,
        owner=owner,
        borrower=borrower,
        steps=_steps(row, owner, borrower),
        free_until=free_until(row) if row.state in (State.ASKED, State.CONFIRMED) else None,
        collaboration=resolve_one(row.collaboration, viewer) if row.collaboration else None,
        photos=tuple((address_of(file), file.note) for file in files),
        entry=LedgerEntry.objects.filter(booking=row).first(),
        inside=viewer.reads_for(row.body_id) or viewer.reads_for(row.resource.body_id),
    )


def _steps(row: Booking, owner: bool, borrower: bool) -> frozenset[str]:
    """What can be done now: the pages show exactly this, the actions check it again."""
    now = clock.now()
    steps = set()
    if owner and row.state == State.ASKED:
        steps |= {"refuse"} | ({"confirm"} if row.ends_at > now else set())
    if (owner or borrower) and row.state in (State.ASKED, State.CONFIRMED):
        steps |= {"cancel"} if borrower or row.state == State.CONFIRMED else set()
    if (owner or (borrower and not row.resource.needs_approval)) and row.state in HOLDING:
        steps.add("extend")
    if owner and row.state == State.CONFIRMED:
        steps |= {"lend"} | ({"no_show"} if row.starts_at <= now else set())
    if owner and row.state == State.LENT:
        steps.add("return")
    if borrower:
        steps.add("withhold")
        said = set(row.objections.values_list("about", flat=True))
        if row.state == State.NO_SHOW and Objection.About.NO_SHOW not in said:
            steps.add("object_no_show")
        if row.state == State.RETURNED and Objection.About.DAMAGE not in said and row.damages.exists():
            steps.add("object_damage")
    if owner and row.objections.filter(seen_at=None).exists():
        steps.add("seen")
    return frozenset(steps)


def _of(viewer: Viewer, side: str) -> QuerySet[Booking]:
    if viewer.body_id is None or not viewer.reads_for(viewer.body_id):
        code = "not_signed_in" if viewer.kind == "anonymous" else "not_allowed"
        raise Refused(code, _("기관의 예약을 보려면 기관의 구성원으로 들어와 주세요."))
    rows = Booking.objects.visible_to(viewer)
    rows = rows.filter(resource__body_id=viewer.body_id) if side == "lent" else rows.filter(body_id=viewer.body_id)
    return rows.select_related("resource__body", "body").order_by("-starts_at", "-pk")


def booking_list(viewer: Viewer, *, side: str = "ours", state: str = "open", page: int = 1) -> Page[Booking]:
    """Bookings of the viewer's body (`side` ours) or of its resources (lent), latest start first. `state` is open,
    overdue, one of the states, or all."""
    return Paginator(_of(viewer, side).filter(_in_state(state)), A_PAGE).get_page(page)


def every_booking(viewer: Viewer, *, side: str, state: str) -> Iterator[Booking]:
    """The same list whole, for a file."""
    return _of(viewer, side).filter(_in_state(state)).iterator(chunk_size=500)


def own_bookings(viewer: Viewer) -> QuerySet[Booking]:
    """For programs: what the key's body booked and what was booked of its resources, to be paged by key."""
    _of(viewer, "ours")
    mine = Q(body_id=viewer.body_id) | Q(resource__body_id=viewer.body_id)
    return Booking.objects.visible_to(viewer).filter(mine).select_related("resource__body", "body")


def _in_state(state: str) -> Q:
    if state == "open":
        return Q(state__in=HOLDING)
    if state == "overdue":
        return Q(state=State.LENT, ends_at__lt=clock.now())
    return Q(state=state) if state in State.values else Q()


def may_book(viewer: Viewer, resource: Resource) -> str:
    """Why the viewer may not book this; '' where they may."""
    if not viewer.may_act_for(viewer.body_id):
        return _("예약하려면 기관의 담당자로 들어와 주세요.")
    if resource.state != Resource.State.ACTIVE:
        return _("지금은 빌려주지 않는 자원입니다.")
    return policy.why_not_for(resource, Body.objects.get(pk=viewer.body_id))
