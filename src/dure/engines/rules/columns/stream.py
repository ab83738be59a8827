"""Over Parquet files of any size: a row group at a time, by one process a core, in memory that does not grow.

Households are taken row group by row group; their persons are found by the smallest and largest household number that
the file of persons states for each of its row groups (where it states none, all are read). Results go into a folder,
one file a task, `households-00000.parquet` and `persons-00000.parquet`, whose order is that of the households.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dure.engines.rules.columns.kernel import Columns
from dure.engines.rules.columns.reading import NUMBER, WHOLE, ColumnFault, key
from dure.engines.rules.columns.totals import Totals

TASK = 500_000
"""Households of a task, more or less: row groups are not cut."""
BATCH = 65_536
"""Households read at a time."""


@dataclass(frozen=True)
class Job:
    """What is read, and what is wanted of it."""

    columns: Columns
    households: str
    persons: str | None
    into: str | None
    by: tuple[str, ...]
    weight: str | None
    totals: bool

    def wanted(self, scope: str, schema: pa.Schema) -> list[str]:
        """The columns to read."""
        names = {NUMBER, *self.columns.reads[scope]}
        if scope == "household":
            names |= {WHOLE, *self.by, *([] if self.weight is None else [self.weight])}
        return [name for name in schema.names if name in names]

    @cached_property
    def people(self) -> _People | None:
        return None if self.persons is None else _People(self.persons, self)


class _People:
    """The file of persons, read by household numbers."""

    def __init__(self, path: str, job: Job) -> None:
        self.file = pq.ParquetFile(path)
        self.names = job.wanted("member", self.file.schema_arrow)
        if NUMBER not in self.names:
            raise ColumnFault(NUMBER, "이 열이 있어야 합니다.")
        place = self.file.schema_arrow.names.index(NUMBER)
        self.held: dict[int, pa.RecordBatch] = {}
        """Row groups that the next households may need, too."""
        self.ends: list[tuple[int, int] | None] = []
        for group in range(self.file.num_row_groups):
            said = self.file.metadata.row_group(group).column(place).statistics
            self.ends.append((said.min, said.max) if said is not None and said.has_min_max else None)

    def of(self, first: int, last: int) -> pa.RecordBatch:
        """The persons of households from number `first` to `last`."""
        needed = [g for g, ends in enumerate(self.ends) if ends is None or (ends[1] >= first and last >= ends[0])]
        self.held = {group: batch for group, batch in self.held.items() if group in needed}
        parts: list[pa.RecordBatch] = []
        for group in needed:
            batch = self.held.get(group)
            if batch is None:
                batch = self.held[group] = self.read(group)
            numbers = key(batch, NUMBER)
            start, stop = numbers.searchsorted(first), numbers.searchsorted(last, side="right")
            if start < stop:
                parts.append(batch.slice(int(start), int(stop - start)))
        if len(parts) == 1:
            return parts[0]
        schema = pa.schema([self.file.schema_arrow.field(name) for name in self.names])
        return _one(pa.Table.from_batches(parts, schema) if parts else schema.empty_table())

    def read(self, group: int) -> pa.RecordBatch:
        pa.default_memory_pool().release_unused()
        batch = _one(self.file.read_row_group(group, columns=self.names, use_threads=False))
        numbers = key(batch, NUMBER)
        if len(numbers) > 1 and not (numbers[1:] >= numbers[:-1]).all():
            raise ColumnFault(NUMBER, "가구원은 가구 번호 차례로 있어야 합니다.")
        return batch


def _one(table: pa.Table) -> pa.RecordBatch:
    """A table as one batch."""
    batches = table.unify_dictionaries().combine_chunks().to_batches()
    return (
        batches[0]
        if batches
        else pa.RecordBatch.from_arrays([pa.array([], f.type) for f in table.schema], schema=table.schema)
    )


def tasks(path: str) -> list[tuple[int, int]]:
    """Row groups from … to before …, so that each task has about as many households."""
    file = pq.ParquetFile(path)
    found: list[tuple[int, int]] = []
    first = rows = 0
    for group in range(file.num_row_groups):
        rows += file.metadata.row_group(group).num_rows
        if rows >= TASK:
            found.append((first, group + 1))
            first, rows = group + 1, 0
    if first < file.num_row_groups:
        found.append((first, file.num_row_groups))
    return found


def pairs(job: Job, groups: tuple[int, int]) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch | None]]:
    """Batches of households with their persons."""
    file = pq.ParquetFile(job.households)
    names = job.wanted("household", file.schema_arrow)
    batches = file.iter_batches(BATCH, row_groups=list(range(*groups)), columns=names, use_threads=False)
    for households in batches:
        if job.people is None or not households.num_rows:
            yield households, None
            continue
        numbers = key(households, NUMBER)
        yield households, job.people.of(int(numbers[0]), int(numbers[-1]))


class _Seen:
    """That row groups follow each other by household number, and that no person is without a household."""

    def __init__(self) -> None:
        self.first: int | None = None
        self.last: int | None = None
        self.persons = 0

    def see(self, households: pa.RecordBatch, persons: pa.RecordBatch | None) -> None:
        if persons is None or not households.num_rows:
            return
        numbers = key(households, NUMBER)
        if self.last is not None and int(numbers[0]) <= self.last:
            raise ColumnFault(NUMBER, "가구는 번호 차례로 한 번씩 있어야 합니다.")
        self.first = int(numbers[0]) if self.first is None else self.first
        self.last = int(numbers[-1])
        self.persons += persons.num_rows


@dataclass(frozen=True)
class Done:
    """What a task gives back."""

    number: int
    totals: Totals | None
    households: int
    first: int | None
    last: int | None
    persons: int


def work(job: Job, number: int, groups: tuple[int, int]) -> Done:
    """One task: some row groups of households."""
    seen = _Seen()
    households = 0
    found = job.columns.totals([], by=job.by, weight=job.weight) if job.totals else None
    writers: list[pq.ParquetWriter] = []
    try:
        for home, people in pairs(job, groups):
            seen.see(home, people)
            households += home.num_rows
            if job.into is not None:
                results = job.columns.run(home, people)
                tables = (results.households,) if people is None else (results.households, results.persons)
                if not writers:
                    names = (Path(job.into) / f"{what}-{number:05}.parquet" for what in ("households", "persons"))
                    writers = [pq.ParquetWriter(name, table.schema) for name, table in zip(names, tables, strict=False)]
                for writer, table in zip(writers, tables, strict=True):
                    writer.write_table(table)
            if found is not None:
                found.merge(job.columns.totals([(home, people)], by=job.by, weight=job.weight))
    finally:
        for writer in writers:
            writer.close()
    return Done(number, found, households, seen.first, seen.last, seen.persons)


_job: Job | None = None


def _begin(job: Job) -> None:
    global _job
    _job = job
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


def _work(task: tuple[int, tuple[int, int]]) -> Done:
    assert _job is not None
    return work(_job, *task)


def over_parquet(
    columns: Columns,
    *,
    households: str | Path,
    persons: str | Path | None = None,
    into: str | Path | None = None,
    by: Sequence[str] = (),
    weight: str | None = None,
    totals: bool = True,
    processes: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Totals | None:
    """All households of a file (with the persons of another), by so many processes (None: one a core).

    Rows go into the folder `into` where one is given (it must not hold results already), sums are given back unless
    `totals` is False. `progress` is told after each task how many households are done, and of how many; what it raises
    ends the work. ColumnFault for what cannot be taken, FileExistsError for a folder with results.
    """
    if into is not None:
        Path(into).mkdir(parents=True, exist_ok=True)
        if any(Path(into).glob("*.parquet")):
            raise FileExistsError(into)
    job = Job(
        columns, str(households), None if persons is None else str(persons), None if into is None else str(into),
        tuple(by), weight, totals,
    )  # fmt: skip
    todo = list(enumerate(tasks(job.households)))
    many = min(processes or os.cpu_count() or 1, len(todo))
    found = columns.totals([], by=by, weight=weight) if totals else None
    last: int | None = None
    people = finished = 0
    whole = pq.ParquetFile(job.households).metadata.num_rows
    for done in _all(job, todo, many):
        if done.first is not None and last is not None and done.first <= last:
            raise ColumnFault(NUMBER, "가구는 번호 차례로 한 번씩 있어야 합니다.")
        last = last if done.last is None else done.last
        people += done.persons
        finished += done.households
        if progress is not None:
            progress(finished, whole)
        if found is not None and done.totals is not None:
            found.merge(done.totals)
    if job.people is not None and people != job.people.file.metadata.num_rows:
        raise ColumnFault(NUMBER, "가구가 없는 가구원이 있습니다.")
    return found


def _all(job: Job, todo: list[tuple[int, tuple[int, int]]], many: int) -> Iterator[Done]:
    if many < 2:
        for number, groups in todo:
            yield work(job, number, groups)
        return
    with multiprocessing.get_context("spawn").Pool(many, _begin, (job,)) as pool:
        yield from pool.imap(_work, todo)


__all__ = ["over_parquet"]
