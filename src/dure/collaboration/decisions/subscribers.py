"""Who is told of what: the officers of every party, and of a body that is asked to join."""

from __future__ import annotations

from uuid import UUID

from dure.bodies.queries import officers_of
from dure.collaboration.models import Party
from dure.core.links import parse
from dure.core.models import Event
from dure.core.notices import notify


def tell_all_parties(event: Event) -> None:
    """Also the colleagues of whoever did it; a body that had to leave learns of it, too."""
    rows = Party.objects.filter(collaboration=parse(event.subject)[1], left_at=None)
    bodies = set(rows.values_list("body_id", flat=True)) | _named(event)
    for body_id in bodies:
        notify(officers_of(body_id), event)


def tell_the_asked(event: Event) -> None:
    for body_id in _named(event):
        notify(officers_of(body_id), event)


def _named(event: Event) -> set[UUID]:
    return {UUID(event.data["body"])} if event.data.get("body") else set()
