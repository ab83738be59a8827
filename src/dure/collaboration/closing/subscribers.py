"""Tells the officers whom it concerns."""

from __future__ import annotations

from uuid import UUID

from dure.bodies.queries import officers_of
from dure.collaboration.closing.models import Handover
from dure.collaboration.closing.policy import keepers
from dure.collaboration.models import Collaboration, Party
from dure.core.links import parse
from dure.core.models import Event
from dure.core.notices import notify


def tell_all_parties(event: Event) -> None:
    """Officers of every party but the one that did it."""
    bodies = set(
        Party.objects.filter(collaboration=parse(event.subject)[1], left_at=None).values_list("body_id", flat=True)
    )
    if event.type.startswith("collaboration.handover."):
        bodies |= set(Handover.objects.filter(pk=parse(event.thing)[1]).values_list("to_body_id", flat=True))
    for body_id in bodies - {event.actor_body_id}:
        _tell(body_id, event)


def tell_the_owner(event: Event) -> None:
    """Officers of the body that keeps it now: somebody reported words of a rating."""
    collaboration = Collaboration.objects.filter(pk=parse(event.subject)[1]).first()
    for body_id in keepers(collaboration) if collaboration else ():
        _tell(body_id, event)


def _tell(body_id: UUID, event: Event) -> None:
    notify([person for person in officers_of(body_id) if person != event.actor_person_id], event)
