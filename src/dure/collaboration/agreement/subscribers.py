"""Whom an agreement concerns is told."""

from __future__ import annotations

from dure.bodies.queries import officers_of
from dure.collaboration.models import Party
from dure.core.links import parse
from dure.core.models import Event
from dure.core.notices import notify

TOLD = tuple(
    f"collaboration.agreement.{happened}"
    for happened in (
        "composed",
        "proposed",
        "revised",
        "signed",
        "in_force",
        "commented",
        "ending",
        "renewed",
        "lapsed",
        "terminated",
        "renewal_refused",
    )
)
"""All but single edits of a draft, of which there are many."""


def tell_the_parties(event: Event) -> None:
    """The officers of every party but the one that did it."""
    rows = Party.objects.filter(collaboration=parse(event.subject)[1], left_at=None)
    for body_id in rows.values_list("body_id", flat=True):
        if body_id != event.actor_body_id:
            notify([person for person in officers_of(body_id) if person != event.actor_person_id], event)
