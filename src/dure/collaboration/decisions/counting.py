"""From stored votes to what the engine decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from dure.collaboration.decisions.effects import TEXT
from dure.collaboration.decisions.models import Proposal
from dure.collaboration.decisions.rules import Rule
from dure.collaboration.parts import Effect, effects
from dure.engines import decisions as engine


def effect_of(proposal: Proposal) -> Effect:
    """What it does once carried; nothing where its part is gone."""
    return effects().get(proposal.kind, TEXT)


def frozen(rule: Rule) -> dict[str, Any]:
    """A rule as a proposal keeps it from the moment it is made."""
    return {
        "passes": str(rule.passes),
        "quorum_per_mille": rule.quorum_per_mille,
        "days": rule.days,
        "weights": dict(rule.weights),
        "agreed": rule.agreed,
    }


def rule_at(proposal: Proposal) -> Rule:
    return Rule(**proposal.rule)


def apart(proposal: Proposal) -> UUID | None:
    """The party whose own vote is heard but not counted: what is proposed is about it."""
    return effect_of(proposal).concerned(proposal.data)


def count(proposal: Proposal, votes: Mapping[UUID, str], members: Collection[UUID], now: datetime) -> engine.Decision:
    """The outcome of `votes` ({body: choice}) among the parties `members` at the moment `now`.

    Where every other party must agree, the proposer counts as agreeing unless it voted otherwise.
    """
    rule, effect = rule_at(proposal), effect_of(proposal)
    about = effect.concerned(proposal.data)
    cast = dict(votes)
    if effect.unanimous and proposal.body_id in members and proposal.body_id != about:
        cast.setdefault(proposal.body_id, "agree")
    return engine.decide(
        {str(body): choice for body, choice in cast.items()},
        rule=engine.Rule("unanimous" if effect.unanimous else rule.passes, rule.quorum_per_mille),
        voters={str(body): rule.voices(body) for body in members},
        now=now,
        deadline=proposal.deadline,
        apart={str(about)} if about else (),
    )
