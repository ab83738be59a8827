"""Outcomes for one household, with reasons: `Plan` is one benefit on one day, compiled; `Outcome` what comes of it.

Outcomes are made fast and say more when asked: sentences, ranges, what is missing and what would change a
reason are worked out on reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from dure.engines.rules import ir, words
from dure.engines.rules.benefit import Benefit, Check, Saying
from dure.engines.rules.catalogue import Catalogue
from dure.engines.rules.deciding import Ask, Deciding
from dure.engines.rules.evaluate import Frame
from dure.engines.rules.households import Known
from dure.engines.rules.program import Lowered
from dure.engines.rules.ranges import Bounds
from dure.engines.rules.scalar import Writer, compiled

STATES: dict[bool | None, str] = {True: "yes", False: "no", None: "unknown"}
UNSAID = Saying({}, {})
ALL_AREAS = Saying(words.AREA, {})


class Change(NamedTuple):
    """What would settle a reason: fact `code` (of member `member`, None: of the household) being `op` `value`.

    `op`: = != < <= > >= in not-in is. `value`: int, str, bool, or a tuple of those for in and not-in.
    """

    code: str
    member: int | None
    op: str
    value: Any


@dataclass(frozen=True, eq=False)
class ConditionPlan:
    id: str
    law: str
    saying: Saying
    text: str
    """The expression as it is written: said where there are no words."""
    excluding: bool
    unit: str
    expr: ir.Expr
    plan: Plan


@dataclass(frozen=True, eq=False)
class AmountPlan:
    id: str
    per: str
    expr: ir.Expr | None
    saying: Saying
    plan: Plan


@dataclass(eq=False)
class Case:
    """One household (and one of its members) while it is explained."""

    known: Known
    member: int | None
    frames: dict[int, Frame] = field(default_factory=dict)

    @property
    def own(self) -> Mapping[str, ir.Value]:
        return {} if self.member is None else self.known.members[self.member]

    def frame(self, plan: Plan) -> Frame:
        found = self.frames.get(id(plan))
        if found is None:
            lets = plan.lowered.program.lets
            found = self.frames[id(plan)] = Frame(lets, self.known.facts, self.known.passed, self.own)
        return found

    def deciding(self, plan: Plan) -> Deciding:
        listed = len(self.known.passed) - (not self.known.whole)
        place = -1 if self.member is None else self.member
        return Deciding(plan.lowered.program.lets, self.frame(plan), place, listed, plan.cost)


class Reason(NamedTuple):
    """One condition. `test` is its value; `state` is about the person: yes is good for them, under `none` as elsewhere.

    `distance`: room to the limit in `unit` (원, 년, 개월, 일 or plain numbers): 0 and more where it is kept, below 0
    by how much it
    is missed, None where it cannot be said.
    """

    plan: ConditionPlan
    test: bool | None
    room: int | None
    case: Case

    @property
    def id(self) -> str:
        return self.plan.id

    @property
    def state(self) -> str:
        test = self.test
        return STATES[test if test is None else test is not self.plan.excluding]

    @property
    def law(self) -> str:
        return self.plan.law

    @property
    def unit(self) -> str:
        return self.plan.unit

    @property
    def distance(self) -> int | None:
        if self.room is None or not self.plan.excluding:
            return self.room
        return None if isinstance(self.plan.expr, ir.Compare) and self.plan.expr.op == "=" else -self.room - 1

    def words(self, lang: str = "ko") -> str:
        """The condition in a language, figures filled in."""
        plan, frame = self.plan.plan, self.case.frame(self.plan.plan)
        return words.fill(self.plan.saying, lang, self.plan.text, lambda hole: plan.hole(hole, frame, lang))

    @property
    def fact(self) -> str | None:
        """The code of the one fact it compares, where it is one."""
        codes = {change.code for change in self._changes(True)} | {change.code for change in self._changes(False)}
        return next(iter(codes)) if len(codes) == 1 else None

    @property
    def changes(self) -> tuple[Change, ...]:
        """Each of which would turn it to the good, as far as it hangs on single facts. Nothing where it is good
        already.
        """
        return () if self.state == "yes" else self._changes(not self.plan.excluding)

    def _changes(self, want: bool) -> tuple[Change, ...]:
        return tuple(dict.fromkeys(_changes(self.plan.expr, want, self.plan.plan, self.case)))


class Amount(NamedTuple):
    """What is paid. `won` is 0 where one is not eligible, None where it is not known; then `range` may say
    between what.
    """

    plan: AmountPlan
    won: int | None
    eligible: bool | None
    case: Case

    @property
    def id(self) -> str:
        return self.plan.id

    @property
    def per(self) -> str:
        return self.plan.per

    @property
    def range(self) -> tuple[int, int] | None:
        """Lowest and highest in won, over all answers the catalogue allows; None where nothing can be said."""
        if self.won is not None:
            return self.won, self.won
        if self.plan.expr is None:
            return None
        known, lets = self.case.known, self.plan.plan.lowered.program.lets
        bounds = Bounds(lets, known.facts, known.passed, self.case.own, not known.whole)
        found = bounds.of(self.plan.expr)
        if found is None or self.eligible:
            return found
        return min(0, found[0]), max(0, found[1])

    def words(self, lang: str = "ko") -> str:
        plan, frame = self.plan.plan, self.case.frame(self.plan.plan)
        return words.fill(self.plan.saying, lang, "", lambda hole: plan.hole(hole, frame, lang))


class Outcome(NamedTuple):
    """One benefit for one household (`member` None) or one of its members (their place in the list)."""

    plan: Plan
    member: int | None
    eligible: bool | None
    amounts: tuple[Amount, ...]
    reasons: tuple[Reason, ...]
    results: tuple[ir.Value | None, ...]
    case: Case

    @property
    def benefit(self) -> str:
        return self.plan.benefit.id

    @property
    def state(self) -> str:
        return STATES[self.eligible]

    @property
    def outputs(self) -> dict[str, Any]:
        """Further results by code: int, bool, str, date, Fraction for ratios; None where unknown."""
        outputs = self.plan.lowered.program.outputs
        return {let.name: plain_value(value, let) for let, value in zip(outputs, self.results, strict=True)}

    @property
    def to_check(self) -> tuple[str, ...]:
        """What is not sure, in Korean; `plan.checks` says it in all languages, with the date it is known from."""
        return tuple(words.said(one.texts, "ko") for one in self.plan.checks)

    @property
    def open(self) -> tuple[ir.Expr, ...]:
        """What is not known of it: whether one is eligible, or else how much."""
        if self.eligible is None:
            return (self.plan.lowered.program.eligible,)
        if self.eligible:
            return tuple(one.plan.expr for one in self.amounts if one.won is None and one.plan.expr is not None)
        return ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Codes of every fact that could still change it, in the order of the rule."""
        deciding = self.case.deciding(self.plan)
        return tuple(dict.fromkeys(code for node in self.open for code, _ in deciding.matter(node)))

    @property
    def unset(self) -> tuple[str, ...]:
        """Codes of figures of the law that are not known on this day and keep it open."""
        deciding = self.case.deciding(self.plan)
        for node in self.open:
            deciding.matter(node)
        return tuple(sorted(deciding.unset))

    def deciding(self) -> tuple[tuple[Ask, ...], ...]:
        """The smallest sets of facts whose answers can decide it, cheapest first; none where it is decided."""
        nodes = self.open
        if not nodes:
            return ()
        deciding = self.case.deciding(self.plan)
        found = deciding.best(one for node in nodes for one in deciding.sets(node))
        return tuple(tuple(sorted(one, key=lambda ask: (*self.plan.cost(ask[0]), ask))) for one in found if one)


