"""What this room does when something happened: tells the officers whom it concerns."""

from __future__ import annotations

from uuid import UUID

from dure.bodies.queries import officers_of
from dure.collaboration.models import Collaboration, Invitation, Offer, Party
from dure.core.links import parse
from dure.core.models import Event
from dure.core.notices import notify


def tell_the_asker(event: Event) -> None:
    """Officers of the asking body learn of offers, opinions, flags and answers that others gave; once the partners are
    settled those of every party do."""
    collaboration = Collaboration.objects.filter(pk=parse(event.subject)[1]).first()
    if collaboration is not None and collaboration.settled_at is not None:
        tell_the_parties(event)
    elif collaboration is not None and event.actor_body_id != collaboration.body_id:
        _tell(collaboration.body_id, event)


def tell_the_invited(event: Event) -> None:
    invitation = Invitation.objects.filter(pk=parse(event.thing)[1]).first()
    if invitation is not None:
        _tell(invitation.body_id, event)


def tell_the_parties(event: Event) -> None:
    """Officers of every party but the one that did it, and of the body whose offer was answered."""
    bodies = set(
        Party.objects.filter(collaboration=parse(event.subject)[1], left_at=None).values_list("body_id", flat=True)
    )
    if event.thing.startswith("dure:offer:"):
        bodies |= set(Offer.objects.filter(pk=parse(event.thing)[1]).values_list("body_id", flat=True))
    for body_id in bodies - {event.actor_body_id}:
        _tell(body_id, event)


def _tell(body_id: UUID, event: Event) -> None:
    people = [person for person in officers_of(body_id) if person != event.actor_person_id]
    notify(people, event)
