"""Resources put into collaborations by offers: held when offered, booked when taken up, freed when it comes to nothing.

Called by the room's subscriber in the transaction of the delivery. One booking for each offer, found again by the
offer's URN, so that an event that comes twice changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.events import record
from dure.core.ids import receipt_number, uuid7
from dure.core.links import parse
from dure.core.models import Audience, Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Level, open_up, withhold
from dure.resources.actions.checks import lock_resource, open_to_sides, touch
from dure.resources.models import Booking, Resource
from dure.resources.models.resource import MOST
from dure.resources.when import free_for

State = Booking.State


@dataclass(frozen=True)
class Use:
    """What an offer puts in: `offer` and `collaboration` are URNs, the times aware moments."""

    offer: str
    collaboration: str
    resource_id: UUID
    body_id: UUID
    quantity: int
    starts_at: datetime
    ends_at: datetime


def offer_hold(*, by: Viewer, use: Use) -> Booking | None:
    """Hold what an offer puts in, move the hold where the offer has changed, or record that it could not be held.

    Only capacity counts here: the body offers its own resource, whatever its opening hours. None where the resource is
    not the offering body's.
    """
    with transaction.atomic():
        known = _of_offer(use.offer)
        for id in sorted({use.resource_id, *([known.resource_id] if known else [])}):
            if not Resource.objects.filter(pk=id).exists():
                return None
            lock_resource(id)
        known = _of_offer(use.offer)
        resource = Resource.objects.select_related("body").get(pk=use.resource_id)
        if resource.body_id != use.body_id:
            return None
        if known and (known.state in (State.LENT, State.RETURNED) or _same(known, use)):
            return known
        booking = known or _new(use, by)
        booking.resource, booking.quantity = resource, use.quantity
        booking.starts_at, booking.ends_at = use.starts_at, use.ends_at
        booking.price, booking.price_per = resource.price, resource.price_per
        _take(booking, State.ASKED)
        booking.save(force_insert=known is None)
        open_to_sides(booking)
        _show_as_offer(by, booking)
        held = booking.state == State.ASKED
        record(
            by=by,
            type="resources.hold.made" if held else "resources.hold.failed",
            subject=use.collaboration,
            thing=booking.urn,
        )
    return booking


def offer_confirm(*, by: Viewer, offer: str) -> Booking | None:
    """The offer is taken up: what is held for it is booked; what could not be held is tried once more."""
    with transaction.atomic():
        booking = _locked(offer)
        if booking is None or booking.state in (State.CONFIRMED, State.LENT, State.RETURNED):
            return booking
        if booking.state == State.ASKED:
            booking.state = State.CONFIRMED
        else:
            _take(booking, State.CONFIRMED)
        booking.decided_at = clock.now()
        touch(booking)
        _show_as_offer(by, booking)
        held = booking.state == State.CONFIRMED
        record(
            by=by,
            type="resources.hold.confirmed" if held else "resources.hold.failed",
            subject=booking.about,
            thing=booking.urn,
        )
    return booking


def offer_free(*, by: Viewer, offer: str) -> Booking | None:
    """The offer came to nothing, or puts in nothing any more: what was held for it is free again."""
    with transaction.atomic():
        booking = _locked(offer)
        if booking is None or booking.state not in (State.ASKED, State.CONFIRMED):
            return booking
        booking.state, booking.ended_at, booking.ended_by_id = State.CANCELLED, clock.now(), by.body_id
        booking.reason = _("제안이 거두어지거나 받아들여지지 않아 자동으로 풀렸습니다.")
        touch(booking)
        record(by=by, type="resources.hold.freed", subject=booking.about, thing=booking.urn)
    return booking


def offer_shown(*, by: Viewer, offer: str) -> Booking | None:
    """The offer was withheld, or opened again: so is what is held for it."""
    with transaction.atomic():
        booking = _locked(offer)
        if booking is not None:
            _show_as_offer(by, booking)
            touch(booking)
    return booking


def _show_as_offer(by: Viewer, booking: Booking) -> None:
    """Who may not read an offer must not read of it in the calendar of what it puts in. How an offer stands is known
    from the last event that says so; its partners read the booking, too."""
    said = Event.objects.filter(thing=booking.offer, type__in=["core.withheld", "core.opened"]).order_by("-seq").first()
    if said is None or said.type == "core.opened":
        if said is not None and booking.withheld is not None:
            open_up(by=by, thing=booking)
        return
    circle = Audience.objects.filter(subject=parse(booking.collaboration)[1], kind="partner")
    for body_id in circle.exclude(body_id=None).values_list("body_id", flat=True):
        Audience.objects.get_or_create(subject=booking.pk, kind="partner", body_id=body_id)
    if booking.withheld is None:
        tomorrow = clock.today() + timedelta(days=1)
        review_on = max(date.fromisoformat(said.data["review_on"]), tomorrow)
        withhold(by=by, thing=booking, level=Level.PARTNERS, reason=said.data["reason"], review_on=review_on)


def _of_offer(offer: str) -> Booking | None:
    return Booking.objects.select_related("resource").filter(offer=offer).first()


def _locked(offer: str) -> Booking | None:
    known = _of_offer(offer)
    if known is None:
        return None
    resource = lock_resource(known.resource_id)
    booking = Booking.objects.select_for_update(of=("self",)).get(pk=known.pk)
    booking.resource = resource
    return booking


def _new(use: Use, by: Viewer) -> Booking:
    id = uuid7()
    return Booking(
        pk=id,
        receipt=receipt_number("B", id, clock.now()),
        body_id=use.body_id,
        person_id=by.person_id,
        collaboration=use.collaboration,
        offer=use.offer,
        state=State.ASKED,
    )


def _same(booking: Booking, use: Use) -> bool:
    then = (booking.resource_id, booking.quantity, booking.starts_at, booking.ends_at)
    return booking.is_open and then == (use.resource_id, use.quantity, use.starts_at, use.ends_at)


def _take(booking: Booking, state: str) -> None:
    """Put the booking into `state` where its time is free, else refuse it with the fault. The resource is locked."""
    resource = booking.resource
    fault = ""
    if resource.state != Resource.State.ACTIVE:
        fault = Booking.Fault.NOT_LENT
    elif free_for(resource, booking.starts_at, booking.ends_at, leave_out=booking.pk) < booking.quantity:
        fault = Booking.Fault.NOT_FREE
    booking.fault, booking.reason = fault, ""
    booking.changed_at, booking.revision = clock.now(), booking.revision + 1
    if fault:
        booking.state, booking.ended_at = State.REFUSED, clock.now()
    else:
        booking.state, booking.ended_at = state, None


def use_of(offer: str, collaboration: str, data: dict[str, object]) -> Use:
    """What the event of an offer says. Refused `invalid` where it says something that cannot be."""
    try:
        starts_at = datetime.fromisoformat(str(data["from"]))
        ends_at = datetime.fromisoformat(str(data["until"]))
        resource_id, body_id = UUID(str(data["resource"]).split(":")[2]), UUID(str(data["body"]))
        quantity = int(str(data["quantity"]))
    except (KeyError, ValueError, IndexError) as error:
        raise Refused("invalid", _("제안이 내놓은 자원을 읽을 수 없습니다.")) from error
    if ends_at <= starts_at or not 1 <= quantity <= MOST or starts_at.tzinfo is None or ends_at.tzinfo is None:
        raise Refused("invalid", _("제안이 내놓은 자원을 읽을 수 없습니다."))
    if not 2000 <= starts_at.year <= ends_at.year <= 2100:
        raise Refused("invalid", _("제안이 내놓은 자원을 읽을 수 없습니다."))
    return Use(offer, collaboration, resource_id, body_id, quantity, starts_at, ends_at)
