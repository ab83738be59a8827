"""Who is a party: joining and leaving, and the circle that reads what is for partners only.

No verbs stand here: the actions of the room and of its parts call these once they have checked who may.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from dure.collaboration.models import Collaboration, Offer, Party
from dure.core import clock
from dure.core.models import Audience, Withholding
from dure.core.viewer import Viewer
from dure.core.visibility import Level


def parties_of(collaboration: Collaboration, *, left_too: bool = False) -> QuerySet[Party]:
    """The parties with their bodies, who asked first."""
    rows = Party.objects.filter(collaboration=collaboration).select_related("body")
    return rows if left_too else rows.filter(left_at=None)


def party_bodies(collaboration: Collaboration) -> set[UUID]:
    return set(Party.objects.filter(collaboration=collaboration, left_at=None).values_list("body_id", flat=True))


def members(collaboration: Collaboration) -> set[UUID]:
    """`party_bodies`, asked once for each object: for what looks at many rows of one collaboration."""
    if not hasattr(collaboration, "_members"):
        collaboration._members = party_bodies(collaboration)
    found: set[UUID] = collaboration._members
    return found


def is_party(viewer: Viewer, collaboration: Collaboration) -> bool:
    """The viewer reads for a body that is a party now."""
    return (
        viewer.body_id is not None
        and viewer.reads_for(viewer.body_id)
        and Party.objects.filter(collaboration=collaboration, body_id=viewer.body_id, left_at=None).exists()
    )


def together_with(body_id: UUID) -> QuerySet[Collaboration]:
    """The collaborations in which that body is a party now."""
    rows = Party.objects.filter(body_id=body_id, left_at=None).values("collaboration")
    return Collaboration.objects.filter(pk__in=rows)


def join(collaboration: Collaboration, body_id: UUID, role: str, offer: Offer | None = None) -> Party:
    """The body is a party from now on and belongs to the circle; nothing changes where it is one already."""
    party, _made = Party.objects.get_or_create(
        collaboration=collaboration, body_id=body_id, left_at=None, defaults={"role": role, "offer": offer}
    )
    Audience.objects.get_or_create(subject=collaboration.pk, kind="partner", body_id=body_id)
    return party


def leave(party: Party, reason: str) -> None:
    """The party is none any more and leaves the circle; what it said and did stays."""
    party.left_at, party.left_reason = clock.now(), reason
    party.save(update_fields=["left_at", "left_reason"])
    Audience.objects.filter(subject=party.collaboration_id, kind="partner", body_id=party.body_id).delete()
    # Who asked answers for the parts of the call that only partners read, and would read them on: now another does.
    heir = Party.objects.filter(collaboration=party.collaboration_id, left_at=None).first()
    if heir is not None:
        held = Withholding.objects.filter(subject=party.collaboration_id, owner_body_id=party.body_id)
        held.filter(visibility=Level.PARTNERS).update(owner_body_id=heir.body_id)


def narrow_circle(collaboration: Collaboration, keep: Iterable[UUID]) -> None:
    """Once partners are settled only they are the circle: who was invited and did not join reads no more than all."""
    rows = Audience.objects.filter(subject=collaboration.pk, kind="partner")
    rows.exclude(body_id__in=list(keep)).delete()
