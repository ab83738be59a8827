"""How the parties decide: one voice each and no block, unless their agreement says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from dure.collaboration.decisions.models import DecisionRule
from dure.collaboration.models import Collaboration


@dataclass(frozen=True)
class Rule:
    """`passes` is one of DecisionRule.Passes; `quorum_per_mille` of all voices must have voted (abstaining counts);
    `days` a proposal is open by default; `weights` {body id: voices} where not one. `agreed`: from an agreement."""

    passes: str = DecisionRule.Passes.CONSENT
    quorum_per_mille: int = 500
    days: int = 7
    weights: Mapping[str, int] = field(default_factory=dict)
    agreed: bool = False

    def voices(self, body_id: UUID) -> int:
        return self.weights.get(str(body_id), 1)


def rule_of(collaboration: Collaboration) -> Rule:
    row = DecisionRule.objects.filter(collaboration=collaboration).first()
    if row is None:
        return Rule()
    return Rule(row.passes, row.quorum_per_mille, row.days, dict(row.weights), agreed=True)


def set_rule(collaboration: Collaboration, rule: Rule) -> None:
    """Called when an agreement that says how to decide comes into force."""
    DecisionRule.objects.update_or_create(
        collaboration=collaboration,
        defaults={
            "passes": rule.passes,
            "quorum_per_mille": rule.quorum_per_mille,
            "days": rule.days,
            "weights": dict(rule.weights),
        },
    )
