"""What is live: a set of checked benefits with their catalogue and figures, compiled for a day when first asked."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from dure.engines.rules import ir
from dure.engines.rules.benefit import Benefit
from dure.engines.rules.catalogue import Catalogue
from dure.engines.rules.checker import check, plan_of
from dure.engines.rules.explain import Outcome, Plan, cases_of
from dure.engines.rules.faults import Fault, Faults, meant
from dure.engines.rules.households import Household, HouseholdFault, Known, known
from dure.engines.rules.parameters import Parameters
from dure.engines.rules.scenario import Line, Scenario, changed, diff, replaced

if TYPE_CHECKING:
    from dure.engines.rules.columns import Columns

KEPT_DAYS = 16


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that may still change something: of the household (`member` None) or of a member. `benefits`:
    whose results.

    `code` is `members` where it matters who else there is.
    """

    code: str
    member: int | None
    benefits: tuple[str, ...]


class Day:
    """The benefits in force on a day."""

    def __init__(self, rules: RuleSet, on: date) -> None:
        self.on = on
        self.catalogue = rules.catalogue
        force = [one for one in rules.benefits.values() if one.in_force(on)]
        plans: dict[str, Plan] = {}
        faults: list[Fault] = []
        for one in force:
            try:
                plans[one.id] = plan_of(one, rules.catalogue, rules.parameters, on)
            except Faults as found:
                faults.extend(found.faults)
        self.plans: Mapping[str, Plan] = plans
        self.faults = tuple(faults)
        """Of benefits that hold on the days they were checked for and not on this one (which divide by what is nothing
        on it): they are left out, and the others answer."""

    def explain(self, household: Household, *, only: Iterable[str] | None = None) -> tuple[Outcome, ...]:
        """The outcome of every benefit (of those in `only`), in the order of the set; of a person's benefit for
        each member.

        HouseholdFault where the household cannot be taken, or is of another day. KeyError for a benefit not in force.
        """
        if household.on != self.on:
            raise HouseholdFault("on", f"{household.on}의 가구를 {self.on}의 규칙으로 볼 수 없습니다.")
        return self.explain_known(known(household, self.catalogue), only=only)

    def explain_known(self, said: Known, *, only: Iterable[str] | None = None) -> tuple[Outcome, ...]:
        cases = cases_of(said)
        plans = self.plans.values() if only is None else [self.plans[id] for id in only]
        found: list[Outcome] = []
        for plan in plans:
            found.extend(plan.outcomes(said, cases))
        return tuple(found)

    def questions(self, household: Household, *, only: Iterable[str] | None = None) -> tuple[Question, ...]:
        """Every fact whose answer can still change an outcome, the most deciding first; the same for the same
        household.

        First those that alone decide something, and of these the ones that decide most; then by cost and place in the
        catalogue. What cannot change anything any more is not in it.
        """
        return questions(self.explain(household, only=only), self.catalogue)

    def programs(self, ids: Iterable[str] | None = None) -> tuple[ir.Program, ...]:
        """The intermediate form of benefits (of all in force), for compiling to columns."""
        return tuple(self.plans[id].lowered.program for id in (self.plans if ids is None else ids))

    def columns(self, ids: Iterable[str] | None = None, *, outputs: bool = False) -> Columns:
        """Benefits (all in force) compiled for Arrow tables. KeyError for one that is not in force."""
        from dure.engines.rules.columns import compiled  # numpy and pyarrow, which explaining does not need

        return compiled(self, ids, outputs=outputs)


def questions(outcomes: Iterable[Outcome], catalogue: Catalogue) -> tuple[Question, ...]:
    """The facts that can still change any of these outcomes, see `Day.questions`."""
    smallest: dict[tuple[str, int], int] = {}
    decides: dict[tuple[str, int], set[tuple[str, int | None]]] = {}
    touches: dict[tuple[str, int], dict[str, None]] = {}
    for outcome in outcomes:
        nodes = outcome.open
        if not nodes:
            continue
        deciding = outcome.case.deciding(outcome.plan)
        for node in nodes:
            for ask in deciding.matter(node):
                smallest.setdefault(ask, 99)
                touches.setdefault(ask, {})[outcome.benefit] = None
            for one in deciding.sets(node):
                for ask in one:
                    smallest[ask] = min(smallest.get(ask, 99), len(one))
                    decides.setdefault(ask, set()).add((outcome.benefit, outcome.member))

    def order(ask: tuple[str, int]) -> tuple[int, int, int, int, str, int]:
        fact = catalogue.facts.get(ask[0])
        cost, place = (1000, 10**6) if fact is None else (fact.cost, fact.place)
        return smallest[ask], -len(decides.get(ask, ())), cost, place, ask[0], ask[1]

    found = sorted((ask for ask in smallest if ask in touches), key=order)
    return tuple(Question(code, None if place < 0 else place, tuple(touches[code, place])) for code, place in found)


