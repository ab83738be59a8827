"""Reads one's own population that `read_own` found in order: households and their members side by side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .drawing import Batch
from .schema import PERSONS

Array = np.ndarray[Any, Any]

ROWS = 65_536


def in_batches(file: pq.ParquetFile, rows: int, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """One row group after the other: asked for all at once, Arrow keeps what it has read of those before."""
    for group in range(file.metadata.num_row_groups):
        yield from file.iter_batches(batch_size=rows, row_groups=[group], columns=columns, use_threads=False)


def own_batches(path: Path, persons: Path | None = None, *, rows: int = ROWS) -> Iterator[Batch]:
    """Batches of at most `rows` households with all of their members, in constant memory. Without a column `weight`
    each household stands for itself; persons get the weight of their household. Without a file of persons each batch
    has none. ValueError where a file is not in order."""
    members = _Members(persons) if persons is not None else None
    last = -1
    for batch in in_batches(pq.ParquetFile(path), rows):
        numbers = _numbers(batch)
        if len(numbers) == 0:
            continue
        if (np.diff(numbers, prepend=last) <= 0).any():
            raise ValueError(f"{path.name} does not stand by household number, or has one twice")
        last = int(numbers[-1])
        if "weight" not in batch.schema.names:
            batch = batch.append_column("weight", pa.array(np.ones(len(batch), dtype=np.int64)))
        mine = PERSONS.empty_table().to_batches() if members is None else [members.until(last)]
        people = mine[0] if mine else pa.RecordBatch.from_pylist([], PERSONS)
        yield Batch(batch, _weighted(people, numbers, batch["weight"]))


class _Members:
    """Persons in order; what was read beyond the last household asked for waits."""

    def __init__(self, path: Path) -> None:
        file = pq.ParquetFile(path)
        self.name = path.name
        self.parts = in_batches(file, ROWS)
        self.waiting = file.schema_arrow.empty_table()
        self.end = False

    def until(self, last: int) -> pa.RecordBatch:
        """All that are left of households up to `last`."""
        while not self.end and (len(self.waiting) == 0 or self.waiting["household"][-1].as_py() <= last):
            part = next(self.parts, None)
            self.end = part is None
            if part is not None:
                self.waiting = pa.concat_tables([self.waiting, pa.Table.from_batches([part])])
        numbers = _numbers(self.waiting)
        if (np.diff(numbers) < 0).any():
            raise ValueError(f"{self.name} does not stand by household number")
        count = int(np.searchsorted(numbers, last, side="right"))
        found, self.waiting = self.waiting.slice(0, count), self.waiting.slice(count)
        whole = found.combine_chunks().unify_dictionaries().to_batches()
        return whole[0] if whole else pa.RecordBatch.from_pylist([], found.schema)


def _numbers(rows: pa.RecordBatch | pa.Table) -> Array:
    return (
        rows["household"].cast(pa.int64()).to_numpy(zero_copy_only=False) if len(rows) else np.zeros(0, dtype=np.int64)
    )


def _weighted(people: pa.RecordBatch, numbers: Array, weight: pa.Array) -> pa.RecordBatch:
    if "weight" in people.schema.names:
        return people
    place = np.minimum(np.searchsorted(numbers, _numbers(people)), len(numbers) - 1)
    return people.append_column("weight", weight.take(pa.array(place)))
