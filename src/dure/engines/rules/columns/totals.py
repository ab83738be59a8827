"""Sums of results by groups of households, exact: whole numbers of any size, never floats.

For each group: households and persons, weighted. For each benefit: how many get it (`yes`), how many may (`unknown`);
per amount what is paid in all, and how many get it without its being known how much (`open`). Others do not get it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from dure.engines.rules.columns.frames import Frame
from dure.engines.rules.columns.graph import Asked, Graph
from dure.engines.rules.columns.reading import Block, ColumnFault
from dure.engines.rules.columns.vectors import Array, Vec
from dure.engines.rules.ranges import Interval

MOST_GROUPS = 1_000_000
SAFE = 2**62


class Totals:
    """Sums that can be added to and merged. `table()` shows them."""

    def __init__(
        self, by: tuple[str, ...], weight: str | None, names: tuple[str, ...], asked: tuple[Asked, ...]
    ) -> None:
        self.by, self.weight, self.names, self.asked = by, weight, names, asked
        self.groups: dict[tuple[Any, ...], int] = {}
        self.types: list[pa.DataType | None] = [None] * len(by)
        self.sums: list[list[int]] = []
        """A line for each group, a whole number for each name."""

    @classmethod
    def empty(cls, asked: Sequence[Asked], by: Sequence[str], weight: str | None) -> Totals:
        names = ["households", "persons"]
        for one in asked:
            names += [f"{one.benefit}/{what}" for what in ("yes", "unknown")]
            for id, _, at in one.amounts:
                if at is not None:
                    names += [f"{one.benefit}/amount/{id}", f"{one.benefit}/open/{id}"]
        return cls(tuple(by), weight, tuple(names), tuple(asked))

    def group(self, key: tuple[Any, ...]) -> int:
        found = self.groups.get(key)
        if found is None:
            if len(self.groups) >= MOST_GROUPS:
                raise ColumnFault(", ".join(self.by), f"묶음이 {MOST_GROUPS:,}개를 넘습니다.")
            found = self.groups[key] = len(self.groups)
            self.sums.append([0] * len(self.names))
        return found

    def keys(self, households: pa.RecordBatch) -> Array:
        """The number of each household's group."""
        rows = households.num_rows
        whole = np.zeros(rows, np.int64)
        parts: list[list[Any]] = []
        for place, name in enumerate(self.by):
            if name not in households.schema.names:
                raise ColumnFault(name, "묶는 열이 없습니다.")
            column = households.column(name)
            if pa.types.is_floating(column.type):
                raise ColumnFault(name, "소수(float)로는 묶을 수 없습니다.")
            if not pa.types.is_dictionary(column.type):
                column = column.dictionary_encode()
            self.types[place] = column.type.value_type
            values = [*column.dictionary.to_pylist(), None]
            spots = column.indices.fill_null(len(values) - 1) if column.null_count else column.indices
            whole = whole * len(values) + spots.to_numpy(zero_copy_only=False).astype(np.int64)
            parts.append(values)
        seen, back = np.unique(whole, return_inverse=True)
        numbers = []
        for one in seen.tolist():
            key: list[Any] = []
            for values in reversed(parts):
                one, spot = divmod(one, len(values))
                key.append(values[spot])
            numbers.append(self.group(tuple(reversed(key))))
        return np.array(numbers, np.int64)[back] if rows else whole

    def weights(self, households: pa.RecordBatch) -> Array | None:
        if self.weight is None:
            return None
        if self.weight not in households.schema.names:
            raise ColumnFault(self.weight, "가중치 열이 없습니다.")
        column = households.column(self.weight)
        if not pa.types.is_integer(column.type) or column.null_count:
            raise ColumnFault(self.weight, "가중치는 빈 값이 없는 정수여야 합니다.")
        return column.cast(pa.int64()).to_numpy(zero_copy_only=False)

    def add(self, block: Block, graph: Graph, keys: Array, weights: Array | None) -> None:
        """Adds the results of a block. `keys`, `weights`: of its households."""
        owner = block.persons.owners()
        home = _Adder(self, keys, weights)
        people = _Adder(self, keys[owner], None if weights is None else weights[owner])
        home.count(0, None)
        people.count(1, None)
        place = 2
        for one, first, over in zip(self.asked, graph.landings, graph.done, strict=True):
            block.land(first)
            frame, adder = (block.persons, people) if one.person else (block.households, home)
            eligible = frame.get(one.eligible)
            adder.count(place, eligible.values)
            if eligible.known is not None:
                adder.count(place + 1, np.logical_not(eligible.known))
            place += 2
            for _, _, at in one.amounts:
                if at is None:
                    continue
                rows, paid = self.paid(frame, eligible, at)
                adder.sum(place, rows, paid, graph.steps[at].bounds)
                place += 2
            block.forget(over)

    def paid(self, frame: Frame, eligible: Vec, at: int) -> tuple[Array, Vec]:
        """What is paid to the rows that are eligible."""
        yes = eligible.values
        if not isinstance(yes, np.ndarray):
            rows = np.arange(frame.rows_count if yes else 0)
            return rows, (frame.get(at) if yes else Vec(0))
        some = frame.sub(yes)
        assert some.rows is not None
        if not len(some.rows) or 2 * len(some.rows) < frame.rows_count:
            return some.rows, some.get(at) if len(some.rows) else Vec(0)
        return some.rows, frame.get(at).take(some.rows)

    def merge(self, other: Totals) -> None:
        """Adds sums that were made elsewhere."""
        self.types = [mine or theirs for mine, theirs in zip(self.types, other.types, strict=True)]
        for key, place in other.groups.items():
            mine = self.sums[self.group(key)]
            for at, value in enumerate(other.sums[place]):
                mine[at] += value

    def table(self) -> pa.Table:
        """A row for each group in the order of the keys; sums as int64. OverflowError where one does not fit."""
        order = sorted(
            self.groups,
            key=lambda key: tuple(
                (one is None, str(type(one)), one) if one is not None else (True, "", 0) for one in key
            ),
        )
        columns: dict[str, pa.Array] = {}
        for place, name in enumerate(self.by):
            columns[name] = pa.array([key[place] for key in order], self.types[place])
        for place, name in enumerate(self.names):
            values = [self.sums[self.groups[key]][place] for key in order]
            if any(abs(value) >= 2**63 for value in values):
                raise OverflowError(name)
            columns[name] = pa.array(values, pa.int64())
        return pa.table(columns)

    def __reduce__(self) -> Any:
        return _made, (self.by, self.weight, self.names, self.asked, self.groups, self.types, self.sums)


