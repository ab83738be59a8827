"""Asking for a resource, answering, extending, cancelling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.bodies import queries as bodies
from dure.core import clock
from dure.core.events import record
from dure.core.ids import receipt_number
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Level, open_up, withhold
from dure.resources import policy
from dure.resources.actions.checks import (
    check_collaboration,
    check_quantity,
    check_times,
    hold_booking,
    lock_booking,
    lock_resource,
    must_be_free,
    open_to_sides,
    touch,
)
from dure.resources.models import Booking, Resource
from dure.resources.words import public_words

State = Booking.State


def booking_ask(*, by: Viewer, resource_id: UUID, id: UUID, fields: Mapping[str, Any]) -> Booking:
    """Book a resource for the body one acts for: at once where it needs no approval (or is one's own), else it is
    asked for and held meanwhile.

    `fields`: quantity, starts_at, ends_at (aware moments), purpose, collaboration (a URN or ''). A repeated request
    with the same `id` makes one booking. Two bodies that want the last one at the same moment: the row of the resource
    is locked, so the second is refused `conflict` with what is free instead.
    """
    policy.must_act(by)
    assert by.body_id
    with transaction.atomic():
        if not Resource.objects.visible_to(by).filter(pk=resource_id).exists():
            raise Refused("not_found", _("없는 자원입니다."))
        resource = lock_resource(resource_id)
        known = Booking.objects.filter(pk=id).first()
        if known:
            if known.body_id == by.body_id and known.resource_id == resource.pk:
                return known
            raise Refused("conflict", _("이미 쓰인 번호입니다. 다시 해 주세요."))
        policy.must_be_lent_out(resource)
        body = bodies.get(by.body_id, by)
        policy.must_be_for(resource, body)
        own_use = body.pk == resource.body_id
        purpose = public_words(fields.get("purpose"), longest=500, field="purpose", one_line=True)
        collaboration = check_collaboration(by, str(fields.get("collaboration") or ""))
        if not (purpose or collaboration):
            raise Refused("invalid", _("무엇에 쓰는지 적거나 협업을 골라 주세요."), "purpose")
        quantity = check_quantity(resource, fields.get("quantity"))
        start, end = fields.get("starts_at"), fields.get("ends_at")
        check_times(resource, start, end, own_use=own_use)
        assert isinstance(start, datetime)
        assert isinstance(end, datetime)
        must_be_free(resource, start, end, quantity)
        now = clock.now()
        asked = resource.needs_approval and not own_use
        booking = Booking(
            pk=id,
            receipt=receipt_number("B", id, now),
            resource=resource,
            body=body,
            person_id=by.person_id,
            purpose=purpose,
            collaboration=collaboration,
            quantity=quantity,
            starts_at=start,
            ends_at=end,
            state=State.ASKED if asked else State.CONFIRMED,
            decided_at=None if asked else now,
            price=resource.price,
            price_per=resource.price_per,
        )
        booking.save(force_insert=True)
        open_to_sides(booking)
        _told(by, booking, type="resources.booking.asked" if asked else "resources.booking.made")
    return booking


def booking_confirm(*, by: Viewer, id: UUID) -> Booking:
    """Say yes to a booking that was asked for. Refused `conflict` when its time is over."""
    with transaction.atomic():
        booking = lock_booking(by, id)
        policy.must_own(by, booking.resource)
        policy.must_be_in(booking, State.ASKED)
        if booking.ends_at <= clock.now():
            raise Refused("conflict", _("예약한 때가 이미 지났습니다."))
        booking.state, booking.decided_at = State.CONFIRMED, clock.now()
        touch(booking)
        _told(by, booking, type="resources.booking.confirmed")
    return booking


def booking_refuse(*, by: Viewer, id: UUID, reason: str) -> Booking:
    """Say no to a booking that was asked for, with a reason the other body can use. What it held is free again."""
    with transaction.atomic():
        booking = lock_booking(by, id)
        policy.must_own(by, booking.resource)
        policy.must_be_in(booking, State.ASKED)
        needed = _("왜 빌려줄 수 없는지 적어 주세요.")
        booking.reason = public_words(reason, longest=500, field="reason", needed=needed)
        booking.decided_at = clock.now()
        _end(by, booking, State.REFUSED)
        _told(by, booking, type="resources.booking.refused")
    return booking


def booking_cancel(*, by: Viewer, id: UUID, reason: str) -> Booking:
    """Either side calls off what has not been handed over. Later than the lead time of a confirmed booking it is
    marked as late, whoever does it."""
    with transaction.atomic():
        booking = lock_booking(by, id)
        policy.must_be_a_side(by, booking)
        if booking.state == State.CANCELLED:
            return booking
        policy.must_be_in(booking, State.ASKED, State.CONFIRMED)
        needed = _("취소하는 까닭을 적어 주세요.")
        booking.reason = public_words(reason, longest=500, field="reason", needed=needed)
        booking.late = booking.state == State.CONFIRMED and clock.now() > free_until(booking)
        _end(by, booking, State.CANCELLED)
        _told(by, booking, type="resources.booking.cancelled", late=booking.late)
    return booking


def free_until(booking: Booking) -> datetime:
    """Until when it can be called off without a mark."""
    return booking.starts_at - timedelta(hours=booking.resource.lead_hours)


def booking_lapse(*, by: Viewer, id: UUID) -> Booking:
    """What nobody answered until its time was over ends by itself. Called by the room's hourly job."""
    with transaction.atomic():
        booking = hold_booking(id)
        if booking.state == State.ASKED and booking.ends_at <= clock.now():
            booking.fault = Booking.Fault.SILENT
            _end(by, booking, State.REFUSED)
            _told(by, booking, type="resources.booking.lapsed")
    return booking


def booking_extend(*, by: Viewer, id: UUID, ends_at: datetime | None) -> Booking:
    """Let a booking end later, if it is free until then and the rules allow it. Where bookings need approval, the
    owner does it."""
    with transaction.atomic():
        booking = lock_booking(by, id)
        policy.must_be_a_side(by, booking)
        policy.must_be_in(booking, State.ASKED, State.CONFIRMED, State.LENT)
        resource = booking.resource
        owner = by.may_act_for(resource.body_id)
        if resource.needs_approval and not owner:
            raise Refused(
                "not_allowed",
                _("승인이 필요한 자원은 가진 기관만 늘릴 수 있습니다. 이어서 쓰려면 이어지는 때를 새로 예약해 주세요."),
            )
        if ends_at is None or ends_at <= booking.ends_at:
            raise Refused("invalid", _("지금 끝나는 때보다 뒤로 골라 주세요."), "ends")
        check_times(resource, booking.starts_at, ends_at, own_use=owner, begun=True)
        must_be_free(resource, booking.ends_at, ends_at, booking.quantity, leave_out=booking.pk, field="ends")
        booking.ends_at = ends_at
        touch(booking)
        _told(by, booking, type="resources.booking.extended")
    return booking


def booking_withhold(*, by: Viewer, id: UUID, level: str, reason: str = "", review_on: date | None = None) -> Booking:
    """Show who books and what for to the two bodies only (`level` partners), or to everybody (public). That the
    resource is taken stays visible."""
    with transaction.atomic():
        booking = lock_booking(by, id)
        policy.must_have_booked(by, booking)
        if level == Level.PUBLIC:
            open_up(by=by, thing=booking)
        elif level == Level.PARTNERS:
            withhold(by=by, thing=booking, level=level, reason=reason, review_on=review_on)
        else:
            raise Refused("invalid", _("예약은 두 기관에는 보여야 합니다."), "visibility")
        touch(booking)
    return booking


def _end(by: Viewer, booking: Booking, state: str) -> None:
    booking.state, booking.ended_at, booking.ended_by_id = state, clock.now(), by.body_id
    touch(booking)


def _told(by: Viewer, booking: Booking, *, type: str, **data: Any) -> None:
    """One event on the timeline of the collaboration it is for, else of the resource."""
    record(by=by, type=type, subject=booking.about, thing=booking.urn, data=data)
