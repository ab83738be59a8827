"""A collaboration of 가평군 and 남양주시 whose agreement waits for signatures, and one whose agreement is in force."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dure.collaboration import actions as together
from dure.collaboration.agreement import actions
from dure.core import clock


def names(world: Any) -> dict[str, str]:
    found = {}
    for name in ("to_sign", "in_force"):
        collaboration = _collaboration(world)
        version = actions.agreement_compose(by=world.viewers["officer"], id=collaboration.pk)
        bodies = [str(world.viewers[role].body_id) for role in ("officer", "other")]
        fields = {
            "contributions": dict.fromkeys(bodies, "사람 2명"),
            "starts_on": clock.today(),
            "ends_on": clock.today() + timedelta(days=364),
        }
        version = actions.agreement_save(by=world.viewers["officer"], id=version.pk, edit=1, fields=fields)
        version = actions.agreement_propose(by=world.viewers["officer"], id=version.pk, edit=version.edit)
        if name == "in_force":
            for role in ("officer", "other"):
                actions.agreement_sign(
                    by=world.viewers[role], id=version.pk, sha256=version.sha256, signed_with="session"
                )
        found[name] = collaboration.receipt
    return found


def _collaboration(world: Any) -> Any:
    made = world._call("함께 맺는 협약")
    fields = {"resource": "people", "what": "간호사", "how_much": "2명", "available": "바로"}
    offer = together.offer_make(by=world.viewers["other"], id=made.pk, fields=fields)
    together.offer_take(by=world.viewers["officer"], id=offer.pk)
    return together.partners_settle(by=world.viewers["officer"], id=made.pk)
