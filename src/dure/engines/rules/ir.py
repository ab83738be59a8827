"""The rule in the form that is compiled: a typed tree of whole numbers, truths and codes, names and parameters
resolved.

`Program` is one benefit on one day. Everything a compiler (one household: `scalar`; columns: piece `columns`)
must know:

**Values.** A node's `kind` is `int`, `bool`, `code` (an enumeration's choice, as its code) or `area` (digits of
an area). Money is int won; periods are int years, months or days; dates are the int yyyymmdd (`19900501`), so
that comparing dates is comparing ints. There are no ratios left: a ratio is an int with a denominator that
lowering has worked into the multiplications, and `Round` divides once, at the end (a ratio fact is its numerator
over the catalogue's `scale`; an output that is a ratio, its numerator over `Let.scale`). No node ever needs more than
a signed 64-bit integer, intermediate results included: `ranges.check_widths` proves it from the ranges of the
catalogue when a file is checked.

**Unknown.** Every node may be unknown (None; Arrow null). `Fact` is unknown where the household does not say, `Unset`
always (the parameter is not known on that day). Unless said otherwise below, a node with an unknown operand is unknown.
`And`, `Or`, `Not` are Kleene's: one false makes `And` false whatever else is unknown, one true makes `Or` true.

| node | meaning |
| --- | --- |
| `Const(value)` | int, bool or code |
| `Unset(parameter, kind)` | unknown |
| `Fact(code, kind, scope, low, high)` | of the household (`household`) or of a member (`member`) |
| `Coalesce(first, second)` | first where known, else second |
| `Ref(name, kind)` | value of the `Let` of that name (earlier in `Program.lets`) |
| `Compare(op, left, right)` | `=`, `!=` on all kinds; `<`, `<=`, `>`, `>=` on int |
| `In(of, among)` | among: tuple of consts (ints or codes) |
| `Within(of, areas)` | an area code starts with one of `areas`; unknown where it is only a beginning of one of them |
| `Sum(args)`, `Minus(left, right)`, `Times(left, right)`, `Least(args)`, `Most(args)` | int |
| `If(test, then, other)` | unknown test: the common value where both branches are known and equal, else unknown |
| `Lookup(table, keys)` | `Table.at(keys)`: cells outside the table or empty are unknown |
| `Round(mode, number, by, unit)` | number / by to a multiple of unit (int above 0); by > 0 is proven |
| `Age(birth, on)` | whole years between two dates: `(on - birth) // 10000` |
| `Months(start, end)` | whole months: `y2*12+m2 - y1*12-m1 - (d2 < d1)` |
| `Days(start, end)` | days between |
| `Part(of, which)` | year or month of a date (`which`: year, month) |
| `Over(how, value, where, empty)` | over the members, see below |

`Round` modes, exact, in terms of q, r = divmod(|number|, by*unit) and the sign put back: `down` q·unit (toward
nothing, 버림), `up` (q + (r>0))·unit (away from nothing, 올림), `half` (q + (2r >= by·unit))·unit (반올림),
`even` ties to even q (짝수반올림). `number` and 2·by·unit are proven to fit.

`Over`: `how` any, all: Kleene's Or/And of `value` (bool). `count`: how many have `value` true (unknown if any
is unknown). `sum`: sum of `value` (int) over members where `where` is true; a member whose `where` is false
counts nothing even if its value is unknown; otherwise unknown if `where` or `value` is. `max`, `min`: over the
same, `empty` (an int Expr of the household) where nobody is left. Inside an `Over` member facts are of the
member passed over; it never refers to the member evaluated, so in columns it is one group-by over the persons
of a household. `where` may be None (all). A household whose members are not all listed (`Household.whole`
False) is passed over as if it had one more member of whom nothing is known (`UNLISTED`). That one stands for any
number of members: it is enough for any, all, max and min, but a `count` whose `value` is true of it (`예`), and a `sum`
to which it adds something (a `value` known and not 0, `where` not false), are unknown, for nobody knows how often it
adds. Where it adds nothing, they are known as ever.

**Program.** `lets` in an order in which each refers only to earlier ones; a let with `member` True has a value
for each member (person benefits only; inside `Over` such names have been written out, so no `Ref` in an `Over`
is to a member let). Conditions are lets, named `?id`; facts that can be worked out where they are not said are
lets, named `@code`. `eligible` is a tree of And/Or/Not over `Ref`s to conditions. `amounts`: won where eligible
is true; where it is false the amount is 0; where unknown, unknown. `outputs` hold whether or not one is
eligible. `unit` household: one row a household. `unit` person: one row a member, household facts and lets
repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

Value = int | bool | str

UNLISTED: Mapping[str, Value] = MappingProxyType({})
"""The facts of whoever is not listed: none. Told by identity (`is`): of a listed one nothing may be known, either."""


@dataclass(frozen=True, slots=True)
class Expr:
    """Any node. Nodes are equal where they are written equal, so that a compiler may share them."""


@dataclass(frozen=True, slots=True)
class Const(Expr):
    value: Value
    kind: str = ""
    """int, bool or code, from the value: 1 and True are not the same node."""

    def __post_init__(self) -> None:
        kind = "bool" if isinstance(self.value, bool) else "int" if isinstance(self.value, int) else "code"
        object.__setattr__(self, "kind", kind)


@dataclass(frozen=True, slots=True)
class Unset(Expr):
    parameter: str
    kind: str = "int"


@dataclass(frozen=True, slots=True)
class Fact(Expr):
    code: str
    kind: str
    scope: str
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coalesce(Expr):
    first: Expr
    second: Expr


@dataclass(frozen=True, slots=True)
class Ref(Expr):
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Not(Expr):
    of: Expr


@dataclass(frozen=True, slots=True)
class And(Expr):
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or(Expr):
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Compare(Expr):
    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class In(Expr):
    of: Expr
    among: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Within(Expr):
    of: Expr
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sum(Expr):
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Minus(Expr):
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Times(Expr):
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Least(Expr):
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Most(Expr):
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class If(Expr):
    test: Expr
    then: Expr
    other: Expr


@dataclass(frozen=True, slots=True)
class Axis:
    """One dimension of a table: numbers `first` … `first + size - 1`, or `codes` in order.

    Numbers past the last: `unknown`, or `step` (each adds the row's step; only on the last axis). Below the
    first: unknown. Codes not listed have cell `other`, or none (-1).
    """

    first: int = 0
    size: int = 0
    codes: tuple[str, ...] = ()
    beyond: str = "unknown"
    other: int = -1


@dataclass(frozen=True, slots=True)
class Table:
    """A parameter's table on a day. `cells` row-major over `axes`; None is an unknown cell. `steps`: one a row
    of the last axis.
    """

    parameter: str
    axes: tuple[Axis, ...]
    cells: tuple[int | None, ...]
    steps: tuple[int | None, ...] = ()

    def at(self, keys: tuple[int | str, ...]) -> int | None:
        """The cell of keys in the order of the axes; None where it is not known."""
        row = 0
        past = 0
        for axis, key in zip(self.axes, keys, strict=True):
            if axis.codes:
                place = axis.codes.index(str(key)) if key in axis.codes else axis.other
                if place < 0:
                    return None
                row = row * len(axis.codes) + place
                continue
            place = int(key) - axis.first
            if place < 0 or (place >= axis.size and axis.beyond == "unknown"):
                return None
            past = max(0, place - axis.size + 1) if axis.beyond == "step" else 0
            row = row * axis.size + min(place, axis.size - 1)
        cell = self.cells[row]
        if past == 0 or cell is None:
            return cell
        step = self.steps[row // self.axes[-1].size]
        return None if step is None else cell + step * past


@dataclass(frozen=True, slots=True)
class Lookup(Expr):
    table: Table
    keys: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Round(Expr):
    mode: str
    number: Expr
    by: Expr
    unit: int


@dataclass(frozen=True, slots=True)
class Age(Expr):
    birth: Expr
    on: Expr


@dataclass(frozen=True, slots=True)
class Months(Expr):
    start: Expr
    end: Expr


@dataclass(frozen=True, slots=True)
class Days(Expr):
    start: Expr
    end: Expr


@dataclass(frozen=True, slots=True)
class Part(Expr):
    of: Expr
    which: str


@dataclass(frozen=True, slots=True)
class Over(Expr):
    how: str
    value: Expr
    where: Expr | None = None
    empty: Expr | None = None


@dataclass(frozen=True, slots=True)
class Let:
    """A named value. `unit`: 원, 년, 개월, 일, date, bool, code of an enumeration, or nothing for a plain number.

    `scale`: the value is in units of 1/scale (only ratios, whose scale may be more than 1).
    """

    name: str
    expr: Expr
    kind: str
    unit: str
    member: bool
    scale: int = 1


@dataclass(frozen=True, slots=True)
class Amount:
    id: str
    per: str
    """month, quarter, year, once or in_kind (whose value may be None)."""
    expr: Expr | None


@dataclass(frozen=True, slots=True)
class Program:
    benefit: str
    unit: str
    """household or person."""
    lets: tuple[Let, ...]
    eligible: Expr
    amounts: tuple[Amount, ...]
    outputs: tuple[Let, ...]
    """Named by the code used in JSON; their expressions are like those of lets."""


def kind(node: Expr) -> str:
    """int, bool, code or area."""
    match node:
        case Const() | Unset() | Fact() | Ref():
            return node.kind
        case Coalesce(first, _):
            return kind(first)
        case If(_, then, _):
            return kind(then)
        case Not() | And() | Or() | Compare() | In() | Within():
            return "bool"
        case Over(how, _, _, _):
            return "bool" if how in {"any", "all"} else "int"
        case _:
            return "int"


_NAMES: dict[type[Expr], tuple[str, ...]] = {}
"""The fields of each kind of node, looked up once."""


def _names(kind: type[Expr]) -> tuple[str, ...]:
    found = _NAMES.get(kind)
    if found is None:
        found = _NAMES[kind] = tuple(one.name for one in fields(kind))
    return found


def parts(node: Expr) -> Iterator[Expr]:
    """The nodes directly under a node, in order."""
    for name in _names(type(node)):
        value = getattr(node, name)
        if isinstance(value, Expr):
            yield value
        elif isinstance(value, tuple):
            yield from (inner for inner in value if isinstance(inner, Expr))


def walk(node: Expr) -> Iterator[Expr]:
    """The node and everything under it. References are not followed."""
    todo = [node]
    while todo:
        one = todo.pop()
        yield one
        todo.extend(reversed(tuple(parts(one))))


def depth(node: Expr) -> int:
    """How deep a node goes. Nodes that stand in several places are looked at once."""
    found: dict[int, int] = {}
    todo = [(node, False)]
    while todo:
        one, seen = todo.pop()
        if seen:
            found[id(one)] = 1 + max((found[id(part)] for part in parts(one)), default=0)
        elif id(one) not in found:
            todo.append((one, True))
            todo.extend((part, False) for part in parts(one))
    return found[id(node)]


def facts(program: Program) -> tuple[Fact, ...]:
    """The facts a program reads, each once, in the order of their first use."""
    roots = [let.expr for let in program.lets] + [program.eligible]
    roots += [amount.expr for amount in program.amounts if amount.expr is not None]
    roots += [output.expr for output in program.outputs]
    found: dict[Fact, None] = {}
    for root in roots:
        for one in walk(root):
            if isinstance(one, Fact):
                found.setdefault(one)
    return tuple(found)
