"""What every way to take a resource checks, under the lock of its row."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.links import own
from dure.core.models import Audience
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.engines import availability
from dure.engines.availability import Fault
from dure.resources.models import Booking, Resource
from dure.resources.when import FARTHEST, earliest, free_for, midnight, moment, next_free, rules_of, say_span, wall


def lock_resource(id: UUID) -> Resource:
    """The resource's row, held until the transaction ends: whoever takes or frees something of it waits here."""
    rows = Resource.objects.select_for_update(of=("self",)).select_related("body")
    resource = rows.filter(pk=id).first()
    if resource is None:
        raise Refused("not_found", _("없는 자원입니다."))
    return resource


def lock_booking(by: Viewer, id: UUID) -> Booking:
    """A booking that `by` may see, with its resource held first: everybody locks in this order."""
    if not Booking.objects.visible_to(by).filter(pk=id).exists():
        raise Refused("not_found", _("없는 예약입니다."))
    return hold_booking(id)


def hold_booking(id: UUID) -> Booking:
    """The same, whoever asks."""
    resource = lock_resource(Booking.objects.values_list("resource_id", flat=True).get(pk=id))
    booking = Booking.objects.select_for_update(of=("self",)).select_related("body").get(pk=id)
    booking.resource = resource
    return booking


def check_quantity(resource: Resource, quantity: Any) -> int:
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
        raise Refused("invalid", _("몇 개를 쓰는지 1부터 적어 주세요."), "quantity")
    if quantity > resource.quantity:
        words = _("모두 %(n)s%(unit)s뿐입니다. 그보다 많이 예약할 수 없습니다.")
        raise Refused("invalid", words % {"n": f"{resource.quantity:,}", "unit": resource.unit}, "quantity")
    return quantity


def check_times(resource: Resource, start: Any, end: Any, *, own_use: bool, begun: bool = False) -> None:
    """Refuse a stay that the rules of the resource do not allow. Its own body is bound by the opening hours and the
    grid, not by lead time and longest loan. `begun`: the stay has been booked already, only its end is new."""
    if not isinstance(start, datetime):
        raise Refused("invalid", _("언제부터 쓰는지 정해 주세요."), "starts")
    if not isinstance(end, datetime) or end <= start:
        raise Refused("invalid", _("끝나는 때를 시작한 뒤로 정해 주세요."), "ends")
    now = clock.now()
    today = moment(midnight(clock.today()))
    if not begun and start < (today if resource.by_day else now):
        raise Refused("invalid", _("이미 지난 때입니다. 지금부터 뒤로 골라 주세요."), "starts")
    if end > now + FARTHEST:
        raise Refused("invalid", _("5년 안의 때를 골라 주세요."), "ends")
    rules = rules_of(resource, clock.local(start).date(), clock.local(end).date())
    found = availability.fault(replace(rules, longest=0) if own_use else rules, wall(start), wall(end))
    if found:
        raise Refused("invalid", _words(resource, found), "ends" if found in (Fault.ORDER, Fault.LONG) else "starts")
    if not (own_use or begun) and start < earliest(resource):
        words = _("늦어도 %(n)s시간 전에는 예약해 주세요.") % {"n": f"{resource.lead_hours:,}"}
        raise Refused("invalid", words, "starts")


def _words(resource: Resource, found: Fault) -> str:
    if found == Fault.GRID:
        if resource.by_day:
            return _("하루 단위로만 빌려줍니다.")
        return _("%(n)d분 단위로 골라 주세요.") % {"n": resource.step}
    if found == Fault.LONG:
        if resource.by_day:
            return _("한 번에 %(n)s일까지 빌릴 수 있습니다.") % {"n": f"{resource.longest:,}"}
        return _("한 번에 %(n)s분까지 빌릴 수 있습니다.") % {"n": f"{resource.longest:,}"}
    if found == Fault.CLOSED and resource.by_day:
        return _("첫날과 마지막 날은 여는 날이어야 합니다. 여는 날을 확인해 주세요.")
    if found == Fault.CLOSED:
        return _("여는 시간 안에서 골라 주세요. 쉬는 시간을 걸칠 수 없습니다.")
    return _("끝나는 때를 시작한 뒤로 정해 주세요.")


def must_be_free(
    resource: Resource,
    start: datetime,
    end: datetime,
    quantity: int,
    *,
    leave_out: UUID | None = None,
    field: str = "starts",
) -> None:
    """Refuse `conflict` unless so many units are free at every instant; says what is left, and when it would go."""
    free = free_for(resource, start, end, leave_out=leave_out)
    if free >= quantity:
        return
    left = {"n": f"{free:,}", "unit": resource.unit}
    said = _("그때는 %(n)s%(unit)s만 남아 있습니다.") % left if free else _("그때는 남은 것이 없습니다.")
    slot = next_free(resource, after=start, length=end - start, quantity=quantity)
    if slot:
        when = say_span(slot.start, slot.end, by_day=resource.by_day)
        said += " " + _("가장 가까운 빈 때: %(when)s") % {"when": when}
    else:
        said += " " + _("석 달 안에는 그만큼 빈 때가 없습니다.")
    raise Refused("conflict", said, field)


def check_collaboration(by: Viewer, text: str) -> str:
    """The URN of a collaboration in which the viewer's body works; '' for none."""
    if text and text not in {link.urn for link in own("collaboration", by)}:
        raise Refused("invalid", _("우리 기관이 함께하는 협업에서 골라 주세요."), "collaboration")
    return text


def open_to_sides(booking: Booking) -> None:
    """Both bodies always read the booking, and the one that books the resource."""
    sides = {booking.body_id, booking.resource.body_id}
    for body_id in sides:
        Audience.objects.get_or_create(subject=booking.pk, kind="partner", body_id=body_id)
    Audience.objects.get_or_create(subject=booking.resource_id, kind="partner", body_id=booking.body_id)


def touch(booking: Booking) -> None:
    """The booking has changed: calendars learn of it by its revision."""
    booking.changed_at = clock.now()
    booking.revision += 1
    booking.save()