def _made(by: Any, weight: Any, names: Any, asked: Any, groups: Any, types: Any, sums: Any) -> Totals:
    found = Totals(by, weight, names, asked)
    found.groups, found.types, found.sums = groups, types, sums
    return found


class _Adder:
    """Adds values of rows to the groups these are in."""

    def __init__(self, totals: Totals, keys: Array, weights: Array | None) -> None:
        self.totals, self.keys, self.weights = totals, keys, weights
        self.one = int(keys[0]) if len(keys) and len(totals.groups) == 1 else None
        self.heaviest = 1 if weights is None or not len(weights) else max(1, int(np.abs(weights).max()))

    def count(self, place: int, rows: Any) -> None:
        """The weight of the rows where `rows` is true (None: of all)."""
        if rows is None or (not isinstance(rows, np.ndarray) and rows):
            chosen: Any = slice(None)
        elif not isinstance(rows, np.ndarray):
            return
        else:
            chosen = rows
        if self.weights is None:
            if self.one is not None:
                self.totals.sums[self.one][place] += (
                    len(self.keys) if isinstance(chosen, slice) else int(np.count_nonzero(chosen))
                )
                return
            self.put(place, np.bincount(self.keys[chosen], minlength=len(self.totals.groups)))
            return
        self.spread(place, self.keys[chosen], self.weights[chosen])

    def sum(self, place: int, rows: Array, paid: Vec, bounds: Interval) -> None:
        """Amounts of `rows`, which lie within `bounds`; the weight of those that are not known is added at the next
        place."""
        if not len(rows):
            return
        values, known = paid.full(len(rows), np.int64)
        if known is not None:
            doubt = rows[~known]
            if len(doubt):
                weights = np.ones(len(doubt), np.int64) if self.weights is None else self.weights[doubt]
                self.spread(place + 1, self.keys[doubt], weights)
            rows, values = rows[known], values[known]
        if not len(rows):
            return
        largest = int(np.abs(values).max()) if bounds is None else max(map(abs, bounds))
        if largest * self.heaviest * len(rows) >= SAFE:
            for row, value in zip(rows.tolist(), values.tolist(), strict=True):
                weight = 1 if self.weights is None else int(self.weights[row])
                self.totals.sums[int(self.keys[row])][place] += value * weight
            return
        if self.weights is not None:
            values = values * self.weights[rows]
        if self.one is not None:
            self.totals.sums[self.one][place] += int(values.sum())
            return
        self.spread(place, self.keys[rows], values)

    def spread(self, place: int, keys: Array, values: Array) -> None:
        found = np.zeros(len(self.totals.groups), np.int64)
        np.add.at(found, keys, values)
        self.put(place, found)

    def put(self, place: int, found: Array) -> None:
        for group in np.flatnonzero(found).tolist():
            self.totals.sums[group][place] += int(found[group])


__all__ = ["Totals"]
