"""Between what and what a value can lie: over all households the catalogue allows, or over what one household
leaves open.

An interval is (lowest, highest); truths are 0 and 1; None: nothing can be said (a figure is unknown, or it is
no number).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from dure.engines.rules import ir
from dure.engines.rules.dates import days_between, months_between
from dure.engines.rules.lower import rounded

WIDEST = 2**63 - 1
MOST_MEMBERS = 100
"""A household has at most so many members: sums over them are proved to fit with it."""

Interval = tuple[int, int] | None
MAYBE = (0, 1)


class TooWide(Exception):
    """A value that could pass 64 bits; `highest` is how far from nothing it can be."""

    def __init__(self, highest: int) -> None:
        super().__init__(f"{highest} does not fit")
        self.highest = highest


class NotAbove(Exception):
    """A divisor that could be nothing or less."""


class Bounds:
    """Intervals of one program. `facts` of one household where given (every value known or missing), else of all.

    With a household, `members` are the known facts of each (one more, empty, where not all are listed: `open_members`),
    `member` those of the one evaluated. TooWide and NotAbove are raised only for all households.
    """

    def __init__(
        self,
        lets: Sequence[ir.Let],
        facts: Mapping[str, ir.Value] | None = None,
        members: Sequence[Mapping[str, ir.Value]] = (),
        member: Mapping[str, ir.Value] | None = None,
        open_members: bool = False,
    ) -> None:
        self.facts, self.members, self.member, self.open_members = facts, members, member, open_members
        self.lets: dict[str, Interval] = {}
        self.exprs: dict[str, ir.Expr] = {}
        self.codes: dict[str, frozenset[str] | None] = {}
        for let in lets:
            self.let(let)

    def let(self, let: ir.Let) -> None:
        """Takes the next named value in."""
        self.take(let.name, let.expr, self.of(let.expr))

    def take(self, name: str, expr: ir.Expr, within: Interval) -> None:
        """Takes in a named value whose interval is worked out already."""
        self.lets[name], self.exprs[name], self.codes[name] = within, expr, self.choices(expr)

    def apart(self, left: ir.Expr, right: ir.Expr) -> Interval:
        """Of the difference of two tables read at the same place, cell by cell: ends of steps that belong together."""
        sides: list[ir.Lookup] = []
        for side in (left, right):
            while isinstance(side, ir.Ref):
                side = self.exprs[side.name]
            if not isinstance(side, ir.Lookup):
                return None
            sides.append(side)
        one, two = sides[0].table, sides[1].table
        if sides[0].keys != sides[1].keys or one.axes != two.axes or one.steps or two.steps:
            return None
        pairs = zip(one.cells, two.cells, strict=True)
        gaps = [a - b for a, b in pairs if a is not None and b is not None]
        return (min(gaps), max(gaps)) if gaps else None

    def fit(self, *ends: int) -> None:
        if self.facts is None:
            for end in ends:
                if abs(end) > WIDEST:
                    raise TooWide(abs(end))

    def hull(self, parts: Iterable[Interval]) -> Interval:
        """Everything in any of the parts. Of one household: nothing where a part is unknown."""
        known = list(parts)
        if self.facts is not None and None in known:
            return None
        found = [part for part in known if part is not None]
        return (min(low for low, _ in found), max(high for _, high in found)) if found else None

    def of(self, node: ir.Expr) -> Interval:
        match node:
            case ir.Const(value):
                return None if isinstance(value, str) else (int(value), int(value))
            case ir.Unset():
                return None
            case ir.Fact():
                return self.fact(node)
            case ir.Coalesce(first, second):
                one, two = self.of(first), self.of(second)
                if one is None or two is None:
                    return one or two
                if self.facts is None:
                    return self.hull((one, two))
                if one[0] == one[1]:
                    return one
                low, high = max(one[0], two[0]), min(one[1], two[1])
                return (low, high) if low <= high else two
            case ir.Ref(name):
                return self.lets[name]
            case ir.Not(of):
                inner = self.of(of) or MAYBE
                return (1 - inner[1], 1 - inner[0])
            case ir.And(args) | ir.Or(args):
                ends = [self.of(arg) or MAYBE for arg in args]
                pick = min if isinstance(node, ir.And) else max
                return (pick(low for low, _ in ends), pick(high for _, high in ends))
            case ir.Compare(op, left, right):
                return self.compare(op, left, right)
            case ir.In(of, among):
                return self.among(of, among)
            case ir.Within():
                return MAYBE
            case ir.Sum(args):
                return self.sum([self.of(arg) for arg in args])
            case ir.Minus(left, right):
                one, two = self.of(left), self.of(right)
                if one is None or two is None:
                    return None
                self.fit(one[0] - two[1], one[1] - two[0])
                gap = self.apart(left, right) or (one[0] - two[1], one[1] - two[0])
                return (max(gap[0], one[0] - two[1]), min(gap[1], one[1] - two[0]))
            case ir.Times(left, right):
                one, two = self.of(left), self.of(right)
                if one is None or two is None:
                    return None
                corners = [a * b for a, b in product(one, two)]
                self.fit(*corners)
                return (min(corners), max(corners))
            case ir.Least(args) | ir.Most(args):
                return self.extreme(isinstance(node, ir.Most), [self.of(arg) for arg in args])
            case ir.If(test, then, other):
                decided = self.of(test) or MAYBE
                # Both are looked at whatever the test: columns compute both.
                yes, no = self.of(then), self.of(other)
                return self.hull((yes, no)) if decided[0] != decided[1] else yes if decided[0] else no
            case ir.Lookup(table, keys):
                return self.lookup(table, keys)
            case ir.Round(mode, number, by, unit):
                return self.round(mode, number, by, unit)
            case ir.Age(birth, on):
                one, two = self.of(birth), self.of(on)
                return None if one is None or two is None else ((two[0] - one[1]) // 10000, (two[1] - one[0]) // 10000)
            case ir.Months(start, end) | ir.Days(start, end):
                one, two = self.of(start), self.of(end)
                if one is None or two is None:
                    return None
                between = months_between if isinstance(node, ir.Months) else days_between
                return (between(one[1], two[0]), between(one[0], two[1]))
            case ir.Part(of, which):
                one = self.of(of)
                if which == "year" or one is None:
                    return None if one is None else (one[0] // 10000, one[1] // 10000)
                same = one[0] // 100 == one[1] // 100
                return (one[0] // 100 % 100, one[0] // 100 % 100) if same else (1, 12)
            case ir.Over():
                return self.all_members(node) if self.facts is None else self.each_member(node)
        raise TypeError(node)

    def fact(self, node: ir.Fact) -> Interval:
        if self.facts is not None:
            source = self.facts if node.scope == "household" else self.member or {}
            value = source.get(node.code)
            if value is not None:
                return None if isinstance(value, str) else (int(value), int(value))
        return {"int": (node.low, node.high), "bool": MAYBE}.get(node.kind)

    def known(self, node: ir.Expr) -> ir.Value | None:
        """The code of an enumeration where this household has said it."""
        if isinstance(node, ir.Const):
            return node.value
        if isinstance(node, ir.Fact) and self.facts is not None:
            return (self.facts if node.scope == "household" else self.member or {}).get(node.code)
        return None

    def choices(self, node: ir.Expr) -> frozenset[str] | None:
        """The codes that an enumeration can have; None for what is no enumeration (an area can have any)."""
        match node:
            case ir.Const(value):
                return frozenset({value}) if isinstance(value, str) else None
            case ir.Unset(_, "code"):
                return frozenset()
            case ir.Fact():
                said = self.known(node)
                if isinstance(said, str):
                    return frozenset({said})
                return frozenset(node.choices) or None
            case ir.Coalesce(one, two) | ir.If(_, one, two):
                first, second = self.choices(one), self.choices(two)
                return None if first is None or second is None else first | second
            case ir.Ref(name):
                return self.codes[name]
        return None

    def compare(self, op: str, left: ir.Expr, right: ir.Expr) -> Interval:
        one, two = self.of(left), self.of(right)
        if one is None or two is None:
            a, b = self.known(left), self.known(right)
            if isinstance(a, str) and isinstance(b, str):
                return ((a == b) is (op == "="),) * 2
            return MAYBE
        if op in {">", ">="}:
            one, two, op = two, one, {">": "<", ">=": "<="}[op]
        if op in {"=", "!="}:
            apart = one[1] < two[0] or two[1] < one[0]
            same = one[0] == one[1] == two[0] == two[1]
            if not apart and not same:
                return MAYBE
            return (int(same is (op == "=")),) * 2
        strict = op == "<"
        always = one[1] < two[0] or (not strict and one[1] == two[0])
        never = one[0] > two[1] or (strict and one[0] == two[1])
        return (int(always), int(not never))

    def among(self, of: ir.Expr, among: tuple[ir.Value, ...]) -> Interval:
        inner, code = self.of(of), self.known(of)
        if isinstance(code, str):
            return (int(code in among),) * 2
        if inner is None:
            return MAYBE
        values = [int(one) for one in among if not isinstance(one, str)]
        if inner[0] == inner[1]:
            return (int(inner[0] in values),) * 2
        return MAYBE if any(inner[0] <= value <= inner[1] for value in values) else (0, 0)

    def sum(self, parts: list[Interval]) -> Interval:
        low = high = 0
        for part in parts:
            if part is None:
                return None
            low, high = low + part[0], high + part[1]
            self.fit(low, high)
        return (low, high)

    def extreme(self, largest: bool, parts: list[Interval]) -> Interval:
        found = [part for part in parts if part is not None]
        if len(found) < len(parts):
            return None
        pick = max if largest else min
        return (pick(low for low, _ in found), pick(high for _, high in found))

    def lookup(self, table: ir.Table, keys: tuple[ir.Expr, ...]) -> Interval:
        reached: list[Sequence[int | str]] = []
        for axis, key in zip(table.axes, keys, strict=True):
            if axis.codes:
                said = self.choices(key)
                # Of what can be any code: all that are listed, and one that is not where the table has a cell for it.
                reached.append(axis.codes if said is None else sorted(said))
                continue
            ends = self.of(key)
            if ends is None:
                return None
            low, high = ends
            if axis.beyond == "step":
                numbers = list(range(max(low, axis.first), min(high, axis.first + axis.size - 1) + 1))
                reached.append(sorted({*numbers, max(low, axis.first), max(high, axis.first)}))
            elif self.facts is None:
                reached.append(range(max(low, axis.first), min(high, axis.first + axis.size - 1) + 1))
            else:
                reached.append(range(max(low, axis.first - 1), min(high, axis.first + axis.size) + 1))
        cells = [table.at(spot) for spot in product(*reached)]
        found = self.hull(None if cell is None else (cell, cell) for cell in cells)
        if found is not None:
            self.fit(*found)
        return found

    def round(self, mode: str, number: ir.Expr, by: ir.Expr, unit: int) -> Interval:
        inner, divisor = self.of(number), self.of(by)
        if divisor is not None and divisor[0] < 1:
            if self.facts is None:
                raise NotAbove
            return None
        if inner is None or divisor is None:
            return None
        self.fit(2 * divisor[1] * unit)
        corners = [rounded(mode, top, bottom, unit) for top, bottom in product(inner, divisor)]
        self.fit(*corners)
        return (min(corners), max(corners))

    def all_members(self, node: ir.Over) -> Interval:
        value = self.of(node.value)
        if node.where is not None:
            self.of(node.where)
        if node.how in {"any", "all"}:
            return MAYBE
        if node.how == "count":
            return (0, MOST_MEMBERS)
        if value is None:
            return None
        if node.how == "sum":
            low, high = min(0, value[0] * MOST_MEMBERS), max(0, value[1] * MOST_MEMBERS)
            self.fit(low, high)
            return (low, high)
        assert node.empty is not None
        return self.hull((value, self.of(node.empty)))

    def each_member(self, node: ir.Over) -> Interval:
        own = self.member
        values: list[tuple[Interval, Interval]] = []
        for member in self.members:
            self.member = member
            values.append((self.of(node.value), (1, 1) if node.where is None else self.of(node.where) or MAYBE))
        self.member = own
        if node.how in {"any", "all"}:
            ends = [value or MAYBE for value, _ in values] or [MAYBE]
            pick = max if node.how == "any" else min
            return (pick(low for low, _ in ends), pick(high for _, high in ends))
        # There may be any number of members who are not listed, so that they are not counted among the others.
        others = values.pop() if self.open_members else (None, (0, 0))
        if node.how == "count":
            low = sum((value or MAYBE)[0] for value, _ in values)
            high = sum((value or MAYBE)[1] for value, _ in values)
            return (low, max(high, MOST_MEMBERS) if self.open_members and (others[0] or MAYBE)[1] else high)
        counted = [(value, where) for value, where in values if where and where[1]]
        if any(value is None for value, _ in counted):
            return None
        more: Interval = (0, 0)
        if others[1] and others[1][1]:
            if node.how != "sum" or others[0] is None or others[0][0] != others[0][1]:
                return None
            # All add the same, which is no fact of theirs.
            most = others[0][0] * max(0, MOST_MEMBERS - len(values))
            more = (min(0, most), max(0, most))
        if node.how == "sum":
            parts = [value if where == (1, 1) else self.hull((value, (0, 0))) for value, where in counted]
            return self.sum([*parts, more])
        assert node.empty is not None
        pick = max if node.how == "max" else min
        sure = [value for value, where in counted if where == (1, 1) and value is not None]
        maybe = [value for value, where in counted if where != (1, 1) and value is not None]
        if not sure:
            return self.hull([self.of(node.empty), *maybe])
        low, high = pick(low for low, _ in sure), pick(high for _, high in sure)
        ends = [(low, high), *((pick(low, value[0]), pick(high, value[1])) for value in maybe)]
        return self.hull(ends)


def check_widths(program: ir.Program) -> None:
    """TooWide or NotAbove where a value of the program, intermediate ones included, could pass 64 bits or
    divide by nothing.
    """
    bounds = Bounds(program.lets)
    bounds.of(program.eligible)
    for amount in program.amounts:
        if amount.expr is not None:
            bounds.of(amount.expr)
    for output in program.outputs:
        bounds.of(output.expr)


__all__ = ["MOST_MEMBERS", "WIDEST", "Bounds", "Interval", "NotAbove", "TooWide", "check_widths"]
