"""The intermediate form as Python source for one household: one function a benefit, straight code, three-valued.

What is strict (arithmetic, comparisons) becomes one Python expression guarded by `None if … is None`; And, Or,
If, tables and loops over members become statements. The meaning is that of `evaluate`, which the tests hold
this against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dure.engines.rules import ir
from dure.engines.rules.dates import days_between, months_between
from dure.engines.rules.evaluate import within
from dure.engines.rules.lower import rounded
from dure.engines.rules.ranges import Bounds

STRICT = (
    ir.Compare, ir.In, ir.Sum, ir.Minus, ir.Times, ir.Least, ir.Most, ir.Round, ir.Age, ir.Months, ir.Days, ir.Part,
    ir.Not,
)  # fmt: skip
OPERATORS = {"=": "==", "!=": "!="}


class Writer:
    """Writes the body of one function. Facts are read by `h(code)` (household), `m(code)` (member); members are
    `members`.
    """

    def __init__(self, lets: Sequence[ir.Let]) -> None:
        self.exprs = {let.name: let.expr for let in lets}
        self.of_members = {let.name for let in lets if let.member}
        self.bounds = Bounds(lets)
        self.lines: list[str] = []
        self.indent = 1
        self.names: dict[ir.Expr, str] = {}
        self.known: set[str] = set()
        """Variables that are never None."""
        self.count = 0
        self.reader = "m"
        self.given: dict[str, Any] = {
            "M": months_between, "D": days_between, "W": within, "Z": rounded, "N": ir.UNLISTED,
        }  # fmt: skip

    def prepare(self, lets: Sequence[ir.Let], results: Sequence[ir.Expr]) -> None:
        """Writes the named values that the results need, in their order, so that none is reached through a long
        chain.
        """
        needed = {one.name for result in results for one in ir.walk(result) if isinstance(one, ir.Ref)}
        for let in reversed(lets):
            if let.name in needed:
                needed |= {one.name for one in ir.walk(let.expr) if isinstance(one, ir.Ref)}
        for let in lets:
            if let.name in needed and not let.name.startswith("?"):
                self.value(ir.Ref(let.name, let.kind))

    def line(self, text: str) -> None:
        self.lines.append("    " * self.indent + text)

    def fresh(self, letter: str = "v") -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def keep(self, value: Any) -> str:
        """A name for an object that the source refers to."""
        name = f"K{len(self.given)}"
        self.given[name] = value
        return name

    def value(self, node: ir.Expr) -> str:
        """A variable (or a literal) that holds the value of a node; its statements are written before."""
        if isinstance(node, ir.Const):
            return repr(node.value)
        if isinstance(node, ir.Unset):
            return "None"
        found = self.names.get(node)
        if found is None:
            found = self.write(node)
            self.names[node] = found
        return found

    def maybe(self, name: str) -> bool:
        """Whether what a variable holds may be None."""
        return name == "None" or (name.isidentifier() and name not in self.known and name not in {"True", "False"})

    def guard(self, names: Sequence[str]) -> str:
        """`a is None or b is None` over those that may be, or nothing."""
        return " or ".join(f"{name} is None" for name in dict.fromkeys(names) if self.maybe(name))

    def assign(self, leaves: Sequence[str], text: str) -> str:
        """A new variable: text, or None where one of the leaves is."""
        name = self.fresh()
        guard = self.guard(leaves)
        if "None" in leaves:
            self.line(f"{name} = None")
        elif guard:
            self.line(f"{name} = None if {guard} else {text}")
        else:
            self.line(f"{name} = {text}")
            self.known.add(name)
        return name

    def write(self, node: ir.Expr) -> str:
        if isinstance(node, STRICT):
            leaves: list[str] = []
            text = self.strict(node, leaves)
            return self.assign(leaves, text)
        name = self.fresh()
        match node:
            case ir.Fact(code, _, scope):
                self.line(f"{name} = {'h' if scope == 'household' else self.reader}({code!r})")
            case ir.Ref(name_of):
                return self.value(self.exprs[name_of])
            case ir.Coalesce(first, second):
                one = self.value(first)
                self.line(f"{name} = {one}")
                self.line(f"if {name} is None:")
                before = dict(self.names)
                self.indent += 1
                self.line(f"{name} = {self.value(second)}")
                self.indent -= 1
                self.names = before
            case ir.And(args) | ir.Or(args):
                self.kleene(name, [self.value(arg) for arg in args], isinstance(node, ir.Or))
            case ir.If(test, then, other):
                c, a, b = self.value(test), self.value(then), self.value(other)
                if self.maybe(c):
                    self.line(f"{name} = {a} if {c} else {b} if {c} is False else {a} if {a} == {b} else None")
                else:
                    self.line(f"{name} = {a} if {c} else {b}")
                if not any(map(self.maybe, (a, b, c))):
                    self.known.add(name)
            case ir.Lookup(table, keys):
                self.lookup(name, table, [self.value(key) for key in keys])
            case ir.Within(of, areas):
                value = self.value(of)
                self.line(f"{name} = None if {value} is None else W({value}, {areas!r})")
            case ir.Over():
                self.over(name, node)
            case _:
                raise TypeError(node)
        return name

    def kleene(self, name: str, values: list[str], stops: bool) -> None:
        unsure = [value for value in dict.fromkeys(values) if self.maybe(value)]
        if not unsure:
            self.line(f"{name} = {(' or ' if stops else ' and ').join(values)}")
            self.known.add(name)
            return
        found = " or ".join(f"{value} is {stops}" for value in dict.fromkeys(values))
        none = " or ".join(f"{value} is None" for value in unsure)
        self.line(f"{name} = {stops} if {found} else None if {none} else {not stops}")

    def leaf(self, node: ir.Expr, leaves: list[str]) -> str:
        if isinstance(node, STRICT) and node not in self.names:
            return self.strict(node, leaves)
        name = self.value(node)
        leaves.append(name)
        return name

    def strict(self, node: ir.Expr, leaves: list[str]) -> str:
        """The Python expression of a strict node, in brackets; what it hangs on is added to leaves."""
        match node:
            case ir.Round(mode, number, by, unit):
                return self.round(mode, number, by, unit, leaves)
            case ir.In(of, among):
                return f"({self.leaf(of, leaves)} in {among!r})"
            case ir.Part(of, which):
                inner = self.leaf(of, leaves)
                return f"({inner} // 10000)" if which == "year" else f"({inner} // 100 % 100)"
        args = [self.leaf(part, leaves) for part in ir.parts(node)]
        match node:
            case ir.Compare(op):
                return f"({args[0]} {OPERATORS.get(op, op)} {args[1]})"
            case ir.Sum():
                return f"({' + '.join(args)})"
            case ir.Minus():
                return f"({args[0]} - {args[1]})"
            case ir.Times():
                return f"({args[0]} * {args[1]})"
            case ir.Least() | ir.Most():
                if len(args) == 2 and all(arg.isidentifier() or arg.isdigit() for arg in args):
                    sign = "<" if isinstance(node, ir.Least) else ">"
                    return f"({args[0]} if {args[0]} {sign} {args[1]} else {args[1]})"
                return f"{'min' if isinstance(node, ir.Least) else 'max'}({', '.join(args)})"
            case ir.Age():
                return f"(({args[1]} - {args[0]}) // 10000)"
            case ir.Months():
                return f"M({args[0]}, {args[1]})"
            case ir.Days():
                return f"D({args[0]}, {args[1]})"
            case ir.Not():
                return f"(not {args[0]})"
        raise TypeError(node)

    def round(self, mode: str, number: ir.Expr, by: ir.Expr, unit: int, leaves: list[str]) -> str:
        ends = self.bounds.of(number)
        top, bottom = self.leaf(number, leaves), self.leaf(by, leaves)
        if ends is None or ends[0] < 0 or mode == "even":
            return f"Z({mode!r}, {top}, {bottom}, {unit})"
        size = str(int(bottom) * unit) if bottom.isdigit() else f"({bottom} * {unit})"
        back = "" if unit == 1 else f" * {unit}"
        if mode == "down":
            return f"({top} // {size}{back})"
        if mode == "up":
            return f"(-(-{top} // {size}){back})"
        return f"((2 * {top} + {size}) // (2 * {size}){back})"

    def lookup(self, name: str, table: ir.Table, keys: list[str]) -> None:
        guard = self.guard(keys)
        if "None" in keys:
            self.line(f"{name} = None")
            return
        spots: list[tuple[int | str, ...]] = [()]
        for axis in table.axes:
            listed: Sequence[int | str] = axis.codes or range(axis.first, axis.first + axis.size)
            spots = [(*spot, key) for spot in spots for key in listed if key != ""]
        cells = {spot if len(spot) > 1 else spot[0]: cell for spot in spots if (cell := table.at(spot)) is not None}
        key = keys[0] if len(keys) == 1 else f"({', '.join(keys)})"
        read = f"{self.keep(cells)}.get({key})"
        self.line(f"{name} = None if {guard} else {read}" if guard else f"{name} = {read}")
        if any(axis.beyond == "step" or axis.other >= 0 for axis in table.axes):
            also = f" and not ({guard})" if guard else ""
            self.line(f"if {name} is None{also}:")
            self.line(f"    {name} = {self.keep(table)}.at(({', '.join(keys)},))")

    def over(self, name: str, node: ir.Over) -> None:
        empty = None if node.empty is None else self.value(node.empty)
        before, reader = dict(self.names), self.reader
        self.names = {one: found for one, found in before.items() if not self.hangs(one)}
        start = {"any": "False", "all": "True", "count": "0", "sum": "0"}.get(node.how, "None")
        self.line(f"{name} = {start}")
        some = self.fresh("s")
        if node.how in {"max", "min"}:
            self.line(f"{some} = False")
        one = self.fresh("q")
        self.line(f"for {one} in members:")
        self.indent += 1
        self.reader = self.fresh("r")
        self.line(f"{self.reader} = {one}.get")
        if node.where is not None:
            where = self.value(node.where)
            self.line(f"if {where} is False:")
            self.line("    continue")
            self.stop(name, some, where)
        value = self.value(node.value)
        if node.how in {"any", "all"}:
            stops = node.how == "any"
            self.line(f"if {value} is {stops}:")
            self.line(f"    {name} = {stops}")
            self.line("    break")
            if self.maybe(value):
                self.line(f"if {value} is None:")
                self.line(f"    {name} = None")
        else:
            self.stop(name, some, value)
            if node.how in {"count", "sum"}:
                # Even where neither `value` nor `where` can be None, the name can: it is never among the `known`.
                self.line(f"if {value}:")
                self.line(f"    if {one} is N:")
                self.line(f"        {name} = None")
                self.line("        break")
                self.line(f"    {name} += {1 if node.how == 'count' else value}")
            else:
                sign = ">" if node.how == "max" else "<"
                self.line(f"if not {some} or {value} {sign} {name}:")
                self.line(f"    {name} = {value}")
                self.line(f"    {some} = True")
        self.indent -= 1
        if empty is not None:
            self.line(f"if not {some}:")
            self.line(f"    {name} = {empty}")
        self.names, self.reader = before, reader

    def stop(self, name: str, some: str, on: str) -> None:
        """Ends a loop over members as unknown where `on` is."""
        if self.maybe(on):
            self.line(f"if {on} is None:")
            self.line(f"    {name} = None")
            self.line(f"    {some} = True")
            self.line("    break")

    def hangs(self, node: ir.Expr) -> bool:
        """Whether a value hangs on the member it was computed for (and so may not be used for another)."""
        return any(
            one.name in self.of_members
            if isinstance(one, ir.Ref)
            else isinstance(one, ir.Fact) and one.scope == "member"
            for one in ir.walk(node)
        )


def compiled(head: str, body: Writer, last: str, given: Mapping[str, Any]) -> Any:
    """The function `head` (`name(arguments)`) of a body and its last line."""
    source = "\n".join([f"def {head}:", *body.lines, f"    {last}"])
    space: dict[str, Any] = {**body.given, **given}
    exec(compile(source, f"<{head}>", "exec"), space)  # the source is written above; of files only repr() of codes
    return space[head.partition("(")[0]]


__all__ = ["Writer", "compiled"]
