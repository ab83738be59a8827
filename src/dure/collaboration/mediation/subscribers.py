"""What happens about events of a mediation: those whom it concerns are told."""

from __future__ import annotations

from dure.bodies.queries import officers_of
from dure.collaboration.mediation.actions.moves import HOLDS
from dure.collaboration.mediation.models import CommitteeMember, Dispute, Mediator, OfDispute
from dure.collaboration.models import Party
from dure.core.links import parse
from dure.core.models import Event, Person
from dure.core.notices import notify

TOLD_ALL = {"collaboration.dispute.referred", "collaboration.dispute.closed"}
"""What concerns every party of the collaboration, because work rests or goes on"""
QUIET = {"collaboration.dispute.word", "collaboration.dispute.chair_voted"}


def tell_mediator(event: Event) -> None:
    """Somebody put on the roster is asked whether they accept; whoever asked hears the answer."""
    row = Mediator.objects.filter(pk=parse(event.subject)[1]).first()
    if row is not None:
        notify([id for id in (row.person_id, row.registered_by_id) if id], event)


def tell_dispute(event: Event) -> None:
    """Officers of the parties of the dispute and the people of its committee; at its beginning and end all parties.

    Operators hear where no committee can be formed: the roster is too short then.
    """
    if event.type in QUIET:
        return
    dispute = _dispute(event)
    if dispute is None:
        return
    if event.type in TOLD_ALL:
        rows = Party.objects.filter(collaboration=dispute.collaboration_id, left_at=None)
        bodies = set(rows.values_list("body_id", flat=True))
    elif event.type in ("collaboration.dispute.drafted", "collaboration.dispute.approved"):
        bodies = set()
    else:
        bodies = set(dispute.sides.values_list("body_id", flat=True))
    people = {person for body in bodies for person in officers_of(body)}
    seats = CommitteeMember.objects.filter(dispute=dispute, state__in=HOLDS)
    people |= set(seats.values_list("person_id", flat=True))
    if event.type == "collaboration.dispute.short":
        people |= set(Person.objects.filter(is_operator=True, is_active=True).values_list("pk", flat=True))
    notify(people - {event.actor_person_id}, event)


def _dispute(event: Event) -> Dispute | None:
    kind, id = parse(event.thing)
    if kind == Dispute.urn_kind:
        return Dispute.objects.filter(pk=id).first()
    for model in OfDispute.__subclasses__():
        if model.urn_kind == kind:
            row = model._default_manager.filter(pk=id).select_related("dispute").first()
            return row.dispute if row else None
    return None
