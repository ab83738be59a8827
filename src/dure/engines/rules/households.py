"""A household as it is asked about: what is known of it and of its members, checked against the catalogue.

JSON: `{"facts": {code: value, …}, "members": [{code: value, …}, …]}`, or flat: `{"household_size": 4,
"recognized_income": 1500000}`. Codes, aliases and Korean words are taken; null and what is not there are
unknown. Money is whole won: floats are refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dure.engines.rules.catalogue import Catalogue, FactKind, area_code
from dure.engines.rules.faults import meant, shown
from dure.engines.rules.ir import UNLISTED, Value
from dure.engines.rules.lower import number_of
from dure.engines.rules.ranges import MOST_MEMBERS
from dure.engines.rules.yamlfile import day, exact, whole

SIZE = "household_size"
"""The fact that says how many they are, where the catalogue has it."""
MOST_JSON = 1_000_000
TRUTHS = {"true": True, "예": True, "false": False, "아니오": False}


class HouseholdFault(ValueError):
    """Something said of a household that cannot be taken. `code` is the fact's, `words` a Korean sentence,
    `member` whose.
    """

    def __init__(self, code: str, words: str, member: int | None = None) -> None:
        super().__init__(f"{code}: {words}")
        self.code, self.words, self.member = code, words, member


@dataclass(frozen=True, slots=True)
class Household:
    """What is known. Values: int (won, numbers, periods), bool, date, str (code of a choice or an area),
    Fraction for ratios.

    `whole` False: there are members who are not listed, so nothing may be concluded from the list's end.
    """

    members: tuple[Mapping[str, Any], ...]
    facts: Mapping[str, Any]
    on: date
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """A household's facts as the programs take them: dates as yyyymmdd, ratios as numerators; only known ones."""

    facts: dict[str, Value]
    members: tuple[dict[str, Value], ...]
    """As listed; at least one (of whom nothing may be known)."""
    passed: tuple[Mapping[str, Value], ...]
    """Those a program passes over: with `UNLISTED` at the end where not all are listed."""
    whole: bool


def value_of(fact: FactKind, raw: Any) -> Value | None:
    """What is said of a fact as programs take it. HouseholdFault for another type, or outside the catalogue's range."""
    if raw is None or raw == "":
        return None
    kind = type(raw)
    if kind is Decimal and not (
        raw.is_finite() and -20 <= raw.adjusted() <= 20 and -20 <= int(raw.as_tuple().exponent) <= 20
    ):
        raise _wrong(fact, "더 짧은 수", raw)
    found: int | None = None
    match fact.type:
        case "bool":
            if kind is bool:
                return bool(raw)
            if kind is str and raw in TRUTHS:
                return TRUTHS[raw]
            raise _wrong(fact, "예/아니오(true/false)", raw)
        case "enum":
            for choice in fact.choices:
                if raw in (choice.code, choice.ko):
                    return choice.code
            raise _wrong(fact, ", ".join(choice.code for choice in fact.choices[:12]) + " 가운데 하나", raw)
        case "area":
            text = str(raw)
            if kind in {str, int} and text.isascii() and text.isdigit() and 2 <= len(text) <= 10:
                return area_code(text)
            raise _wrong(fact, "지역 코드(2~10자리 숫자)", raw)
        case "date":
            said = raw if kind is date else day(raw) if kind is str else None
            if said is None:
                raise _wrong(fact, "날짜(2026-01-31)", raw)
            found = number_of(said)
        case "ratio":
            ratio: Fraction | None = None
            if kind in {int, Fraction, Decimal}:
                ratio = Fraction(raw)
            elif kind is str:
                ratio = exact(raw)
            if ratio is None or (ratio * fact.scale).denominator != 1:
                raise _wrong(fact, f'비율("32%", "1.2"; 1/{fact.scale}까지)', raw)
            found = int(ratio * fact.scale)
        case _:
            if kind is int:
                found = raw
            elif kind is str:
                found = whole(raw)
            elif kind is Decimal and raw == raw.to_integral_value():
                found = int(raw)
            if found is None:
                raise _wrong(fact, "정수", raw)
    if not fact.low <= found <= fact.high:
        ends = [_told(fact, one) for one in (found, fact.low, fact.high)]
        raise HouseholdFault(fact.code, f"「{fact.ko}」의 값 {ends[0]}이(가) 범위({ends[1]}~{ends[2]})를 벗어났습니다.")
    return found


def _told(fact: FactKind, value: int) -> str:
    return f"{value // 10000}-{value // 100 % 100:02}-{value % 100:02}" if fact.type == "date" else f"{value:,}"


def _wrong(fact: FactKind, wanted: str, raw: Any) -> HouseholdFault:
    return HouseholdFault(
        fact.code, f"「{fact.ko}」에는 {wanted}이(가) 와야 하는데 「{shown(str(raw))}」이(가) 왔습니다."
    )


def _facts(catalogue: Catalogue, said: Mapping[str, Any], scope: str, member: int | None) -> dict[str, Value]:
    found: dict[str, Value] = {}
    kinds = catalogue.facts
    for code, raw in said.items():
        fact = kinds.get(code)
        if fact is None or fact.scope != scope:
            raise HouseholdFault(code, f"모르는 사실입니다: 「{shown(code)}」", member)
        try:
            value = value_of(fact, raw)
        except HouseholdFault as fault:
            raise HouseholdFault(fault.code, fault.words, member) from None
        if value is not None:
            found[code] = value
    return found


