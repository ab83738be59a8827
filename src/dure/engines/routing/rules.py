"""Rules as data: conditions in a small typed form over facts, who is responsible, the law, the reason in words.

A rule is a mapping:

    id: national.dong-of-si        # its own
    when: {duty: road, road: [national], town: dong, place: si}
    body: municipality             # a resolver, see BODIES
    unit: "{gu}도로과"
    law: [도로법 제23조제2항제3호]
    ko: "{area}을 지나는 일반국도라서 {body:이} 맡습니다"
    en: "…"
    confidence: 0.95
    from: 2014-07-15               # first and last day, both optional
    others: [{body: province, when: "…이면 도가 맡습니다.", en: "If …, the province is.", if: {sido_kind: special-do}}]

A condition is one value, a list (any of them) or {not: …}; `words` asks for words in the text. The first rule that
applies decides. A rule that cannot be read stays in its place, fails when its turn comes, and is shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

Facts = Mapping[str, Any]
Condition = Callable[[Facts], bool]

FACTS = {
    "duty", "category", "group", "road", "town", "place", "sido", "sido_kind", "muni", "overlap", "private", "owner",
    "words",
}  # fmt: skip
BODIES = {
    "municipality", "province", "metro", "road-office", "expressway-corporation", "police", "fire", "education",
    "owner-of-ground", "owner", "road-authority", "district",
}  # fmt: skip
"""Resolvers; `central:CODE` and `office:CODE` name a body of bodies.csv directly."""


UNRANKED = 99.0


class RuleError(ValueError):
    """A rule that cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class OtherRule:
    body: str
    when: str
    unit: str
    applies: Condition
    when_en: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    duties: frozenset[str] | None
    applies: Condition
    body: str
    unit: str
    law: tuple[str, ...]
    ko: str
    en: str
    confidence: float
    others: tuple[OtherRule, ...]
    first: date | None
    last: date | None
    problem: str = ""

    def stands(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class RuleSet:
    """Everything that decides, as data: rules in order, duties of categories, laws, priors, offices, road names."""

    rules: tuple[Rule, ...]
    duties: Mapping[str, str]
    body_types: Mapping[str, str]
    laws: Mapping[str, tuple[str, ...]]
    priors: tuple[tuple[Condition, tuple[tuple[str, float], ...]], ...]
    road_names: Mapping[str, tuple[str, str]]
    ranks: Mapping[str, float]
    kinds: Mapping[str, str]
    kind_names: Mapping[str, tuple[str, str]]
    offices: Mapping[str, str]
    private_expressways: tuple[str, ...]
    named_roads: Mapping[str, str]
    extras: tuple[OtherRule, ...]
    words: tuple[str, ...]
    version: str
    _by_duty: dict[str, tuple[Rule, ...]] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[str, ...]:
        """Rules that cannot be read, each with what is wrong."""
        return tuple(f"{rule.id}: {rule.problem}" for rule in self.rules if rule.problem)

    def for_duty(self, duty: str) -> tuple[Rule, ...]:
        found = self._by_duty.get(duty)
        if found is None:
            found = tuple(rule for rule in self.rules if rule.duties is None or duty in rule.duties)
            self._by_duty[duty] = found
        return found

    @classmethod
    def parse(cls, plain: Mapping[str, Any], authority: Mapping[str, Any]) -> RuleSet:
        """From rules.yaml and authority.yaml as mappings. Raises RuleError where the whole cannot be used."""
        rules: list[Rule] = []
        for number, one in enumerate(plain.get("rules") or ()):
            try:
                rules.append(_rule(one))
            except (RuleError, KeyError, TypeError, ValueError, AttributeError) as error:
                name = str(one.get("id", number)) if isinstance(one, Mapping) else str(number)
                rules.append(_broken(name, f"{type(error).__name__}: {error}"))
        twice = [rule.id for rule in rules if [r.id for r in rules].count(rule.id) > 1]
        if twice:
            raise RuleError(f"rule id given twice: {twice[0]}")
        types = {row["id"]: row for row in authority["road_types"]}
        words = {word for rule in plain.get("rules") or () for word in _words_of(rule)}
        words |= {word for one in plain.get("extras") or () for word in _words_of({"others": [one]})}
        return cls(
            rules=tuple(rules),
            duties={category: duty for duty, many in (plain.get("duties") or {}).items() for category in many},
            body_types=dict(plain.get("body_types") or {}),
            laws={key: tuple(value) for key, value in (plain.get("laws") or {}).items()},
            priors=tuple(
                (_conditions(one.get("when") or {}), tuple((str(k), float(v)) for k, v in one["roads"].items()))
                for one in plain.get("priors") or ()
            ),
            road_names={key: (row["names"]["ko"], row["names"]["en"]) for key, row in types.items()},
            ranks={"national": 2.0} | {key: float(row["rank"] or UNRANKED) for key, row in types.items()},
            kinds=dict(plain.get("kinds") or {}),
            kind_names={key: (str(v[0]), str(v[1])) for key, v in (plain.get("kind_names") or {}).items()},
            offices=_offices(authority) | dict(plain.get("office_names") or {}),
            private_expressways=tuple(plain.get("private_expressways") or ()),
            named_roads=dict(plain.get("named_roads") or {}),
            extras=tuple(map(_other, plain.get("extras") or ())),
            words=tuple(sorted(words)),
            version=sha256(
                json.dumps([plain, authority], ensure_ascii=False, sort_keys=True, default=str).encode()
            ).hexdigest()[:12],
        )


def _offices(authority: Mapping[str, Any]) -> dict[str, str]:
    """Province's name → code of its regional construction office; additions in brackets (days) are left off."""
    found = {}
    for office in authority["regional_offices"]:
        for name in office["covers_sido"]:
            found[str(name).split("(")[0].strip()] = str(office["code"])
    return found


def _broken(name: str, problem: str) -> Rule:
    def never(_facts: Facts) -> bool:
        raise RuleError(problem)

    return Rule(name, None, never, "", "", (), "", "", 0.0, (), None, None, problem)


def _rule(one: Mapping[str, Any]) -> Rule:
    unknown = set(one) - {
        "id", "when", "body", "unit", "law", "ko", "en", "confidence", "others", "from", "to", "note",
    }  # fmt: skip
    if unknown:
        raise RuleError(f"unknown field {sorted(unknown)[0]!r}")
    when = dict(one.get("when") or {})
    duty = when.get("duty")
    duties = None if duty is None or isinstance(duty, Mapping) else frozenset(_list(duty))
    confidence = float(one.get("confidence", 0.9))
    if not 0.0 <= confidence <= 1.0:
        raise RuleError(f"confidence {confidence} is not between 0 and 1")
    _known_body(one["body"])
    return Rule(
        id=str(one["id"]),
        duties=duties,
        applies=_conditions(when),
        body=str(one["body"]),
        unit=str(one.get("unit", "")),
        law=tuple(map(str, one.get("law") or ())),
        ko=str(one["ko"]),
        en=str(one["en"]),
        confidence=confidence,
        others=tuple(map(_other, one.get("others") or ())),
        first=_day(one.get("from")),
        last=_day(one.get("to")),
    )


def _other(one: Mapping[str, Any]) -> OtherRule:
    return OtherRule(
        _known_body(one["body"]),
        str(one["when"]),
        str(one.get("unit", "")),
        _conditions(dict(one.get("if") or {})),
        str(one.get("en", "")),
    )


def _known_body(value: Any) -> str:
    name = str(value)
    if name not in BODIES and not name.startswith(("central:", "office:")):
        raise RuleError(f"unknown body {name!r}")
    return name


def _day(value: Any) -> date | None:
    return value if value is None or isinstance(value, date) else date.fromisoformat(str(value))


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def _words_of(rule: Any) -> list[str]:
    if not isinstance(rule, Mapping):
        return []
    found: list[str] = []
    for when in [rule.get("when"), *[o.get("if") for o in rule.get("others") or () if isinstance(o, Mapping)]]:
        if isinstance(when, Mapping) and "words" in when:
            value = when["words"]
            found += _list(value["not"] if isinstance(value, Mapping) else value)
    return [str(word) for word in found]


def _conditions(when: Mapping[str, Any]) -> Condition:
    """All of them. A fact that is asked for and not there is a fault of the rule, not false."""
    tests: list[tuple[str, frozenset[Any], bool]] = []
    for fact, value in when.items():
        if fact not in FACTS:
            raise RuleError(f"unknown fact {fact!r}")
        negated = isinstance(value, Mapping)
        if negated and set(value) != {"not"}:
            raise RuleError(f"{fact}: only {{not: …}} may stand here, not {dict(value)!r}")
        tests.append((fact, frozenset(_list(value["not"] if negated else value)), not negated))
    fixed = tuple(tests)

    def holds(facts: Facts) -> bool:
        for fact, values, wanted in fixed:
            found = facts[fact]
            if (bool(found & values) if fact == "words" else found in values) is not wanted:
                return False
        return True

    return holds
