"""Every read of an agreement, narrowed to its viewer; and what other parts ask of the one in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dure.collaboration.models import Collaboration


@dataclass(frozen=True)
class Terms:
    """What other parts need of the agreement in force. `shares` are (body, won) of the whole term and add up."""

    starts_on: date
    ends_on: date
    after_care_body_id: UUID | None
    shares: tuple[tuple[UUID, int], ...] = ()


def terms_in_force(collaboration: Collaboration) -> Terms | None:
    """The terms that all parties signed and that have not ended; None while there are none."""
    return None
