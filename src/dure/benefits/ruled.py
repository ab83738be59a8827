"""A benefit as its file says it, in words: for pages that show the rule to everybody, without any household."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from dure.benefits.shown import PER, text
from dure.engines.rules import words
from dure.engines.rules.benefit import Benefit, Condition, Group
from dure.engines.rules.catalogue import TYPES, Catalogue
from dure.engines.rules.checker import try_example
from dure.engines.rules.explain import Outcome, Plan
from dure.engines.rules.households import Household
from dure.engines.rules.ir import Axis, Table
from dure.engines.rules.ruleset import Day, RuleSet

SIZES = (1, 2, 3, 4)
"""Households for which a limit is shown where it hangs on how many they are."""
MOST_CELLS = 60


@dataclass(frozen=True)
class Said:
    """A condition (`group` empty) or a group of them: all, any or none of `inner`."""

    words: str = ""
    sizes: tuple[tuple[int, str], ...] = ()
    law: str = ""
    group: str = ""
    inner: tuple[Said, ...] = ()


def _outcome(plan: Plan, day: Day, facts: Mapping[str, Any]) -> Outcome:
    return day.explain(Household(({},), facts, day.on, whole=False), only=[plan.benefit.id])[0]


def conditions(plan: Plan, day: Day, lang: str) -> list[Said]:
    """The conditions as nested groups, in words; limits that hang on the size of the household for each of SIZES."""
    sized = {size: {one.id: one for one in _outcome(plan, day, {"household_size": size}).reasons} for size in SIZES}
    unknown = words.UNKNOWN[lang]

    def one(id: str) -> Said:
        each = tuple((size, sized[size][id].words(lang).replace(unknown, "…")) for size in SIZES)
        law = sized[SIZES[0]][id].law
        if len({text for _size, text in each}) == 1:
            return Said(words=each[0][1], law=law)
        return Said(sizes=each, law=law)

    def group(of: Group) -> Said:
        return Said(group=of.how, inner=tuple(each(inner) for inner in of.of))

    def each(of: Condition | Group) -> Said:
        return one(of.id) if isinstance(of, Condition) else group(of)

    found = [one("area")] if "area" in sized[SIZES[0]] else []
    top = plan.benefit.conditions
    return found + ([each(of) for of in top.of] if top.how == "all" else [group(top)])


def amounts(plan: Plan, day: Day, lang: str) -> list[tuple[str, str, str]]:
    """(what, per, how it is computed) of each amount."""
    outcome = _outcome(plan, day, {})
    found = []
    for amount, spoken in zip(outcome.amounts, plan.benefit.amounts, strict=True):
        found.append((amount.words(lang), str(PER[amount.per]), spoken.value.text if spoken.value else ""))
    return found


def relations(of: Benefit, known: Mapping[str, Benefit], lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """(what the file says, the other benefits as (id, name))."""
    found = []
    for one in of.interactions:
        others = [(id, text(known[id].names, lang)) for id in one.with_ if id in known]
        if others or one.rule:
            found.append((text(one.rule, lang), others))
    return found


@dataclass(frozen=True)
class Figure:
    """A figure of the law as it is on a day: `cells` are (where in the table, value)."""

    name: str
    since: str
    until: str
    cells: tuple[tuple[str, str], ...]
    seen: bool
    law: tuple[str, ...]
    sources: tuple[Mapping[str, Any], ...]


def figures(plan: Plan, rules: RuleSet, on: date, lang: str) -> list[Figure]:
    """Those that the rule uses on that day, with where they are from."""
    found = []
    for code in sorted(plan.lowered.used):
        parameter = rules.parameters.by_code[code]
        dated = parameter.on(on)
        if dated is None:
            continue
        sources = dated.sources if isinstance(dated.sources, list) else [dated.sources] if dated.sources else []
        found.append(
            Figure(
                name=text(parameter.names, lang) or parameter.ko,
                since=dated.first.isoformat(),
                until=dated.last.isoformat() if dated.last else "",
                cells=_cells(dated.table, parameter.type, dated.scale, lang, rules.catalogue),
                seen=dated.confidence == "seen",
                law=parameter.law,
                sources=tuple(one for one in sources if isinstance(one, Mapping)),
            )
        )
    return found


def _cells(table: Table, type: str, scale: int, lang: str, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    unit = TYPES[type]
    found = []
    for place, keys in enumerate(product(*(_keys(axis) for axis in table.axes))):
        if place >= MOST_CELLS:
            break
        where = " · ".join(_key(key, catalogue, lang) for key in keys)
        found.append((where, words.show(table.cells[place], unit, scale, lang, catalogue)))
    if table.steps and len(table.axes) == 1 and table.steps[0] is not None:
        found.append(("+1", "+" + words.show(table.steps[0], unit, scale, lang, catalogue)))
    return tuple(found)


def _keys(axis: Axis) -> tuple[int | str, ...]:
    return axis.codes or tuple(range(axis.first, axis.first + axis.size))


def _key(key: int | str, catalogue: Catalogue, lang: str) -> str:
    if isinstance(key, int):
        return words.whole(key, lang)
    for one in catalogue.enumerations.values():
        for choice in one.choices:
            if choice.code == key:
                return choice.names.get(lang) or choice.ko
    return key


@dataclass(frozen=True)
class Tried:
    """A worked example of the file, and whether the rule gives what it says."""

    id: str
    on: str
    given: str
    expect: str
    source: str
    origin: str
    holds: bool


def examples(of: Benefit, rules: RuleSet) -> list[Tried]:
    """The file's examples, each tried now."""
    found = []
    for one in of.examples:
        source = one.source if isinstance(one.source, str) else json.dumps(one.source, ensure_ascii=False)
        found.append(
            Tried(
                id=one.id,
                on=one.on.isoformat(),
                given=_plain(one.given),
                expect=_plain(one.expect),
                source="" if one.source is None else source,
                origin=one.origin,
                holds=not list(try_example(of, one, rules.catalogue, rules.parameters)),
            )
        )
    return found


def _plain(said: Any) -> str:
    if isinstance(said, Mapping):
        return ", ".join(f"{key}: {_plain(value)}" for key, value in said.items())
    if isinstance(said, list):
        return "[" + "; ".join(_plain(one) for one in said) + "]"
    return "—" if said is None else str(said)


__all__ = ["Figure", "Said", "Tried", "amounts", "conditions", "examples", "figures", "relations"]
