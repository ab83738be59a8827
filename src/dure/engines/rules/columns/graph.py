"""Programs of a day as one graph for columns: what is written in several benefits is one node, computed once a block.

Each node is an `ir` node whose parts are `Ref`s to earlier nodes (`#17`), so equal ones are found by a shallow hash.
A node is of households (`member` False) or of persons. What hangs only on few answers (a household's size, choices) has
`atoms`: those few nodes; its results are worked out once for each of their combinations and then looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from math import prod

from dure.engines.rules import ir
from dure.engines.rules.ranges import Bounds, Interval

MOST_COMBINATIONS = 4096
MOST_ATOMS = 3
MOST_VALUES = 160
"""A whole number with no more values than these can be an atom."""
WORTH_A_TABLE = 2.5
"""Cost (see `COSTS`) from which looking a result up is cheaper than computing it."""
A_TABLE = 1.0
DEEP = 60
SHARED = 2
"""What more benefits than these ask for is computed for the whole block."""

COSTS: dict[type[ir.Expr], float] = {
    ir.Const: 0, ir.Unset: 0, ir.Fact: 0, ir.Compare: 0.4, ir.In: 0.5, ir.Within: 1.5, ir.Not: 0.1, ir.And: 0.2,
    ir.Or: 0.2, ir.Sum: 0.7, ir.Minus: 0.7, ir.Times: 0.8, ir.Least: 0.8, ir.Most: 0.8, ir.If: 2, ir.Lookup: 6,
    ir.Round: 4, ir.Age: 1.5, ir.Months: 12, ir.Days: 25, ir.Part: 2, ir.Coalesce: 0.5, ir.Over: 8,
}  # fmt: skip
"""Nanoseconds a row, roughly: only for deciding what to do first and what to look up."""


@dataclass(eq=False)
class Step:
    """One node of the graph. `args`: the nodes it needs, in the order of `ir.parts`."""

    at: int
    node: ir.Expr
    args: tuple[int, ...]
    kind: str
    member: bool
    bounds: Interval
    cost: float
    atoms: tuple[int, ...] | None
    domain: tuple[int | str | bool, ...] | None
    """All its values in order, where it can be an atom."""
    users: set[int] = field(default_factory=set)
    ghost: tuple[int, ...] = ()
    """Of `Over`: value (and where) for a member of whom nothing is known."""
    tabled: bool = False
    """Whether its results are looked up."""
    shared: bool = False
    """Whether it is computed for the whole block, as many benefits ask for it."""
    depth: int = 0
    """How many nodes lie one under the other."""
    fact: str = ""
    """The code, of a fact."""


@dataclass(frozen=True)
class Asked:
    """What is wanted of one benefit: nodes of eligible, of amounts (id → node) and of further outputs."""

    benefit: str
    person: bool
    eligible: int
    amounts: tuple[tuple[str, str, int | None], ...]
    """Id, per, node."""
    outputs: tuple[tuple[ir.Let, int], ...]


class Graph:
    """Built from programs of one day. `steps` in an order in which each needs only earlier ones."""

    def __init__(self, programs: Iterable[ir.Program], *, outputs: bool) -> None:
        self.steps: list[Step] = []
        self.known: dict[ir.Expr, int] = {}
        self.facts: dict[tuple[str, str], int] = {}
        self.bounds = Bounds(())
        self.named: dict[int, None] = {}
        """Nodes that have a name in some benefit."""
        self.asked: list[Asked] = []
        for number, program in enumerate(programs):
            self.lets: dict[str, int] = {}
            self.written = {let.name: let.expr for let in program.lets}
            for let in program.lets:
                self.lets[let.name] = self.add(let.expr)
                self.named[self.lets[let.name]] = None
            eligible = self.add(program.eligible)
            amounts = tuple(
                (one.id, one.per, None if one.expr is None else self.add(one.expr)) for one in program.amounts
            )
            further = tuple((one, self.add(one.expr)) for one in program.outputs) if outputs else ()
            asked = Asked(program.benefit, program.unit == "person", eligible, amounts, further)
            self.asked.append(asked)
            self.use(number, [eligible, *(at for _, _, at in amounts if at is not None), *(at for _, at in further)])
        for step in self.steps:
            step.shared = isinstance(step.node, ir.Over) or (len(step.users) > SHARED and step.cost > 1)
        self.done: tuple[tuple[int, ...], ...] = tuple(
            tuple(step.at for step in self.steps if step.users and max(step.users) == number)
            for number in range(len(self.asked))
        )
        """For each benefit the nodes that no later one asks for."""
        self.landings: tuple[tuple[int, ...], ...] = tuple(
            tuple(step.at for step in self.steps if number in step.users and step.depth % DEEP == 0)
            for number in range(len(self.asked))
        )
        """For each benefit the nodes to compute first, so that none is computed from too deep down."""

    def use(self, number: int, roots: Sequence[int]) -> None:
        todo = list(roots)
        while todo:
            step = self.steps[todo.pop()]
            if number not in step.users:
                step.users.add(number)
                todo.extend(step.args)
                todo.extend(step.ghost)

    def add(self, node: ir.Expr, ghost: bool = False) -> int:
        """The number of a node. `ghost`: as it is for a member of whom nothing is known."""
        if isinstance(node, ir.Ref):
            return self.lets[node.name]
        if isinstance(node, ir.Fact) and node.scope == "member" and ghost:
            node = ir.Unset(node.code, node.kind)
        if isinstance(node, ir.And | ir.Or):
            node = type(node)(self.flat(node.args, type(node)))
        args: list[int] = []
        bare = self.bare(node, args, ghost)
        ghosts: tuple[int, ...] = ()
        if isinstance(node, ir.Over):
            inner = (node.value,) if node.where is None else (node.value, node.where)
            ghosts = tuple(self.add(one, True) for one in inner)
        found = self.known.get(bare)
        if found is None:
            found = self.known[bare] = len(self.steps)
            self.steps.append(self.step(found, bare, tuple(args), ghosts))
            self.bounds.take(f"#{found}", bare, self.steps[found].bounds)
            if isinstance(bare, ir.Fact):
                self.facts[bare.scope, bare.code] = found
        return found

    def flat(self, args: tuple[ir.Expr, ...], kind: type[ir.And] | type[ir.Or]) -> tuple[ir.Expr, ...]:
        """The parts of an And, with those of Ands among them in their place; likewise of an Or."""
        found: dict[ir.Expr, None] = {}
        for arg in args:
            node = self.written.get(arg.name, arg) if isinstance(arg, ir.Ref) else arg
            found.update(dict.fromkeys(self.flat(node.args, kind) if isinstance(node, kind) else (arg,)))
        return tuple(found)

    def bare(self, node: ir.Expr, args: list[int], ghost: bool) -> ir.Expr:
        """The node with its parts replaced by references to their numbers."""

        def reference(part: ir.Expr) -> ir.Ref:
            at = self.add(part, ghost)
            args.append(at)
            return ir.Ref(f"#{at}", self.steps[at].kind)

        changed: dict[str, object] = {}
        for one in fields(node):
            value = getattr(node, one.name)
            if isinstance(value, ir.Expr):
                changed[one.name] = reference(value)
            elif isinstance(value, tuple) and any(isinstance(inner, ir.Expr) for inner in value):
                changed[one.name] = tuple(reference(inner) for inner in value)
        return replace(node, **changed) if changed else node

    def step(self, at: int, node: ir.Expr, args: tuple[int, ...], ghosts: tuple[int, ...]) -> Step:
        parts = [self.steps[arg] for arg in args]
        over = isinstance(node, ir.Over)
        member = node.scope == "member" if isinstance(node, ir.Fact) else not over and any(one.member for one in parts)
        kind = ir.kind(node)
        bounds = self.reach(node)
        cost = COSTS[type(node)] * max(1, len(args) - 1) + sum(one.cost for one in parts)
        if isinstance(node, ir.In):
            cost += 0.4 * len(node.among)
        domain = self.domain(node, kind, bounds, parts)
        atoms = self.atoms(parts) if not over and not isinstance(node, ir.Fact | ir.Coalesce) else None
        if atoms is None and domain is not None:
            atoms = (at,)
        found = Step(at, node, args, kind, member, bounds, cost, atoms, domain, ghost=ghosts)
        found.depth = 1 + max((self.steps[one].depth for one in (*args, *ghosts)), default=0)
        found.fact = node.code if isinstance(node, ir.Fact) else ""
        if atoms is not None and atoms != (at,) and cost >= WORTH_A_TABLE and found.depth < DEEP:
            found.tabled, found.cost = True, A_TABLE
        return found

    def domain(
        self, node: ir.Expr, kind: str, bounds: Interval, parts: Sequence[Step]
    ) -> tuple[int | str | bool, ...] | None:
        match node:
            case ir.Coalesce() if kind == "code":
                return parts[0].domain
            case ir.Fact() if kind == "code":
                return node.choices or None
            case ir.Fact() | ir.Coalesce() | ir.Over():
                if kind == "bool":
                    return (False, True)
                if kind == "int" and bounds is not None and bounds[1] - bounds[0] < MOST_VALUES:
                    return tuple(range(bounds[0], bounds[1] + 1))
        return None

    def atoms(self, parts: Sequence[Step]) -> tuple[int, ...] | None:
        found: dict[int, None] = {}
        for one in parts:
            if one.atoms is None:
                return None
            found.update(dict.fromkeys(one.atoms))
        if len(found) > MOST_ATOMS or self.combinations(found) > MOST_COMBINATIONS:
            return None
        return tuple(sorted(found))

    def combinations(self, atoms: Iterable[int]) -> int:
        return prod(len(self.steps[one].domain or ()) + 1 for one in atoms)

    def reach(self, node: ir.Expr) -> Interval:
        """Between what and what its values lie; None for codes and where nothing is known."""
        return None if isinstance(node, ir.Unset) else self.bounds.of(node)


__all__ = ["Asked", "Graph", "Step"]
