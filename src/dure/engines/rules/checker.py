"""Checks one benefit file whole: form, names, types, widths on every day its figures change, and its examples
as tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from dure.engines.rules import ir
from dure.engines.rules.benefit import Benefit, Check, Example, Formula, read_benefit
from dure.engines.rules.catalogue import Catalogue
from dure.engines.rules.contradictions import contradictions
from dure.engines.rules.explain import Outcome, Plan, cases_of
from dure.engines.rules.faults import Fault, Faults, meant, shown
from dure.engines.rules.households import HouseholdFault, household, known
from dure.engines.rules.notices import notices
from dure.engines.rules.parameters import Parameters
from dure.engines.rules.program import Lowered, program
from dure.engines.rules.ranges import Bounds, NotAbove, TooWide
from dure.engines.rules.yamlfile import Notes, exact, read, whole

FIRST = date(2015, 1, 1)
MOST_YEARS = 40
"""A rule that reckons with the year is checked for so many years on."""
MOST_CHARACTERS = 100_000
"""Of one benefit's file."""


@dataclass(frozen=True, slots=True)
class Checked:
    """`benefit` is None where there is any fault."""

    benefit: Benefit | None
    faults: tuple[Fault, ...]
    notices: tuple[Fault, ...] = ()
    """What is no mistake and yet is rarely meant; worked out together with the examples."""


def check(text: str, *, file: str, catalogue: Catalogue, parameters: Parameters, examples: bool = True) -> Checked:
    """The benefit of a file, or every fault that could be found in it. Raises nothing.

    A fault has line, column (from 1), code, words and remedy. `examples` False leaves the file's own tests out.
    """
    notes = Notes(file)
    try:
        benefit = read_benefit(read(text, file=file, most=MOST_CHARACTERS), text, notes)
        notes.stop()
    except Faults as faults:
        return Checked(None, faults.faults)
    assert benefit is not None
    found: list[Fault] = []
    each: list[Lowered] = []
    for day in days(benefit, catalogue, parameters):
        lowered = program(benefit, catalogue, parameters, day, found.append)
        if lowered is None or not _fits(benefit, lowered, found.append):
            break
        found.extend(contradictions(benefit, lowered))
        if found:
            break
        each.append(lowered)
    if not found:
        found.extend(_below_nothing(benefit, each))
    if not found and examples:
        for example in benefit.examples:
            found.extend(try_example(benefit, example, catalogue, parameters))
    if found:
        return Checked(None, Faults(found).faults)
    return Checked(benefit, (), notices(benefit, each) if examples else ())


def days(benefit: Benefit, catalogue: Catalogue, parameters: Parameters) -> tuple[date, ...]:
    """The days a file is checked for: where it comes into force, where one of its figures changes, and where it reckons
    with the year or month, each of those."""
    first = benefit.first or FIRST
    last = benefit.last or date.max
    lowered = program(benefit, catalogue, parameters, first, lambda fault: None)
    used = set(lowered.used) if lowered else set()
    found = set(parameters.days(used))
    if "기준연도" in benefit.text:
        found |= {date(year, 1, 1) for year in range(first.year, first.year + MOST_YEARS)}
    if "기준월" in benefit.text:
        found |= {date(first.year + 1, month, 1) for month in range(1, 13)}
    return (first, *(day for day in sorted(found) if first < day <= last))


def _fits(benefit: Benefit, lowered: Lowered, fault: Any) -> bool:
    """Notes what could pass 64 bits or divide by nothing, at the formula in which it happens."""
    places: dict[str, Formula] = dict(benefit.defines)
    places |= {f"?{one.id}": one.test for one in benefit.each_condition()}
    results: list[tuple[Formula | None, ir.Expr]] = [(places.get(let.name), let.expr) for let in lowered.program.lets]
    for plan, amount in zip(benefit.amounts, lowered.program.amounts, strict=True):
        if amount.expr is not None:
            results.append((plan.value, amount.expr))
    named = {one.name: one.expr for one in lowered.program.outputs}
    results += [(benefit.outputs.get(name), expr) for name, expr in named.items()]
    results += [(next((c.words.holes[h] for c in benefit.each_condition() if h in c.words.holes), None), value.expr)
                for h, value in lowered.holes.items()]  # fmt: skip
    bounds = Bounds(())
    for number, (place, expr) in enumerate(results):
        try:
            if number < len(lowered.program.lets):
                bounds.let(lowered.program.lets[number])
            else:
                bounds.of(expr)
        except TooWide as wide:
            words = f"값이 64비트 정수를 넘을 수 있습니다({len(str(wide.highest))}자리까지)."
            remedy = "곱하기 전에 반올림하거나, 사실의 범위(facts.yaml의 range)를 좁혀 주세요."
            code = "too-wide"
        except NotAbove:
            words = "나누는 값이 0이거나 음수일 수 있습니다."
            remedy = "최대(1, …)로 감싸거나 사실의 범위를 1부터로 적어 주세요."
            code = "division"
        else:
            continue
        line, column = place.scalar.place(place.shift) if place else (1, 1)
        fault(Fault(line, column, code, words, remedy, benefit.file))
        return False
    return True


