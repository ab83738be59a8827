"""When there is something to tell about a watched benefit: an age is reached, or its rule or figures are others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from dure.engines.rules.households import Household
from dure.engines.rules.ruleset import Day, RuleSet


def mark(rules: RuleSet, id: str, on: date) -> str:
    """Changes when the benefit's text or a figure that it uses is another; empty where it is not in force."""
    plan = rules.on(on).plans.get(id)
    if plan is None:
        return ""
    figures = [(code, rules.parameters.by_code[code].on(on)) for code in sorted(plan.lowered.used)]
    said = [(code, repr(dated.table) if dated else "") for code, dated in figures]
    return sha256(repr((plan.benefit.text, said)).encode()).hexdigest()[:16]


def marks(rules: RuleSet, ids: Iterable[str], on: date) -> dict[str, str]:
    return {id: mark(rules, id, on) for id in ids}


@dataclass(frozen=True)
class News:
    """Which of the watched benefits changed, and why: `age` reached or passed, `rule` or figures others."""

    age: tuple[str, ...]
    rule: tuple[str, ...]


def _states(day: Day, births: Sequence[str], residence: str, ids: Sequence[str]) -> dict[str, list[tuple[str, ...]]]:
    """How each condition stands when nothing is known but birth dates and area."""
    members = tuple({"birth_date": one} for one in births)
    facts = {"residence": residence} if residence else {}
    household = Household(members, facts, day.on, whole=False)
    there = [id for id in ids if id in day.plans]
    found: dict[str, list[tuple[str, ...]]] = {}
    for outcome in day.explain(household, only=there):
        found.setdefault(outcome.benefit, []).append(tuple(reason.state for reason in outcome.reasons))
    return found


def news(
    rules: RuleSet,
    since: date,
    on: date,
    births: Sequence[str],
    residence: str,
    ids: Sequence[str],
    kept: Mapping[str, str],
) -> News:
    """What changed from the day last looked at to this one. Ages by the rules as they are live now; a change of the
    rules themselves is seen in `kept`, the marks of then."""
    was = _states(rules.on(since), births, residence, ids)
    now = _states(rules.on(on), births, residence, ids)
    rule = tuple(id for id in ids if mark(rules, id, on) != kept.get(id, ""))
    age = tuple(id for id in ids if id not in rule and was.get(id) != now.get(id))
    return News(age, rule)


__all__ = ["News", "mark", "marks", "news"]