@dataclass(frozen=True)
class RuleSet:
    """Benefits by id with what they rest on. Immutable: another set replaces it whole, or it stays."""

    benefits: Mapping[str, Benefit]
    catalogue: Catalogue
    parameters: Parameters
    base: RuleSet | None = field(default=None, repr=False, compare=False)
    """What it was made from by a scenario."""
    _days: OrderedDict[date, Day] = field(default_factory=OrderedDict, repr=False, compare=False)

    @classmethod
    def build(cls, benefits: Iterable[Benefit], catalogue: Catalogue, parameters: Parameters) -> RuleSet:
        """A set of checked benefits. Faults where an id comes twice, or a relation names a benefit misspelt."""
        found: dict[str, Benefit] = {}
        faults: list[Fault] = []
        for one in benefits:
            if one.id in found:
                words = f"급여 `{one.id}`가 두 번 있습니다: {found[one.id].file}"
                faults.append(Fault(1, 1, "twice", words, "id를 바꾸거나 하나를 지워 주세요.", one.file))
            found[one.id] = one
        for one in found.values():
            for relation in one.interactions:
                for other in relation.with_:
                    hint = "" if other in found else meant(other, found, 0.88)
                    if hint:
                        words = f"관계에 적은 급여 `{other}`가 없습니다."
                        faults.append(Fault(*relation.place, "unknown-name", words, hint, one.file))
        if faults:
            raise Faults(faults)
        return cls(dict(sorted(found.items())), catalogue, parameters)

    @classmethod
    def load(cls, files: Mapping[str, str], facts: str, parameters: str, *, examples: bool = False) -> RuleSet:
        """From the texts of all files (by name). All or nothing: Faults of every file where there is any."""
        catalogue = Catalogue.read(facts)
        figures = Parameters.read(parameters, catalogue)
        faults: list[Fault] = []
        found: list[Benefit] = []
        for file, text in sorted(files.items()):
            checked = check(text, file=file, catalogue=catalogue, parameters=figures, examples=examples)
            faults.extend(checked.faults)
            if checked.benefit is not None:
                found.append(checked.benefit)
        if faults:
            raise Faults(faults)
        return cls.build(found, catalogue, figures)

    def with_(self, scenario: Scenario) -> RuleSet:
        """The set under a scenario; `diff` says what differs. Faults where the scenario cannot be: this set
        stays as it is.
        """
        parameters = changed(self.parameters, scenario.changes)
        benefits = replaced(self.benefits, scenario, self.catalogue, parameters)
        made = RuleSet.build(benefits, self.catalogue, parameters)
        return replace(made, base=self, _days=OrderedDict())

    def diff(self) -> tuple[Line, ...]:
        """What differs from the set this was made from, line by line; nothing for a set as it is live."""
        if self.base is None:
            return ()
        return diff(self.base.parameters, self.parameters, self.base.benefits, self.benefits)

    @cached_property
    def version(self) -> str:
        """Twelve characters that change when any text does."""
        mix = sha256()
        for text in (self.catalogue.text, self.parameters.text, *(one.text for one in self.benefits.values())):
            mix.update(sha256(text.encode()).digest())
        return mix.hexdigest()[:12]

    def on(self, day: date) -> Day:
        """The set on a day, compiled once and kept for the days last asked for."""
        found = self._days.pop(day, None) or Day(self, day)
        self._days[day] = found
        while len(self._days) > KEPT_DAYS:
            self._days.popitem(last=False)
        return found


__all__ = ["Day", "Question", "RuleSet", "questions"]