def _below_nothing(benefit: Benefit, each: Iterable[Lowered]) -> Iterable[Fault]:
    """A Fault for each amount that is less than nothing for everybody, on every day whose figures are known."""
    highest: dict[str, int] = {}
    for lowered in each:
        bounds = Bounds(lowered.program.lets)
        for amount in lowered.program.amounts:
            within = None if amount.expr is None else bounds.of(amount.expr)
            if within is not None:
                highest[amount.id] = max(within[1], highest.get(amount.id, within[1]))
    for said in benefit.amounts:
        if highest.get(said.id, 0) < 0 and said.value is not None:
            place = said.value.scalar.place(said.value.shift)
            words = f"금액 `{said.id}`이(가) 언제나 0원보다 적습니다."
            yield Fault(*place, "negative", words, "뺄셈의 앞뒤를 살펴 주세요.", benefit.file)


def plan_of(benefit: Benefit, catalogue: Catalogue, parameters: Parameters, day: date) -> Plan:
    """A checked benefit on a day, ready to run. Faults where it was not checked with these files."""
    found: list[Fault] = []
    lowered = program(benefit, catalogue, parameters, day, found.append)
    if lowered is None:
        raise Faults(found)
    unsure = []
    for code in sorted(lowered.used):
        dated = parameters.by_code[code].on(day)
        if dated is not None and dated.confidence != "seen":
            unsure.append(Check(parameters.by_code[code].names, _as_of(dated.sources)))
    return Plan(benefit, lowered, catalogue, tuple(unsure))


def _as_of(sources: object) -> str:
    """The latest date among the sources of a figure."""
    listed = sources if isinstance(sources, list) else []
    return max((str(one.get("as_of") or "") for one in listed if isinstance(one, dict)), default="")


def try_example(benefit: Benefit, example: Example, catalogue: Catalogue, parameters: Parameters) -> Iterable[Fault]:
    """Runs one example. A Fault for each thing that comes out otherwise than it says."""

    def fault(code: str, words: str, remedy: str = "") -> Fault:
        words = f"보기 `{shown(example.id)}`: {words}"
        return Fault(example.line, example.column, code, words, remedy, benefit.file)

    if not (benefit.in_force(example.on) or benefit.unknown_on(example.on)):
        words = f"{example.on}에는 시행하지 않습니다(in_force)."
        yield fault("example", words, "보기의 날짜나 in_force를 고쳐 주세요.")
        return
    expect = dict(example.expect)
    eligible = str(expect.get("eligible", "true")).lower()
    if eligible not in {"true", "false", "unknown", "예", "아니오", "none"}:
        words = f"`eligible`에 「{shown(eligible)}」은(는) 쓰지 않습니다."
        yield fault("example", words, "쓸 수 있는 값: true, false, unknown")
        return
    place = whole(str(expect.pop("member", "0"))) or 0
    try:
        said = known(household(example.given, catalogue, example.on), catalogue)
    except HouseholdFault as wrong:
        yield fault("example", wrong.words, "given을 사실 목록에 맞게 고쳐 주세요.")
        return
    outcomes = plan_of(benefit, catalogue, parameters, example.on).outcomes(said, cases_of(said))
    if not 0 <= place < len(outcomes):
        yield fault("example", f"가구원 {place}이(가) 없습니다.", "member는 0부터 셉니다.")
        return
    got = results(outcomes[place])
    for key, wanted in expect.items():
        if key not in got:
            yield fault(
                "example",
                f"모르는 결과입니다: 「{shown(key)}」",
                meant(key, got) or "쓸 수 있는 결과: " + ", ".join(got),
            )
        elif not same(got[key], wanted, example.within):
            remedy = "식이나 매개변수, 또는 보기를 고쳐 주세요."
            yield fault(
                "example-differs",
                f"`{key}`이(가) {shown(str(wanted))}이어야 하는데 {said_of(got[key])}이(가) 나왔습니다.",
                remedy,
            )


def results(outcome: Outcome) -> dict[str, Any]:
    """What an example may expect: eligible, amounts as `amount_<id>`, and outputs."""
    found: dict[str, Any] = {"eligible": outcome.eligible}
    found |= {f"amount_{one.id}": one.won for one in outcome.amounts}
    return found | outcome.outputs


def said_of(value: Any) -> str:
    return "unknown" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def same(got: Any, wanted: Any, within: int) -> bool:
    """Whether a result is what the file says, whose values are texts."""
    if isinstance(wanted, Mapping | list):
        return False
    text = "unknown" if wanted is None else str(wanted).strip()
    if got is None:
        return text == "unknown"
    if isinstance(got, bool):
        return {"true": True, "예": True, "false": False, "아니오": False}.get(text.lower()) is got
    if isinstance(got, int):
        number = whole(text)
        return number is not None and abs(number - got) <= within
    if isinstance(got, Fraction):
        return exact(text) == got
    return text == (got.isoformat() if isinstance(got, date) else str(got))


__all__ = ["Checked", "check", "days", "plan_of", "results", "same", "try_example"]
