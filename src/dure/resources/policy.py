"""Who may do what with a resource and its bookings. Each function refuses with the reason, or returns."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.core import clock
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.resources.models import Booking, Resource


def must_act(by: Viewer) -> None:
    """Whoever acts for some body."""
    if by.body_id is None:
        code = "not_signed_in" if by.kind == "anonymous" else "not_allowed"
        raise Refused(code, _("자원은 기관의 이름으로 빌리고 빌려줍니다. 기관의 담당자로 들어와 주세요."))
    by.must_act_for(by.body_id, _("이 기관의 이름으로 할 수 있는 것은 책임자나 담당자입니다."))


def must_own(by: Viewer, resource: Resource) -> None:
    by.must_act_for(resource.body_id, _("자원을 가진 기관의 담당자만 할 수 있습니다."))


def must_have_booked(by: Viewer, booking: Booking) -> None:
    by.must_act_for(booking.body_id, _("예약한 기관의 담당자만 할 수 있습니다."))


def must_be_a_side(by: Viewer, booking: Booking) -> None:
    """The body that books or the body that owns."""
    if not (by.may_act_for(booking.body_id) or by.may_act_for(booking.resource.body_id)):
        code = "not_signed_in" if by.kind == "anonymous" else "not_allowed"
        raise Refused(code, _("예약한 기관이나 자원을 가진 기관의 담당자만 할 수 있습니다."))


def must_be_lent_out(resource: Resource) -> None:
    if resource.state != Resource.State.ACTIVE:
        raise Refused("conflict", _("지금은 빌려주지 않는 자원입니다."))


def why_not_for(resource: Resource, body: Body) -> str:
    """Why that body may not book it; '' where it may. The owner always may."""
    if body.pk == resource.body_id:
        return ""
    if resource.who == Resource.Who.NAMED and body.pk not in resource.named_ids:
        return _("이 자원은 정해진 기관만 예약할 수 있습니다. 자원을 가진 기관에 문의해 주세요.")
    if resource.who == Resource.Who.PROVINCE and _province(body) != _province(resource.body):
        return _("이 자원은 같은 시·도의 기관만 예약할 수 있습니다.")
    if not body.is_active():
        return _("확인된 기관만 예약할 수 있습니다.")
    return ""


def _province(body: Body) -> object:
    return body.province_id or body.pk


def must_be_for(resource: Resource, body: Body) -> None:
    why = why_not_for(resource, body)
    if why:
        raise Refused("not_allowed", why)


def must_be_in(booking: Booking, *states: str) -> None:
    if booking.state not in states:
        words = _("지금 상태에서는 할 수 없습니다. 지금은 ‘%(state)s’ 상태입니다.")
        raise Refused("conflict", words % {"state": booking.get_state_display()})


def must_have_begun(booking: Booking) -> None:
    if booking.starts_at > clock.now():
        raise Refused("conflict", _("예약한 때가 되기 전에는 오지 않았다고 적을 수 없습니다."))