def plain_value(value: ir.Value | None, let: ir.Let) -> Any:
    """A result as Python has it."""
    if value is None or isinstance(value, str | bool):
        return value
    if let.unit == "date":
        return date(value // 10000, value // 100 % 100, value % 100)
    return Fraction(value, let.scale) if let.scale != 1 else value


def _sides(node: ir.Compare, plan: Plan) -> tuple[ir.Fact, str, ir.Expr] | None:
    for side, other, op in (
        (node.left, node.right, node.op),
        (node.right, node.left, {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(node.op, node.op)),
    ):
        fact = plan.fact(side)
        if fact is not None:
            return fact, op, other
    return None


OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def _changes(node: ir.Expr, want: bool, plan: Plan, case: Case) -> list[Change]:
    """Changes of single facts that make a truth `want` (with And wanted true: of those parts that are not)."""
    frame = case.frame(plan)
    match node:
        case ir.Ref(name):
            return _changes(plan.exprs[name], want, plan, case)
        case ir.Not(of):
            return _changes(of, not want, plan, case)
        case ir.And(args) | ir.Or(args):
            return [one for arg in args if frame.of(arg) is not want for one in _changes(arg, want, plan, case)]
        case ir.Compare(op):
            found = _sides(node, plan)
            if found is None:
                return []
            fact, op, other = found
            value = frame.of(other)
            if value is None:
                return []
            return [
                Change(fact.code, case.member if fact.scope == "member" else None, op if want else OPPOSITE[op], value)
            ]
        case ir.In(of, among) | ir.Within(of, among):
            known = plan.fact(of)
            if known is None:
                return []
            return [
                Change(known.code, case.member if known.scope == "member" else None, "in" if want else "not-in", among)
            ]
    known = plan.fact(node)
    if known is not None and known.kind == "bool":
        return [Change(known.code, case.member if known.scope == "member" else None, "is", want)]
    return []


class Plan:
    """A benefit on a day, compiled. `run(h, m, members, case)` makes its Outcome."""

    def __init__(self, benefit: Benefit, lowered: Lowered, catalogue: Catalogue, unsure: tuple[Check, ...]) -> None:
        self.benefit, self.lowered, self.catalogue = benefit, lowered, catalogue
        self.checks = (*benefit.to_check, *unsure)
        self.exprs = {let.name: let.expr for let in lowered.program.lets}

    def cost(self, code: str) -> tuple[int, int]:
        fact = self.catalogue.facts.get(code)
        return (1000, 10**6) if fact is None else (fact.cost, fact.place)

    def fact(self, node: ir.Expr) -> ir.Fact | None:
        """The fact a node plainly is."""
        while True:
            if isinstance(node, ir.Ref):
                node = self.exprs[node.name]
            elif isinstance(node, ir.Coalesce):
                node = node.first
            elif isinstance(node, ir.Times) and isinstance(node.right, ir.Const):
                return None
            else:
                return node if isinstance(node, ir.Fact) else None

    def hole(self, text: str, frame: Frame, lang: str) -> str:
        value = self.lowered.holes[text]
        scale = value.by.value if isinstance(value.by, ir.Const) else 1
        unit = value.of if value.unit == "enum" else "%" if value.unit == "" and not value.exact else value.unit
        return words.show(frame.of(value.expr), unit, int(scale), lang, self.catalogue)

    @cached_property
    def conditions(self) -> tuple[ConditionPlan, ...]:
        found = [
            ConditionPlan(
                one.id,
                one.law,
                one.words,
                one.test.text,
                one.excluding,
                self.unit_of(f"?{one.id}"),
                self.test(one.id),
                self,
            )
            for one in self.benefit.each_condition()
        ]
        if "?area" in self.exprs:
            law = self.benefit.law[0] if self.benefit.law else ""
            found.insert(0, ConditionPlan("area", law, ALL_AREAS, "", False, "", self.exprs["?area"], self))
        return tuple(found)

    def test(self, id: str) -> ir.Expr:
        """The expression of a condition; of a name that is nothing but a comparison, the comparison."""
        node = self.exprs[f"?{id}"]
        while isinstance(node, ir.Ref):
            node = self.exprs[node.name]
        return node

    def unit_of(self, name: str) -> str:
        units = {self.lowered.units.get(one) for one in _compares(self.test(name[1:]))}
        return units.pop() or "" if len(units) == 1 else ""

    @cached_property
    def run(self) -> Callable[..., Outcome]:
        program = self.lowered.program
        writer = Writer(program.lets)
        results = [condition.expr for condition in self.conditions] + [program.eligible]
        results += [amount.expr for amount in program.amounts if amount.expr is not None]
        writer.prepare(program.lets, results + [output.expr for output in program.outputs])
        reasons: list[str] = []
        for condition in self.conditions:
            name, room = self.write_condition(writer, condition)
            reasons.append(f"new(Reason, ({writer.keep(condition)}, {name}, {room}, case))")
        eligible = writer.value(program.eligible)
        amounts: list[str] = []
        for amount, spoken in zip(program.amounts, self.benefit.amounts, strict=True):
            plan = writer.keep(AmountPlan(amount.id, amount.per, amount.expr, spoken.words, self))
            won = "None"
            if amount.expr is not None:
                value = writer.value(amount.expr)
                won = f"{value} if {eligible} else 0 if {eligible} is False else None"
            amounts.append(f"new(Amount, ({plan}, {won}, {eligible}, case))")
        outputs = [writer.value(output.expr) for output in program.outputs]
        last = (
            f"return new(Outcome, (plan, case.member, {eligible}, ({''.join(one + ', ' for one in amounts)}), "
            f"({''.join(one + ', ' for one in reasons)}), ({''.join(one + ', ' for one in outputs)}), case))"
        )
        given = {"new": tuple.__new__, "Reason": Reason, "Amount": Amount, "Outcome": Outcome, "plan": self}
        return compiled("run(h, m, members, case)", writer, last, given)

    def outcomes(self, known: Known, cases: tuple[Case, ...]) -> list[Outcome]:
        """Of the household, or of each member. `cases`: that of the household first, then those of its members."""
        run, h, passed = self.run, known.facts.get, known.passed
        if self.lowered.program.unit == "household":
            return [run(h, None, passed, cases[0])]
        return [run(h, own.get, passed, case) for own, case in zip(known.members, cases[1:], strict=True)]

    def write_condition(self, writer: Writer, condition: ConditionPlan) -> tuple[str, str]:
        """Writes a condition; its variable and that of its distance (`None` where there is none)."""
        compares = _compares(condition.expr)
        if not compares or any(one not in self.lowered.units for one in compares):
            return writer.value(condition.expr), "None"
        rooms: list[str] = []
        for one in compares:
            rooms.append(self.write_room(writer, one))
        if len(rooms) == 1:
            return writer.names[compares[0]], rooms[0]
        name, room = writer.value(condition.expr), writer.fresh("d")
        none = " or ".join(f"{one} is None" for one in rooms)
        writer.line(f"{room} = None if {none} else min({', '.join(rooms)})")
        return name, room

    def write_room(self, writer: Writer, node: ir.Compare) -> str:
        left, right = writer.value(node.left), writer.value(node.right)
        name, room = writer.fresh(), writer.fresh("d")
        text, test = {
            "<=": (f"{right} - {left}", ">= 0"), "<": (f"{right} - {left} - 1", ">= 0"),
            ">=": (f"{left} - {right}", ">= 0"), ">": (f"{left} - {right} - 1", ">= 0"),
            "=": (f"-abs({left} - {right})", "== 0"),
        }[node.op]  # fmt: skip
        guard = writer.guard((left, right))
        if guard:
            writer.line(f"if {guard}:")
            writer.line(f"    {name} = {room} = None")
            writer.line("else:")
            writer.indent += 1
        else:
            writer.known |= {name, room}
        writer.line(f"{room} = {text}")
        writer.line(f"{name} = {room} {test}")
        writer.indent -= bool(guard)
        writer.names[node] = name
        return room


def cases_of(known: Known) -> tuple[Case, ...]:
    """The household as a whole, then each of its members."""
    return (Case(known, None), *(Case(known, number) for number in range(len(known.members))))


def _compares(node: ir.Expr) -> tuple[ir.Compare, ...]:
    """The comparisons of whole numbers that a condition consists of: one, or several joined by And."""
    parts = node.args if isinstance(node, ir.And) else (node,)
    found = tuple(one for one in parts if isinstance(one, ir.Compare) and one.op != "!=" and ir.kind(one.left) == "int")
    return found if len(found) == len(parts) else ()


__all__ = ["Amount", "Case", "Change", "Outcome", "Plan", "Reason", "cases_of", "plain_value"]
