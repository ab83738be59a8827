"""What each node of a graph computes on a frame, as one function a node: `Evaluator.runs`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dure.engines.rules import ir
from dure.engines.rules.columns.frames import Frame
from dure.engines.rules.columns.graph import Graph, Step
from dure.engines.rules.columns.members import over
from dure.engines.rules.columns.vectors import (
    Array,
    Codes,
    Vec,
    both,
    conjunction,
    days_of,
    disjunction,
    months_between,
    pick,
    rounded,
    truth,
    where,
)
from dure.engines.rules.evaluate import within

Run = Callable[[Frame], Vec]
FEW = 4
"""Where fewer than one row in so many is left, only these are computed …"""
COSTLY = 3.0
"""… if that costs at least so much a row (see `graph.COSTS`)."""
COMPARE = {
    "=": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip


class Table:
    """The results of a node for all combinations of its atoms; `strict`: unknown only where an atom is."""

    __slots__ = ("known", "strict", "values")

    def __init__(self, values: Any, known: Any, strict: bool) -> None:
        self.values, self.known, self.strict = values, known, strict


class Evaluator:
    """Computes the nodes of a graph. Holds what is the same for all blocks: tables of results, numbers of codes.

    `runs`: of each node its function; `plain`: the same without looking results up in tables.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph, self.steps = graph, graph.steps
        self.codes = Codes()
        for step in self.steps:
            for text in step.domain or ():
                if isinstance(text, str):
                    self.codes.number(text)
        self.tables: dict[int, Table] = {}
        self.places: dict[int, Array] = {}
        self.insides: dict[tuple[str, ...], Array] = {}
        self.constants: dict[int, Vec] = {}
        for step in self.steps:
            if isinstance(step.node, ir.Const):
                self.constants[step.at] = Vec(self.code(step.node.value))
            elif isinstance(step.node, ir.Unset):
                self.constants[step.at] = Vec(False if step.kind == "bool" else 0, False)
        self.plain: list[Run] = [self.function(step) for step in self.steps]
        self.runs: list[Run] = [
            self.look_up(step) if step.tabled else run for step, run in zip(self.steps, self.plain, strict=True)
        ]

    def prepare(self) -> None:
        """Works out the tables of results now, and not when they are first needed."""
        for step in self.steps:
            if step.tabled and step.users and step.at not in self.tables:
                self.tables[step.at] = self.table(step)

    def code(self, value: ir.Value) -> ir.Value:
        return self.codes.number(value) if isinstance(value, str) else value

    def function(self, step: Step) -> Run:
        """What a node computes on a frame."""
        match node := step.node:
            case ir.Fact() | ir.Const() | ir.Unset():
                return lambda frame: frame.memo[step.at]
            case ir.Coalesce():
                return lambda frame: self.coalesce(step, frame)
            case ir.And():
                return self.conjunction(step)
            case ir.Over():
                return lambda frame: over(step, frame)
            case ir.Or():
                return lambda frame: disjunction([frame.get(at) for at in step.args])
            case ir.Not():
                return lambda frame: _not(frame.get(step.args[0]))
            case ir.If():
                return lambda frame: choose([frame.get(at) for at in step.args])
            case ir.Lookup(table):
                return lambda frame: self.cell(table, [frame.get(at) for at in step.args])
            case ir.Within(_, areas):
                return lambda frame: self.inside(areas, frame.get(step.args[0]))
            case ir.Compare(op):
                return _compare(COMPARE[op], *step.args)
            case ir.In(_, among):
                return _in([self.code(one) for one in among], step.args[0])
            case ir.Sum():
                return _fold(np.add, step.args)
            case ir.Minus():
                return _fold(np.subtract, step.args)
            case ir.Times():
                return _fold(np.multiply, step.args)
            case ir.Least():
                return _fold(np.minimum, step.args)
            case ir.Most():
                return _fold(np.maximum, step.args)
            case ir.Round(mode, _, _, unit):
                ends = self.steps[step.args[0]].bounds
                signed = ends is None or ends[0] < 0
                return _strict(lambda number, by: rounded(mode, number, by, unit, signed), step.args)
            case ir.Age():
                return _dates(lambda birth, on: (on - birth) // 10000, step.args)
            case ir.Months():
                return _dates(months_between, step.args)
            case ir.Days():
                return _dates(lambda start, end: days_of(end) - days_of(start), step.args)
            case ir.Part(_, "year"):
                return _dates(lambda date: date // 10000, step.args)
            case ir.Part():
                return _dates(lambda date: date // 100 % 100, step.args)
        raise TypeError(node)

    # What is looked up

    def look_up(self, step: Step) -> Run:
        atoms, at = step.atoms, step.at
        assert atoms is not None

        def run(frame: Frame) -> Vec:
            table = self.tables.get(at)
            if table is None:
                table = self.tables[at] = self.table(step)
            if not isinstance(table.values, np.ndarray):
                return Vec(table.values, table.known)
            places = frame.index(atoms)
            values, known = table.values, table.known
            found = values.take(places) if isinstance(places, np.ndarray) else values[places]
            if known is None or (table.strict and frame.all_known(atoms)):
                return Vec(found)
            return Vec(found, known[places])

        return run

    def table(self, step: Step) -> Table:
        """The results of a node for all combinations of its atoms; the last place of each is for unknown."""
        assert step.atoms is not None
        sizes = [len(self.steps[at].domain or ()) for at in step.atoms]
        places = np.indices([size + 1 for size in sizes]).reshape(len(sizes), -1) if sizes else np.zeros((0, 1), int)
        frame = Frame(self, None, int(places.shape[1]), member=step.member, grid=True)
        for at, size, place in zip(step.atoms, sizes, places, strict=True):
            domain = self.steps[at].domain or ()
            dtype = bool if self.steps[at].kind == "bool" else np.int64
            values = np.array([self.code(value) for value in domain] + [self.code(domain[0])], dtype)[place]
            frame.memo[at] = truth(values, place < size) if dtype is bool else Vec(values, place < size)
        found = self.plain[step.at](frame)
        dtype = bool if step.kind == "bool" else np.int64
        values, known = found.full(frame.rows_count, dtype)
        if known is not None and known.all():
            known = None
        if known is None and (values == values[0]).all():
            return Table(values[0].item(), None, True)
        if known is not None and not known.any():
            return Table(values[0].item(), False, False)
        sure = np.ones(frame.rows_count, bool)
        for size, place in zip(sizes, places, strict=True):
            sure &= place < size
        return Table(values, known, known is None or bool(known[sure].all()))

    def place(self, at: int, frame: Frame) -> Any:
        """Where an atom's values stand in its domain; the unknown come last."""
        step, vec = self.steps[at], frame.get(at)
        assert step.domain is not None
        if step.kind == "code":
            found = self.places.get(at)
            if found is None or len(found) < len(self.codes.texts):
                found = np.full(len(self.codes.texts), len(step.domain), np.int64)
                found[self.codes.all(str(one) for one in step.domain)] = np.arange(len(step.domain))
                self.places[at] = found
            place: Any = found[vec.values]
        elif step.kind == "bool":
            place = vec.values * np.int64(1)
        else:
            place = vec.wide - int(step.domain[0])
        if vec.known is None:
            return place
        return pick(vec.known, place, len(step.domain))

    def cell(self, table: ir.Table, parts: Sequence[Vec]) -> Vec:
        known = both(*(part.known for part in parts))
        row: Any = 0
        past: Any = None
        for axis, part in zip(table.axes, parts, strict=True):
            if axis.codes:
                places = np.full(len(self.codes.texts) + len(axis.codes) + 1, axis.other, np.int64)
                for spot, code in enumerate(axis.codes):
                    if code:
                        places[self.codes.number(code)] = spot
                place: Any = places[part.values]
                fits = place >= 0
                row = row * len(axis.codes) + np.maximum(place, 0)
            else:
                place = part.wide - axis.first
                fits = place >= 0 if axis.beyond == "step" else (place >= 0) & (place < axis.size)
                if axis.beyond == "step":
                    past = np.maximum(place - (axis.size - 1), 0)
                row = row * axis.size + np.minimum(np.maximum(place, 0), axis.size - 1)
            if not np.all(fits):
                known = both(known, fits)
        some = next((cell for cell in table.cells if cell is not None), 0)
        values = np.array([some if cell is None else cell for cell in table.cells], np.int64)[row]
        if None in table.cells:
            known = both(known, np.array([cell is not None for cell in table.cells])[row])
        if past is not None:
            which = row // table.axes[-1].size
            values = values + np.array([step or 0 for step in table.steps], np.int64)[which] * past
            if None in table.steps:
                known = both(known, (past == 0) | np.array([step is not None for step in table.steps])[which])
        return Vec(values, known)

    def inside(self, areas: tuple[str, ...], part: Vec) -> Vec:
        found = self.insides.get(areas)
        if found is None or len(found) < len(self.codes.texts):
            told = [within(text, areas) for text in self.codes.texts]
            found = self.insides[areas] = np.array([-1 if one is None else int(one) for one in told] or [0], np.int8)
        states = found[part.values]
        known = part.known
        if not np.all(states >= 0):
            known = both(known, states >= 0)
        return truth(states == 1, known)

    def coalesce(self, step: Step, frame: Frame) -> Vec:
        first = frame.get(step.args[0])
        if first.known is None:
            return first
        if not isinstance(first.known, np.ndarray):
            return first if first.known else frame.get(step.args[1])
        missing = np.logical_not(first.known)
        if not missing.any():
            return Vec(first.values)
        other = self.steps[step.args[1]]
        if self.worth(frame, other, missing):
            some = frame.sub(missing)
            second = some.scatter(some.get(other.at), frame.rows_count, step.kind)
        else:
            second = frame.get(other.at)
        dtype = bool if step.kind == "bool" else np.int64
        values = np.where(first.known, first.values if dtype is bool else first.wide, second.values)
        return Vec(values, None if second.known is None else np.logical_or(first.known, second.known))

    def worth(self, frame: Frame, step: Step, rows: Array) -> bool:
        """Whether to compute a node for some rows only."""
        if frame.grid or step.cost < COSTLY or step.shared or step.at in frame.memo:
            return False
        return int(np.count_nonzero(rows)) * FEW < frame.rows_count

    def conjunction(self, step: Step) -> Run:
        """And: cheap conditions first; those that cost are computed for the rows which may still hold."""
        order = tuple(sorted(step.args, key=lambda at: self.steps[at].cost))
        costs = [
            sum(0 if self.steps[at].shared else self.steps[at].cost for at in order[n:]) for n in range(len(order))
        ]
        cheap = next((n for n, cost in enumerate(costs) if cost < COSTLY), len(order))
        """From here on it is not worth looking which rows are left."""
        if cheap == 0:
            return lambda frame: conjunction([frame.get(at) for at in order])

        def run(frame: Frame) -> Vec:
            parts = [frame.get(order[0])]
            alive = _may(parts[0])
            for number, at in enumerate(order[1:cheap], 1):
                if isinstance(alive, np.ndarray) and not frame.grid:
                    left = int(np.count_nonzero(alive))
                    if left == 0:
                        return Vec(np.zeros(frame.rows_count, bool))
                    rest = order[number:]
                    if left * FEW < frame.rows_count and not all(one in frame.memo for one in rest):
                        some = frame.sub(alive)
                        assert some.rows is not None
                        held = [part.take(some.rows) for part in parts]
                        found = conjunction([*held, *(some.get(one) for one in rest)])
                        return some.scatter(found, frame.rows_count, "bool", fill_known=True)
                parts.append(frame.get(at))
                alive = np.logical_and(alive, _may(parts[-1]))
            return conjunction([*parts, *(frame.get(at) for at in order[cheap:])])

        return run


def choose(parts: Sequence[Vec]) -> Vec:
    test, then, other = parts
    if test.known is None:
        if np.all(test.values):
            return then
        if not np.any(test.values):
            return other
    return where(test, then, other)


def _may(part: Vec) -> Any:
    """Where a truth is not known to be false."""
    return part.values if part.known is None else np.logical_not(part.no())


def _not(part: Vec) -> Vec:
    return truth(np.logical_not(part.values), part.known)


def _compare(compare: Any, left: int, right: int) -> Run:
    def run(frame: Frame) -> Vec:
        one, two = frame.get(left), frame.get(right)
        found = compare(one.values, two.values)
        if one.known is None and two.known is None:
            return Vec(found)
        return truth(found, both(one.known, two.known))

    return run


def _in(among: Sequence[Any], at: int) -> Run:
    def run(frame: Frame) -> Vec:
        part = frame.get(at)
        found: Any = False
        for value in among:
            found = np.logical_or(found, np.equal(part.values, value))
        return truth(found, part.known)

    return run


def _fold(how: Any, args: Sequence[int]) -> Run:
    def run(frame: Frame) -> Vec:
        first = frame.get(args[0])
        values, known = first.wide, first.known
        for at in args[1:]:
            part = frame.get(at)
            values = how(values, part.wide)
            if part.known is not None:
                known = both(known, part.known)
        return Vec(values, known)

    return run


def _dates(how: Callable[..., Any], args: Sequence[int]) -> Run:
    """Of dates: 32 bits are enough for yyyymmdd and what lies between two, and faster."""

    def run(frame: Frame) -> Vec:
        parts = [frame.get(at) for at in args]
        return Vec(how(*(part.values for part in parts)), both(*(part.known for part in parts)))

    return run


def _strict(how: Callable[..., Any], args: Sequence[int]) -> Run:
    def run(frame: Frame) -> Vec:
        parts = [frame.get(at) for at in args]
        return Vec(how(*(part.wide for part in parts)), both(*(part.known for part in parts)))

    return run


__all__ = ["Evaluator"]
