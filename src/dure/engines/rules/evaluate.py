"""The meaning of the intermediate form, node by node: the plain interpreter the compilers are held against.

Slow and simple. It is used where one value is wanted (a figure in a sentence, which fact decides), and in tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dure.engines.rules import ir
from dure.engines.rules.dates import days_between, months_between, years_between
from dure.engines.rules.lower import rounded

Facts = Mapping[str, ir.Value]


def within(value: str, areas: tuple[str, ...]) -> bool | None:
    """Whether an area lies in one of several; None where it is said too coarsely to tell."""
    if any(value.startswith(area) for area in areas):
        return True
    return None if any(area.startswith(value) for area in areas) else False


class Frame:
    """What nodes are evaluated in: facts of the household, of its members, and of the member looked at.

    `members` holds one more, `ir.UNLISTED`, where not all are listed.
    """

    def __init__(self, lets: Sequence[ir.Let], facts: Facts, members: Sequence[Facts], member: Facts) -> None:
        self.facts, self.members, self.member = facts, members, member
        self.values: dict[str, ir.Value | None] = {}
        for let in lets:
            self.values[let.name] = self.of(let.expr)

    def all(self, nodes: Sequence[ir.Expr]) -> list[ir.Value | None]:
        return [self.of(node) for node in nodes]

    def of(self, node: ir.Expr) -> ir.Value | None:
        """The value of a node, None where unknown."""
        match node:
            case ir.Const(value):
                return value
            case ir.Unset():
                return None
            case ir.Fact(code, _, scope):
                return (self.facts if scope == "household" else self.member).get(code)
            case ir.Coalesce(first, second):
                found = self.of(first)
                return self.of(second) if found is None else found
            case ir.Ref(name):
                return self.values[name]
            case ir.Not(of):
                inner = self.of(of)
                return None if inner is None else not inner
            case ir.And(args) | ir.Or(args):
                stops = isinstance(node, ir.Or)
                values = self.all(args)
                return stops if stops in values else None if None in values else not stops
            case ir.If(test, then, other):
                decided = self.of(test)
                if decided is None:
                    yes, no = self.of(then), self.of(other)
                    return yes if yes is not None and yes == no else None
                return self.of(then if decided else other)
            case ir.Over():
                return self.over(node)
        values = self.all(tuple(ir.parts(node)))
        if None in values:
            return None
        return self.plain(node, values)

    def plain(self, node: ir.Expr, values: Sequence[ir.Value | None]) -> ir.Value | None:
        """Nodes that are unknown as soon as one of their parts is."""
        match node:
            case ir.Compare(op):
                left, right = values
                if op in {"=", "!="}:
                    return (left == right) is (op == "=")
                assert isinstance(left, int)
                assert isinstance(right, int)
                return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[op]
            case ir.In(_, among):
                return values[0] in among
            case ir.Within(_, areas):
                return within(str(values[0]), areas)
            case ir.Lookup(table):
                return table.at(tuple(value for value in values if value is not None))
        ints = [int(value) for value in values if value is not None and not isinstance(value, str)]
        match node:
            case ir.Sum():
                return sum(ints)
            case ir.Minus():
                return ints[0] - ints[1]
            case ir.Times():
                return ints[0] * ints[1]
            case ir.Least():
                return min(ints)
            case ir.Most():
                return max(ints)
            case ir.Round(mode, _, _, unit):
                return rounded(mode, ints[0], ints[1], unit)
            case ir.Age():
                return years_between(ints[0], ints[1])
            case ir.Months():
                return months_between(ints[0], ints[1])
            case ir.Days():
                return days_between(ints[0], ints[1])
            case ir.Part(_, which):
                return ints[0] // 10000 if which == "year" else ints[0] // 100 % 100
        raise TypeError(node)

    def over(self, node: ir.Over) -> ir.Value | None:
        own = self.member
        values: list[ir.Value | None] = []
        unsure = False
        for member in self.members:
            self.member = member
            where = True if node.where is None else self.of(node.where)
            if where is False:
                continue
            value = self.of(node.value)
            # There may be any number of unlisted members: what one of them adds is added nobody knows how often.
            often = member is ir.UNLISTED and node.how in {"count", "sum"} and bool(value)
            unsure = unsure or where is None or often
            values.append(value)
        self.member = own
        if node.how in {"any", "all"}:
            stops = node.how == "any"
            return stops if stops in values else None if None in values else not stops
        if None in values or unsure:
            return None
        if node.how == "count":
            return values.count(True)
        ints = [int(value) for value in values if value is not None]
        if node.how == "sum":
            return sum(ints)
        if not ints:
            return None if node.empty is None else self.of(node.empty)
        return max(ints) if node.how == "max" else min(ints)


__all__ = ["Frame", "within"]
