"""An open proposal, and a body that is asked to join, in the collaboration `together`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from dure.bodies.models import Body
from dure.collaboration.decisions import actions
from dure.collaboration.decisions.models import Admission


def names(world: Any) -> dict[str, str]:
    together = UUID(world.names["together_id"])
    made = actions.proposal_make(by=world.viewers["officer"], id=together, title="매달 모입니다", text="첫 월요일")
    neighbour = Body.objects.get(code="5111000000")
    asked = Admission.objects.create(collaboration_id=together, body=neighbour)
    return {"proposal": str(made.pk), "admission": str(asked.pk)}
