"""What this room does when something happened: holds what offers put in, and tells the two sides of a booking."""

from __future__ import annotations

import logging
from uuid import UUID

from django.utils.translation import gettext_lazy

from dure.bodies.queries import officers_of
from dure.core import clock
from dure.core.jobs import Context, titled
from dure.core.links import parse
from dure.core.models import Event
from dure.core.notices import notify
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.resources import actions
from dure.resources.actions.holds import use_of
from dure.resources.models import Booking

log = logging.getLogger(__name__)


def follow_offers(event: Event) -> None:
    """An offer that puts in a registered resource: hold it, move it, book it, free it, show it to whom it is shown."""
    by = _actor(event)
    if event.type in ("core.withheld", "core.opened"):
        if event.thing.startswith("dure:offer:"):
            actions.offer_shown(by=by, offer=event.thing)
        return
    if event.type == "collaboration.offer.taken":
        actions.offer_confirm(by=by, offer=event.thing)
    elif event.type in ("collaboration.offer.made", "collaboration.offer.changed") and event.data.get("resource"):
        try:
            use = use_of(event.thing, event.subject, event.data)
        except Refused as refused:
            # Tried again it would say the same: the offer stands without a hold.
            log.warning("event %s: %s", event.seq, refused)
            return
        actions.offer_hold(by=by, use=use)
    elif event.type != "collaboration.offer.made":
        actions.offer_free(by=by, offer=event.thing)


@titled(gettext_lazy("답 없이 때가 지난 예약 정리"))
def lapse(context: Context) -> dict[str, int]:
    """Hourly: end what was asked for and not answered in time; each in a transaction of its own."""
    ids = list(Booking.objects.filter(state="asked", ends_at__lte=clock.now()).values_list("pk", flat=True))
    for done, id in enumerate(ids, start=1):
        actions.booking_lapse(by=Viewer.anonymous(), id=id)
        context.progress(done, len(ids))
    return {"lapsed": len(ids)}


def _actor(event: Event) -> Viewer:
    if event.actor_person_id:
        return Viewer.person(event.actor_person_id, event.actor_body_id, "officer")
    return Viewer(kind="system", body_id=event.actor_body_id)


def tell_the_sides(event: Event) -> None:
    """Officers of both bodies of a booking but the one that acted; where an offer's resource could not be held, both,
    and the body that asked for the collaboration."""
    booking = Booking.objects.select_related("resource").filter(pk=parse(event.thing)[1]).first()
    if booking is None:
        return
    bodies = {booking.body_id, booking.resource.body_id}
    if event.type == "resources.hold.failed":
        bodies |= _asking_body(booking.collaboration)
    else:
        bodies -= {event.actor_body_id}
    for body_id in bodies:
        notify(officers_of(body_id), event)


def _asking_body(collaboration: str) -> set[UUID]:
    """Who asked: this room knows a collaboration by its URN and by what is on its timeline."""
    asked = Event.objects.filter(subject=collaboration, type="collaboration.asked").order_by("seq").first()
    return {asked.actor_body_id} if asked and asked.actor_body_id else set()
