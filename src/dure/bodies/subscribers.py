"""Who should hear of what happens with bodies: the one it is about, and those who have to decide."""

from __future__ import annotations

from uuid import UUID

from dure.bodies.models import Body, Membership, Registration
from dure.bodies.models.membership import Role
from dure.core import clock
from dure.core.links import parse
from dure.core.models import Event
from dure.core.notices import notify

EVENTS = (
    "bodies.registration.*",
    "bodies.joining.*",
    "bodies.membership.*",
    "bodies.body.without_head",
    "bodies.key.*",
)
TO_ITS_PERSON = {
    "bodies.registration.confirmed",
    "bodies.registration.refused",
    "bodies.joining.accepted",
    "bodies.joining.refused",
    "bodies.membership.granted",
    "bodies.membership.changed",
    "bodies.membership.ended",
}
TO_WHO_DECIDES = {"bodies.registration.handed_in", "bodies.registration.amended"}


def tell(event: Event) -> None:
    """Subscriber `bodies.tell`."""
    body_id = parse(event.subject)[1]
    if event.type in TO_ITS_PERSON and "person" in event.data:
        notify([UUID(event.data["person"])], event)
    elif event.type in TO_WHO_DECIDES:
        area = Registration.objects.filter(body_id=body_id).values_list("area_id", flat=True).first()
        notify(_people(area, Role.HEAD, Role.OFFICER), event)
    elif event.type == "bodies.joining.asked":
        notify(_deciders(body_id), event)
    elif event.type == "bodies.body.without_head":
        notify(_people(body_id, *Role), event)
    elif event.type in ("bodies.key.created", "bodies.key.revoked"):
        notify(_people(body_id, Role.HEAD), event)


def _deciders(body_id: UUID) -> list[UUID]:
    """The body's heads and officers; of a body without a head also those of the bodies above it."""
    own = _people(body_id, Role.HEAD, Role.OFFICER)
    if _people(body_id, Role.HEAD):
        return own
    above = Body.objects.filter(pk=body_id).values_list("parent_id", "province_id").first() or ()
    return [*own, *(person for one in set(above) if one for person in _people(one, Role.HEAD, Role.OFFICER))]


def _people(body_id: UUID | None, *roles: str) -> list[UUID]:
    if body_id is None:
        return []
    rows = Membership.objects.valid_on(clock.today()).filter(body_id=body_id, role__in=roles)
    return list(rows.values_list("person_id", flat=True))
