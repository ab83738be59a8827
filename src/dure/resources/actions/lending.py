"""Handing over, taking back, and what was not as agreed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from dure.core import attachments, clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.resources import policy
from dure.resources.actions.checks import lock_booking, touch
from dure.resources.actions.registry import picture
from dure.resources.ledger import used
from dure.resources.models import Booking, Damage, LedgerEntry, Objection
from dure.resources.words import public_words

State = Booking.State
SOON = timedelta(days=1)
"""How long before the agreed start a thing may be handed over."""


def booking_lend(*, by: Viewer, id: UUID, note: str = "", photo: UploadedFile | None = None) -> Booking:
    """The owner hands the thing over: who and when is kept, `note` says what state it is in, `photo` shows it."""
    taken = picture(photo) if photo else None
    with transaction.atomic():
        booking = lock_booking(by, id)
        policy.must_own(by, booking.resource)
        policy.must_be_in(booking, State.CONFIRMED)
        now = clock.now()
        if booking.starts_at > now + SOON:
            raise Refused("conflict", _("예약한 때의 하루 전부터 넘겨줄 수 있습니다."))
        booking.lent_note = public_words(note, longest=1000, field="note")
        booking.state, booking.lent_at, booking.lent_by_id = State.LENT, now, by.person_id
        touch(booking)
        _photo(by, booking, taken, _("넘겨줄 때"))
        record(by=by, type="resources.booking.lent", subject=booking.about, thing=booking.urn)
    return booking


def booking_return(
    *,
    by: Viewer,
    id: UUID,
    note: str = "",
    damage: str = "",
    follow_up: str = "",
    photo: UploadedFile | None = None,
) -> Booking:
    """The owner takes the thing back; what it used goes into the ledger, once. `damage` says what is broken or
    missing, `follow_up` what the two bodies agreed to do about it."""
    taken = picture(photo) if photo else None
    with transaction.atomic():
        booking = lock_booking(by, id)
        policy.must_own(by, booking.resource)
        policy.must_be_in(booking, State.LENT)
        booking.returned_note = public_words(note, longest=1000, field="note")
        broken = public_words(damage, longest=1000, field="damage")
        agreed = public_words(follow_up, longest=1000, field="follow_up")
        if agreed and not broken:
            raise Refused("invalid", _("무엇이 상했는지도 적어 주세요."), "damage")
        now = clock.now()
        booking.state, booking.returned_at, booking.returned_by_id = State.RETURNED, now, by.person_id
        booking.ended_at, booking.ended_by_id = now, by.body_id
        touch(booking)
        if broken:
            Damage.objects.create(booking=booking, person_id=by.person_id, description=broken, follow_up=agreed)
        _photo(by, booking, taken, _("돌려받을 때"))
        _enter(booking, now, damages=1 if broken else 0)
        record(
            by=by,
            type="resources.booking.returned",
            subject=booking.about,
            thing=booking.urn,
            data={"damage": bool(broken)},
        )
    return booking


def booking_no_show(*, by: Viewer, id: UUID, note: str) -> Booking:
    """The owner records that nobody came. Only after the agreed start; the other body may object, and both stand."""
    with transaction.atomic():
        booking = lock_booking(by, id)
        policy.must_own(by, booking.resource)
        policy.must_be_in(booking, State.CONFIRMED)
        policy.must_have_begun(booking)
        needed = _("얼마나 기다렸는지, 연락은 해 보았는지 적어 주세요.")
        booking.reason = public_words(note, longest=500, field="reason", needed=needed)
        booking.state, booking.ended_at, booking.ended_by_id = State.NO_SHOW, clock.now(), by.body_id
        touch(booking)
        record(by=by, type="resources.booking.no_show", subject=booking.about, thing=booking.urn)
    return booking


def booking_object(*, by: Viewer, id: UUID, about: str, text: str) -> Objection:
    """The body that booked gives its own account of a no-show or of damage, once. It stands beside the record."""
    with transaction.atomic():
        booking = lock_booking(by, id)
        policy.must_have_booked(by, booking)
        there = {
            Objection.About.NO_SHOW: booking.state == State.NO_SHOW,
            Objection.About.DAMAGE: booking.damages.exists(),
        }
        if not there.get(about):  # type: ignore[call-overload]
            raise Refused("conflict", _("다른 말을 붙일 기록이 없습니다."))
        if booking.objections.filter(about=about).exists():
            raise Refused("conflict", _("이미 우리 기관의 말을 남겼습니다."))
        words = public_words(text, longest=2000, field="text", needed=_("우리 기관이 아는 것을 적어 주세요."))
        made = Objection.objects.create(booking=booking, about=about, person_id=by.person_id, text=words)
        touch(booking)
        record(by=by, type="resources.booking.objected", subject=booking.about, thing=booking.urn)
    return made


def objection_seen(*, by: Viewer, id: UUID) -> Booking:
    """The owner has read the objections to what it recorded: they leave its desk and stay on the booking."""
    with transaction.atomic():
        booking = lock_booking(by, id)
        policy.must_own(by, booking.resource)
        if booking.objections.filter(seen_at=None).update(seen_at=clock.now()):
            record(by=by, type="resources.objection.seen", subject=booking.about, thing=booking.urn)
    return booking


def _photo(by: Viewer, booking: Booking, taken: attachments.Taken | None, note: str) -> None:
    """Hangs on the booking: who may read the booking may see it."""
    if taken:
        attachments.attach(
            by=by, subject=booking.urn, circle=booking.pk, uploaded=taken, body_id=booking.resource.body_id, note=note
        )


def _enter(booking: Booking, now: datetime, *, damages: int) -> None:
    units, minutes = used(booking.starts_at, booking.ends_at, booking.price_per)
    overdue = max(int((now - booking.ends_at) / timedelta(minutes=1)), 0)
    LedgerEntry.objects.create(
        booking=booking,
        resource=booking.resource,
        owner_id=booking.resource.body_id,
        user_id=booking.body_id,
        month=clock.local(now).date().replace(day=1),
        at=now,
        quantity=booking.quantity,
        minutes=minutes,
        overdue_minutes=overdue,
        price=booking.price,
        price_per=booking.price_per,
        units=units,
        amount=booking.price * units * booking.quantity,
        damages=damages,
    )
