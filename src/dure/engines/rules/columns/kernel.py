"""The programs of a day over Arrow: `Columns.run` gives what `Day.explain` says of each row, `Columns.totals` its sums.

Results bear names such as `basic-pension/eligible` (bool; null: unknown), `basic-pension/amount/month` (int64 won; 0
where one is not eligible, null where it is not known) and, if outputs are asked for, `basic-pension/output/threshold`.
Benefits of households have a row for each household, benefits of persons one for each person listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from dure.engines.rules import ir
from dure.engines.rules.catalogue import FactKind
from dure.engines.rules.columns.frames import Frame
from dure.engines.rules.columns.graph import Asked, Graph
from dure.engines.rules.columns.nodes import Evaluator
from dure.engines.rules.columns.reading import NUMBER, Reader
from dure.engines.rules.columns.totals import Totals
from dure.engines.rules.columns.vectors import Vec, days_of

BLOCK = 32_768
"""Households computed at a time: a column of them stays in the processor's cache."""


@dataclass(frozen=True)
class Results:
    """A row for each household, and one for each person, in the order in which they came; `household` where it is."""

    households: pa.Table
    persons: pa.Table


class Columns:
    """Programs compiled for columns. It may be pickled: processes and machines each build it from the programs."""

    def __init__(
        self,
        programs: Iterable[ir.Program],
        kinds: Mapping[str, FactKind],
        *,
        outputs: bool = False,
        block: int = BLOCK,
    ) -> None:
        self.programs, self.kinds, self.outputs, self.block = tuple(programs), dict(kinds), outputs, block
        self.graph = Graph(self.programs, outputs=outputs)
        self.evaluator = Evaluator(self.graph)
        self.reader = Reader(self.graph, self.kinds, self.evaluator)

    def __reduce__(self) -> Any:
        return _build, (self.programs, self.kinds, self.outputs, self.block)

    @property
    def reads(self) -> dict[str, tuple[str, ...]]:
        """The columns that matter, by table: `household` and `member`."""
        return {scope: tuple(one.code for one in kinds) for scope, kinds in self.reader.kinds.items()}

    def schemas(self) -> tuple[pa.Schema, pa.Schema]:
        """Of the results of households and of persons, without `household`."""
        found: tuple[list[pa.Field], list[pa.Field]] = ([], [])
        for one in self.graph.asked:
            mine = found[one.person]
            mine.append(pa.field(f"{one.benefit}/eligible", pa.bool_()))
            mine.extend(
                pa.field(f"{one.benefit}/amount/{id}", pa.int64()) for id, _, at in one.amounts if at is not None
            )
            mine.extend(pa.field(f"{one.benefit}/output/{let.name}", self.output_type(let)) for let, _ in one.outputs)
        return pa.schema(found[0]), pa.schema(found[1])

    def output_type(self, let: ir.Let) -> pa.DataType:
        """Truths, texts of choices, dates; ratios as whole numbers over the let's scale."""
        if let.kind in {"code", "area"}:
            return pa.string()
        return pa.bool_() if let.kind == "bool" else pa.date32() if let.unit == "date" else pa.int64()

    def run(self, households: pa.RecordBatch, persons: pa.RecordBatch | None = None) -> Results:
        """The results of all rows. ColumnFault (see `reading`) for what cannot be taken."""
        schemas = self.schemas()
        found: list[dict[str, list[pa.Array]]] = [{name: [] for name in schema.names} for schema in schemas]
        for _, _, block in self.reader.blocks(households, persons, self.block):
            for one, first, over in zip(self.graph.asked, self.graph.landings, self.graph.done, strict=True):
                block.land(first)
                frame = block.persons if one.person else block.households
                for name, array in self.columns(one, frame):
                    found[one.person][name].append(array)
                block.forget(over)
        tables: list[pa.Table] = []
        for schema, columns, table in zip(schemas, found, (households, persons), strict=True):
            parts = [pa.chunked_array(columns[field.name], field.type) for field in schema]
            if table is not None and NUMBER in table.schema.names:
                schema = schema.insert(0, table.schema.field(NUMBER))
                parts.insert(0, pa.chunked_array([table.column(NUMBER)]))
            tables.append(pa.Table.from_arrays(parts, schema=schema))
        return Results(*tables)

    def columns(self, one: Asked, frame: Frame) -> Iterator[tuple[str, pa.Array]]:
        rows = frame.rows_count
        eligible = frame.get(one.eligible)
        yield f"{one.benefit}/eligible", array(eligible, rows, bool)
        for id, _, at in one.amounts:
            if at is not None:
                yield f"{one.benefit}/amount/{id}", array(amount(frame, eligible, at), rows, np.int64)
        for let, at in one.outputs:
            yield f"{one.benefit}/output/{let.name}", self.output(let, frame.get(at), rows)

    def output(self, let: ir.Let, vec: Vec, rows: int) -> pa.Array:
        if let.kind in {"code", "area"}:
            texts = pa.array(self.evaluator.codes.texts or [""], pa.string())
            return texts.take(array(vec, rows, np.int64))
        if let.unit == "date":
            values, known = vec.full(rows, np.int64)
            return pa.array(days_of(values).astype(np.int32), pa.int32(), mask=None if known is None else ~known).cast(
                pa.date32()
            )
        return array(vec, rows, bool if let.kind == "bool" else np.int64)

    def totals(
        self,
        batches: Iterable[tuple[pa.RecordBatch, pa.RecordBatch | None]],
        *,
        by: Sequence[str] = (),
        weight: str | None = None,
    ) -> Totals:
        """Sums over all rows of tables, by columns `by` of the households. `weight`: a column of whole numbers."""
        found = Totals.empty(self.graph.asked, by, weight)
        for households, persons in batches:
            keys = found.keys(households)
            weights = found.weights(households)
            for first, _, block in self.reader.blocks(households, persons, self.block):
                rows = slice(first, first + block.households.rows_count)
                found.add(block, self.graph, keys[rows], None if weights is None else weights[rows])
        return found


def _build(programs: Any, kinds: Any, outputs: bool, block: int) -> Columns:
    return Columns(programs, kinds, outputs=outputs, block=block)


def amount(frame: Frame, eligible: Vec, at: int) -> Vec:
    """What is paid: 0 where one is not eligible, unknown where that is unknown."""
    rows = frame.rows_count
    yes = eligible.values
    if not isinstance(yes, np.ndarray):
        return frame.get(at) if yes else Vec(0, eligible.known)
    if 2 * int(np.count_nonzero(yes)) > rows or at in frame.memo:
        paid = frame.get(at)
        values = np.where(yes, paid.wide, 0)
        known = None if paid.known is None else np.logical_or(~yes, paid.known)
    else:
        some = frame.sub(yes)
        found = some.scatter(some.get(at), rows, "int", fill_known=True)
        values, known = found.values, found.known
    if eligible.known is not None:
        known = eligible.known if known is None else np.logical_and(known, eligible.known)
    return Vec(values, known)


def array(vec: Vec, rows: int, dtype: Any) -> pa.Array:
    values, known = vec.full(rows, dtype)
    return pa.array(values, mask=None if known is None else ~known)


__all__ = ["BLOCK", "Columns", "Results", "amount"]