def known(household: Household, catalogue: Catalogue) -> Known:
    """The household as programs take it. HouseholdFault where something cannot be taken."""
    if len(household.members) > MOST_MEMBERS:
        raise HouseholdFault("members", f"가구원이 {MOST_MEMBERS}명을 넘습니다.")
    facts = _facts(catalogue, household.facts, "household", None)
    members = tuple(_facts(catalogue, one, "member", number) for number, one in enumerate(household.members))
    whole = household.whole and bool(members)
    size = facts.get(SIZE)
    if SIZE in catalogue.facts and len(members) > catalogue.facts[SIZE].high:
        raise HouseholdFault("members", f"가구원이 {catalogue.facts[SIZE].high}명을 넘습니다.")
    if isinstance(size, int) and members:
        if size < len(members):
            raise HouseholdFault(SIZE, f"가구원이 {size}명이라고 했는데 {len(members)}명을 적었습니다.")
        whole = size == len(members)
    return Known(facts, members or ({},), members if whole else (*members, UNLISTED), whole)


def read_json(text: str) -> Any:
    """JSON without floats (numbers with a point are Decimals) and without double keys. HouseholdFault for
    anything else.

    What is no number, or a longer one than anything counts to, stays text: the fact it is said of refuses it by name.
    """
    if len(text) > MOST_JSON:
        raise HouseholdFault("", f"JSON이 {MOST_JSON:,}자를 넘습니다.")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise HouseholdFault(key[:100], f"JSON에 같은 이름이 두 번 있습니다: 「{shown(key)}」")
            found[key] = value
        return found

    def point(digits: str) -> Decimal | str:
        many = digits.lower().partition("e")[2].lstrip("+-0")
        return Decimal(digits) if len(digits) <= 40 and len(many) <= 2 and int(many or 0) <= 20 else digits

    def number(digits: str) -> int | str:
        return int(digits) if len(digits) <= 40 else digits

    if not text.strip():
        raise HouseholdFault("", "JSON으로 읽을 수 없습니다: 비어 있습니다.")
    try:
        return json.loads(text, parse_float=point, parse_int=number, parse_constant=str, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        words = f"JSON으로 읽을 수 없습니다: {error.lineno}번째 줄 {error.colno}번째 글자의 앞뒤를 살펴 주세요"
        raise HouseholdFault("", f"{words} ({shown(error.msg)}).") from None
    except RecursionError:
        raise HouseholdFault("", "JSON으로 읽을 수 없습니다: 묶음이 너무 깊습니다.") from None


def household(document: Any, catalogue: Catalogue, on: date) -> Household:
    """A household from what was read from JSON (see the head of this file). HouseholdFault where it cannot be taken."""
    if not isinstance(document, Mapping):
        raise HouseholdFault("", "가구는 이름과 값의 묶음이어야 합니다.")
    flat = {code: value for code, value in document.items() if code not in {"facts", "members", "id", "whole"}}
    facts = document.get("facts")
    facts = {} if facts is None else facts
    listed = document.get("members")
    if not isinstance(facts, Mapping) or not isinstance(listed, Sequence | None) or isinstance(listed, str):
        raise HouseholdFault("", "facts는 묶음, members는 목록이어야 합니다.")
    own: dict[str, Any] = {}
    common: dict[str, Any] = {}
    for word, raw in (*flat.items(), *facts.items()):
        fact = catalogue.facts[_code(catalogue, word, None)]
        if fact.code in own or fact.code in common:
            raise HouseholdFault(fact.code, f"「{fact.ko}」이(가) 두 번 적혔습니다.")
        (own if fact.scope == "member" else common)[fact.code] = raw
    members: list[dict[str, Any]] = []
    for number, one in enumerate(listed or ()):
        if not isinstance(one, Mapping):
            raise HouseholdFault("members", "가구원은 이름과 값의 묶음이어야 합니다.", number)
        members.append({_code(catalogue, word, number, "member"): raw for word, raw in one.items()})
    if own and listed is not None:
        first = next(iter(own))
        raise HouseholdFault(
            first, f"「{catalogue.facts[first].ko}」은(는) 가구원의 사실입니다. members 안에 적어 주세요."
        )
    if own:
        members = [own]
    said = document.get("whole")
    if said is not None and not isinstance(said, bool):
        raise HouseholdFault(
            "whole", f"「whole」에는 true나 false가 와야 하는데 「{shown(str(said))}」이(가) 왔습니다."
        )
    whole = said is not False and (listed is not None or bool(own))
    return Household(tuple(members), common, on, whole)


def _code(catalogue: Catalogue, word: Any, member: int | None, scope: str = "") -> str:
    code = catalogue.code_of(str(word))
    if code is None:
        hint = meant(str(word), [*catalogue.facts, *catalogue.by_word])
        raise HouseholdFault(str(word)[:100], f"모르는 사실입니다: 「{shown(str(word))}」 {hint}".strip(), member)
    if scope and catalogue.facts[code].scope != scope:
        raise HouseholdFault(
            code, f"「{catalogue.facts[code].ko}」은(는) 가구의 사실입니다. facts에 적어 주세요.", member
        )
    return code


__all__ = ["SIZE", "Household", "HouseholdFault", "Known", "household", "known", "read_json", "value_of"]
