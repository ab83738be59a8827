"""Answers for one household as JSON (docs/benefits.md): what comes of each benefit, and what would in the usual case.

What nobody said stays unknown in `state`, `eligible`, `amounts` and `outputs`. `result` is the flat short form: where
the strict answer is open, facts of which input.yaml says what is usual are taken so, and each one that made a
difference is named in `assumed`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from dure.benefits.reading import Library
from dure.benefits.said import HOME
from dure.engines.rules import ir, words
from dure.engines.rules.benefit import HOLE, Amount, Benefit
from dure.engines.rules.evaluate import Frame
from dure.engines.rules.explain import Outcome, Plan
from dure.engines.rules.faults import meant, shown
from dure.engines.rules.households import SIZE, Household, HouseholdFault, Known, household, known
from dure.engines.rules.ranges import MOST_MEMBERS
from dure.engines.rules.ruleset import Day


@dataclass(frozen=True)
class Heard:
    """A document as the rules take it, and what had to be supposed to read it."""

    asked: Household
    truth: Known
    supposed: Mapping[str, Any]


def answers(
    library: Library, said: Any, on: date, *, only: str | None = None, lang: str = "ko"
) -> list[dict[str, Any]]:
    """The answers of a document, a benefit (and member) each, in the order of the set.

    A document without `members` may use the words of each benefit (`assets`, `children` …), which then speak for that
    one alone. `only`: one benefit. HouseholdFault where the document cannot be taken, or for a benefit not in force.
    """
    day = library.rules.on(on)
    if only is not None:
        _must_be_known(library, only, on)
    granted = _granted(said)
    loose = only is None and isinstance(said, Mapping) and "members" not in said
    plain = _heard(library, said, on, only, not loose)
    found: list[dict[str, Any]] = []
    for id in [only] if only is not None else library.rules.benefits:
        if id not in day.plans:
            benefit = library.rules.benefits[id]
            if benefit.unknown_on(on):
                found.extend(not_known_then(benefit, plain, lang))
            continue
        heard = plain
        if loose and id in library.spoken.benefits:
            # A word of this benefit may mean something else in this document: then it is not taken for it.
            with suppress(HouseholdFault):
                heard = _heard(library, said, on, id, False)
        for outcome in day.explain_known(heard.truth, only=[id]):
            usual = Usual(library, day, heard.asked, outcome)
            found.append(_answer(outcome, usual, heard.supposed, granted, lang))
    return found


def _heard(library: Library, said: Any, on: date, benefit: str | None, strict: bool) -> Heard:
    document, supposed = library.ear.document(said, on, benefit, strict=strict)
    asked = household(document, library.rules.catalogue, on)
    truth = known(asked, library.rules.catalogue)
    listed = isinstance(said, Mapping) and said.get("members") is not None
    _must_agree(library, truth, on, listed)
    return Heard(asked, truth, supposed)


def _must_be_known(library: Library, only: Any, on: date) -> None:
    """HouseholdFault for a benefit there is none of, or none on that day."""
    benefits = library.rules.benefits
    benefit = benefits.get(only) if isinstance(only, str) else None
    if benefit is None:
        hint = meant(str(only), benefits, 0.5)
        raise HouseholdFault("benefit", f"「{shown(str(only))}」: 없는 혜택입니다. {hint}".strip())
    if only not in library.rules.on(on).plans and not benefit.unknown_on(on):
        first, last = benefit.first or "", benefit.last or ""
        raise HouseholdFault("benefit", f"「{only}」: {on}에는 시행하지 않는 혜택입니다({first}~{last}).")


def _granted(said: Any) -> bool:
    """Whether a document says `eligible: true`, beside its facts or among them. HouseholdFault for another value."""
    if not isinstance(said, Mapping):
        return False
    facts = said.get("facts")
    values = [one.get("eligible") for one in (said, facts) if isinstance(one, Mapping)]
    if any(value is not None and not isinstance(value, bool) for value in values):
        raise HouseholdFault("eligible", "「eligible」에는 true나 false가 와야 합니다.")
    return True in values


def _must_agree(library: Library, truth: Known, on: date, listed: bool) -> None:
    """HouseholdFault where facts that are said contradict each other (`consistent` of input.yaml)."""
    for rule, lets, expr in library.consistent(on):
        for place, member in enumerate(truth.members):
            if Frame(lets, truth.facts, truth.passed, member).of(expr) is False:
                ko = library.rules.catalogue.facts[rule.fact].ko
                raise HouseholdFault(rule.fact, f"「{ko}」: {rule.words}", place if listed else None)


NOT_KNOWN = {
    "ko": "{day}보다 앞선 때의 규칙은 찾지 못했습니다",
    "en": "The rules before {day} were not found",
    "zh": "未找到{day}之前的规定",
    "vi": "Không tìm thấy quy định trước ngày {day}",
    "ja": "{day}より前の規定は見つかっていません",
}


def not_known_then(benefit: Benefit, heard: Heard, lang: str) -> list[dict[str, Any]]:
    """The answer about a day on which the benefit was there, but the file does not know how: unknown throughout."""
    places: Sequence[int | None] = [None] if benefit.unit == "household" else range(len(heard.truth.members))
    amounts = {f"amount_{one.id}": None for one in benefit.amounts if one.value is not None}
    outputs = dict.fromkeys(benefit.outputs)
    why = (NOT_KNOWN.get(lang) or NOT_KNOWN["ko"]).format(day=benefit.first)
    return [
        {
            "benefit": benefit.id,
            "name": benefit.names.get(lang) or benefit.names["ko"],
            "member": place,
            "state": "unknown",
            "eligible": None,
            "result": {"eligible": None} | amounts | outputs,
            "assumed": {},
            "amounts": [
                {"id": one.id, "per": one.per, "won": None, "range": None, "words": words_of(one, lang)}
                for one in benefit.amounts
            ],
            "outputs": outputs,
            "reasons": [],
            "missing": [],
            "unset": [],
            "to_check": [{"words": why, "as_of": None}],
        }
        for place in places
    ]


def words_of(amount: Amount, lang: str) -> str:
    """The words of an amount without anything in their holes."""
    texts = amount.words.texts
    return HOLE.sub(words.UNKNOWN[lang], texts.get(lang) or texts.get("ko") or amount.id)


def _answer(outcome: Outcome, usual: Usual, supposed: Mapping[str, Any], granted: bool, lang: str) -> dict[str, Any]:
    short, assumed = usual.short()
    if granted and outcome.eligible is None:
        short, assumed = result(outcome) | {"eligible": True}, {"eligible": True}
    said = outcome.plan.benefit.names
    return {
        "benefit": outcome.benefit,
        "name": said.get(lang) or said["ko"],
        "member": outcome.member,
        "state": outcome.state,
        "eligible": outcome.eligible,
        "result": short,
        "assumed": {**supposed, **assumed},
        "amounts": [
            {"id": one.id, "per": one.per, "won": one.won, "range": one.range, "words": one.words(lang)}
            for one in outcome.amounts
        ],
        "outputs": {key: value(one) for key, one in outcome.outputs.items()},
        "reasons": [
            {
                "id": one.id,
                "state": one.state,
                "words": one.words(lang),
                "law": one.law,
                "fact": one.fact,
                "distance": one.distance,
                "unit": one.unit,
                "changes": [change._asdict() for change in one.changes],
            }
            for one in outcome.reasons
        ],
        "missing": list(outcome.missing),
        "unset": list(outcome.unset),
        "to_check": [
            {"words": one.texts.get(lang) or one.texts["ko"], "as_of": one.as_of or None} for one in outcome.plan.checks
        ],
    }


def value(of: Any) -> Any:
    """A result as JSON takes it: ratios as text (`0.95`, else `2/3`), dates as 2026-01-31. Never a float."""
    if isinstance(of, Fraction):
        many, left = divmod(abs(of) * 10**6, 1)
        if left:
            return f"{of.numerator}/{of.denominator}"
        digits = f"{int(many) // 10**6}.{int(many) % 10**6:06d}".rstrip("0").rstrip(".")
        return ("-" if of < 0 else "") + digits
    return of.isoformat() if isinstance(of, date) else of


def result(outcome: Outcome) -> dict[str, Any]:
    """`eligible`, `amount_<id>` and outputs in one. Not paid is 0; an open amount is the output of that name."""
    found: dict[str, Any] = {"eligible": outcome.eligible}
    found |= {f"amount_{one.id}": one.won for one in outcome.amounts if one.plan.expr is not None}
    for key, one in outcome.outputs.items():
        if found.get(key) is None:
            found[key] = value(one)
    return found


@dataclass
class Usual:
    """The same household with the usual value for what a benefit looks at and nobody said."""

    library: Library
    day: Day
    asked: Household
    strict: Outcome

    def short(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The short form with as few usual values as give it, and those by code. The strict one where nothing is open.

        Supposing that somebody does not receive this or is not that never refuses anything: only supposed figures may.
        """
        if self.strict.eligible is not None and None not in self.strict.results:
            return result(self.strict), {}
        best, taken = self._fewest(self._codes())
        refused = best.eligible is False and self.strict.eligible is None
        if refused:
            figures, fewer = self._fewest(frozenset(code for code in taken if self._may_refuse(code)))
            if figures.eligible is False:
                best, taken, refused = figures, fewer, False
        found = result(best)
        if refused:
            wons = {f"amount_{one.id}" for one in best.amounts} - set(best.outputs)
            found |= {"eligible": None} | {key: value(one) for key, one in best.outputs.items()}
            found |= dict.fromkeys(key for key in wons if key in found)
        return found, {code: self._usual(code) for code in sorted(taken)}

    def _may_refuse(self, code: str) -> bool:
        fact = self.library.rules.catalogue.facts[code]
        return fact.type not in {"bool", "enum", "area"} or code in self.library.spoken.refusing

    def _fewest(self, taken: frozenset[str]) -> tuple[Outcome, frozenset[str]]:
        best = self._with(taken)
        if self._same(best, self.strict):
            return self.strict, frozenset()
        for code in sorted(taken, key=lambda one: one == SIZE):
            tried = self._with(taken - {code})
            if self._same(tried, best):
                taken, best = taken - {code}, tried
        return best, taken

    @staticmethod
    def _same(one: Outcome, other: Outcome) -> bool:
        wons = [amount.won for amount in one.amounts], [amount.won for amount in other.amounts]
        return one.eligible == other.eligible and one.results == other.results and wons[0] == wons[1]

    @property
    def plan(self) -> Plan:
        return self.strict.plan

    def _codes(self) -> frozenset[str]:
        used = {node.code for node in _nodes(self.plan) if isinstance(node, ir.Fact)}
        codes = {code for code in used if code in self.library.spoken.usual}
        if HOME in used and self.plan.benefit.areas:
            codes.add(HOME)
        return frozenset(codes | {SIZE})

    def _usual(self, code: str) -> Any:
        if code == HOME:
            return self.plan.benefit.areas[0]
        if code == SIZE:
            return self.asked.facts.get(SIZE) or max(1, len(self.asked.members))
        return self.library.spoken.usual[code]

    def _follows(self, code: str, facts: Mapping[str, Any], members: Sequence[Mapping[str, Any]], place: int) -> bool:
        """Whether a fact comes out of others that are known. `place`: of the member it is a fact of."""
        derive = self.library.derive(code, self.day.on)
        if derive is None:
            return False
        lets, expr = derive
        said = known(Household(tuple(members), facts, self.asked.on, True), self.library.rules.catalogue)
        own = said.members[place] if place >= 0 else {}
        return Frame(lets, said.facts, said.passed, own).of(expr) is not None

    def _with(self, codes: frozenset[str]) -> Outcome:
        catalogue = self.library.rules.catalogue
        members = [dict(one) for one in self.asked.members]
        facts = dict(self.asked.facts)
        whole = self.asked.whole
        if SIZE in codes:
            size = facts.get(SIZE)
            listed = int(size) if size is not None and str(size).isdigit() else max(1, len(members))
            told = {code for one in members for code in one}
            others = {code: raw for code, raw in self.library.spoken.others.items() if code in told}
            members += [dict(others) for _ in range(len(members), min(listed, MOST_MEMBERS))]
            whole = True
        derived = catalogue.derived
        for code in sorted(codes - {SIZE}, key=lambda one: derived.index(one) if one in derived else -1):
            fact = catalogue.facts[code]
            if fact.scope == "household":
                if code not in facts and not self._follows(code, facts, members, -1):
                    facts[code] = self._usual(code)
                continue
            for place, one in enumerate(members):
                if code not in one and not self._follows(code, facts, members, place):
                    one[code] = self._usual(code)
        filled = known(Household(tuple(members), facts, self.asked.on, whole), catalogue)
        outcomes = self.day.explain_known(filled, only=[self.plan.benefit.id])
        return outcomes[self.strict.member or 0]


def _nodes(plan: Plan) -> Iterator[ir.Expr]:
    program = plan.lowered.program
    roots = [let.expr for let in (*program.lets, *program.outputs)] + [program.eligible]
    roots += [one.expr for one in program.amounts if one.expr is not None]
    for root in roots:
        yield from ir.walk(root)


__all__ = ["answers", "result", "value"]
