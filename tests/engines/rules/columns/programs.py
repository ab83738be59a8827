"""Programs that hypothesis thinks of: typed trees of every kind of node, small enough that no value passes 64 bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from dure.engines.rules import ir
from dure.engines.rules.ranges import NotAbove, TooWide, check_widths

COLOURS = ("red", "green", "blue")
HOME: tuple[ir.Fact, ...] = (
    ir.Fact("size", "int", "household", 1, 9),
    ir.Fact("won", "int", "household", -1_000_000, 10_000_000_000),
    ir.Fact("rich", "bool", "household"),
    ir.Fact("colour", "code", "household", choices=COLOURS),
    ir.Fact("place", "area", "household"),
    ir.Fact("since", "int", "household", 19000101, 20301231),
)
OWN: tuple[ir.Fact, ...] = (
    ir.Fact("age", "int", "member", 0, 130),
    ir.Fact("wage", "int", "member", 0, 1_000_000_000),
    ir.Fact("ill", "bool", "member"),
    ir.Fact("taste", "code", "member", choices=COLOURS),
    ir.Fact("born", "int", "member", 18700101, 20260301),
)
Draw = Callable[[st.SearchStrategy[Any]], Any]


class Maker:
    """Draws trees. `facts`: those that may stand in them (of members only where these are at hand)."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw

    def pick(self, *some: Any) -> Any:
        return self.draw(st.sampled_from(some))

    def fact(self, kind: str, member: bool, dates: bool = False) -> ir.Expr:
        found = [
            one
            for one in (HOME + OWN if member else HOME)
            if one.kind == kind and (one.code in {"since", "born"}) is dates
        ]
        return self.pick(*found)

    def number(self, deep: int, member: bool, over: bool = True) -> ir.Expr:
        if deep <= 0:
            if self.draw(st.booleans()):
                return ir.Const(
                    self.draw(st.sampled_from([0, 1, 2, 3, 18, 65, 100, 12_345]) | st.integers(-50, 5_000_000))
                )
            return self.pick(self.fact("int", member), self.fact("int", member), ir.Unset("gone"))
        down = lambda: self.number(deep - 1, member, over)  # noqa: E731
        match self.pick(
            "sum", "minus", "times", "least", "most", "if", "lookup", "round", "dates", "coalesce", *(["over"] * over)
        ):
            case "sum":
                return ir.Sum((down(), down(), down()))
            case "minus":
                return ir.Minus(down(), down())
            case "times":
                return ir.Times(down(), ir.Const(self.draw(st.integers(-20, 40))))
            case "least":
                return ir.Least((down(), down()))
            case "most":
                return ir.Most((down(), down(), ir.Const(0)))
            case "if":
                return ir.If(self.test(deep - 1, member, over), down(), down())
            case "lookup":
                return self.lookup(deep, member, over)
            case "round":
                by = self.pick(ir.Const(self.pick(1, 3, 100, 1300)), ir.Most((ir.Const(1), self.fact("int", member))))
                return ir.Round(self.pick("down", "up", "half", "even"), down(), by, self.pick(1, 10, 1000))
            case "dates":
                start, end = self.date(member), self.date(member)
                return self.pick(
                    ir.Age(start, end),
                    ir.Months(start, end),
                    ir.Days(start, end),
                    ir.Part(start, self.pick("year", "month")),
                )
            case "coalesce":
                return ir.Coalesce(self.fact("int", member), down())
        how = self.pick("count", "sum", "max", "min")
        # Half of them hang on no member, so that they are known even of those who are not listed.
        own, also = self.draw(st.booleans()), self.draw(st.booleans())
        value = self.test(deep - 1, own, False) if how == "count" else self.number(deep - 1, own, False)
        where = self.test(deep - 1, also, False) if how != "count" and self.draw(st.booleans()) else None
        return ir.Over(how, value, where, self.number(0, False) if how in {"max", "min"} else None)

    def date(self, member: bool) -> ir.Expr:
        return self.pick(self.fact("int", member, dates=True), ir.Const(20260301), ir.Const(20240229))

    def lookup(self, deep: int, member: bool, over: bool) -> ir.Expr:
        cell = st.none() | st.integers(-1000, 10_000_000)
        beyond = self.pick("unknown", "step")
        axes = [ir.Axis(1, 4, (), beyond)]
        keys = [self.pick(self.fact("int", member), self.number(deep - 1, member, over))]
        if self.draw(st.booleans()):
            codes = self.pick(COLOURS[:2], (*COLOURS[:2], ""), (*COLOURS, ""))
            axes.insert(0, ir.Axis(codes=codes, other=len(codes) - 1 if "" in codes else -1))
            keys.insert(0, self.fact("code", member))
        count = 4 * max(1, len(axes[0].codes))
        cells = tuple(self.draw(st.lists(cell, min_size=count, max_size=count)))
        steps = tuple(self.draw(st.lists(st.none() | st.integers(0, 1000), min_size=count // 4, max_size=count // 4)))
        return ir.Lookup(ir.Table("t", tuple(axes), cells, steps if beyond == "step" else ()), tuple(keys))

    def test(self, deep: int, member: bool, over: bool = True) -> ir.Expr:
        if deep <= 0:
            return self.pick(
                self.fact("bool", member), ir.Const(self.draw(st.booleans())), ir.Unset("gone", "bool"),
                ir.In(self.fact("code", member), self.pick(COLOURS[:1], COLOURS[1:])),
                ir.Compare(self.pick("=", "!="), self.fact("code", member), ir.Const(self.pick(*COLOURS))),
                ir.Within(self.fact("area", member), self.pick(("11",), ("4111", "26"), ("46710",))),
                ir.In(self.fact("int", member), (0, 1, 2, 18)),
            )  # fmt: skip
        down = lambda: self.test(deep - 1, member, over)  # noqa: E731
        match self.pick("and", "or", "not", "compare", "compare", "if", "coalesce", *(["over"] * over)):
            case "and":
                return ir.And((down(), down(), down()))
            case "or":
                return ir.Or((down(), down()))
            case "not":
                return ir.Not(down())
            case "compare":
                sides = [self.number(deep - 1, member, over) for _ in range(2)]
                return ir.Compare(self.pick("=", "!=", "<", "<=", ">", ">="), *sides)
            case "if":
                return ir.If(down(), down(), down())
            case "coalesce":
                return ir.Coalesce(self.fact("bool", member), down())
        return ir.Over(self.pick("any", "all"), self.test(deep - 1, True, False))


@st.composite
def programs(draw: Draw, name: str = "made") -> ir.Program:
    """A program whose values are proved to fit."""
    maker = Maker(draw)
    member = draw(st.booleans())
    lets: list[ir.Let] = []
    for number in range(draw(st.integers(0, 2))):
        lets.append(ir.Let(f"n{number}", maker.number(2, member), "int", "원", member))
    conditions = tuple(maker.test(draw(st.integers(0, 3)), member) for _ in range(draw(st.integers(1, 3))))
    lets += [ir.Let(f"?{at}", one, "bool", "bool", member) for at, one in enumerate(conditions)]
    eligible = ir.And(tuple(ir.Ref(f"?{at}", "bool") for at in range(len(conditions))))
    used: ir.Expr = ir.Ref("n0", "int") if len(lets) > len(conditions) else maker.number(1, member)
    amounts = (ir.Amount("a", "month", ir.Most((ir.Const(0), used))), ir.Amount("b", "once", maker.number(2, member)))
    colour = ir.If(maker.test(1, member), maker.fact("code", member), ir.Const("green"))
    outputs = (
        ir.Let("n", maker.number(2, member), "int", "원", member),
        ir.Let("c", colour, "code", "colour", member),
        ir.Let("d", maker.date(member), "int", "date", member),
        ir.Let("t", maker.test(2, member), "bool", "bool", member),
    )
    return ir.Program(name, "person" if member else "household", tuple(lets), eligible, amounts, outputs)


def fits(program: ir.Program) -> bool:
    try:
        check_widths(program)
    except (TooWide, NotAbove):
        return False
    return True
