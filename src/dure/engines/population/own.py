"""One's own population from Parquet files, checked before anything is computed from it.

Everything is looked at once, row group by row group; what is kept beside the group is one bit per possible household
number and one counter per household.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .own_batches import in_batches
from .own_rules import HOUSEHOLD_NEEDS, HOUSEHOLD_RULES, PERSON_NEEDS, PERSON_RULES, Needs, Rule

Array = np.ndarray[Any, Any]

ROWS = 65_536
MOST_ROWS = 200_000_000
MOST_COLUMNS = 500
MOST_GROUP_BYTES = 2 * 2**30
SHOWN = 5
"""Rows named with each fault."""
_BROKEN = (OSError, ValueError, OverflowError, MemoryError, pa.ArrowException)
"""What reading a damaged file may raise: Arrow's own, and names that are no text or sizes that are none."""


@dataclass(frozen=True)
class Fault:
    """`code` for machines, `words` for people (Korean); `rows` are the first rows concerned, counted from 0, `count`
    all of them. `table` is households or persons, `column` "" where the whole file is meant."""

    table: str
    column: str
    code: str
    words: str
    count: int = 0
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Column:
    """`missing` values of `rows`; `low` and `high` of whole numbers; `known` whether there is a rule for it."""

    table: str
    name: str
    type: str
    rows: int
    missing: int
    low: int | None
    high: int | None
    known: bool

    @property
    def missing_share(self) -> float:
        return self.missing / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class Checked:
    """`ok`: no faults. `households`, `persons`: rows; `weight`: sum of weights, or of households without weights."""

    faults: tuple[Fault, ...]
    columns: tuple[Column, ...]
    households: int = 0
    persons: int = 0
    weight: int = 0

    @property
    def ok(self) -> bool:
        return not self.faults


def read_own(
    path: Path,
    persons: Path | None = None,
    *,
    household_rules: Mapping[str, Rule] = HOUSEHOLD_RULES,
    person_rules: Mapping[str, Rule] = PERSON_RULES,
    household_needs: Needs = HOUSEHOLD_NEEDS,
    person_needs: Needs = PERSON_NEEDS,
) -> Checked:
    """Checks a Parquet file of households, and one of persons that refer to them by `household`.

    Never raises for what is in the files: each fault names table, column and first rows. Rules can be widened by what
    the catalogue of facts knows. Columns without a rule are listed and left alone. A file without faults can be read
    with `own_batches`.
    """
    first = _Check("households", path, household_rules, household_needs)
    parts = [first]
    whole = first.opened and first.run()
    if persons is not None:
        second = _Check("persons", persons, person_rules, person_needs)
        parts.append(second)
        second.index = first.index if whole else None
        if second.opened and second.run() and second.index is not None:
            second.belongs(first)
    return Checked(
        faults=tuple(fault for part in parts for fault in part.all_faults()),
        columns=tuple(column for part in parts for column in part.columns()),
        households=first.rows,
        persons=parts[1].rows if len(parts) > 1 else 0,
        weight=first.weight,
    )


class _Numbers:
    """Which household numbers there are, how many members each shall have and has. A dense range uses arrays by number,
    scattered numbers are sorted. `found` is −1 until the household has come."""

    def __init__(self, low: int, size: int, scattered: Array | None) -> None:
        self.low, self.sorted = low, scattered
        size = size if scattered is None else len(scattered)
        self.there, self.wanted, self.found = (np.zeros(size, dtype=t) for t in (np.bool_, np.int16, np.int32))

    def place(self, numbers: Array) -> tuple[Array, Array]:
        """Place of each number, and whether there is one."""
        if self.sorted is None:
            inside = (numbers >= self.low) & (numbers < self.low + len(self.there))
            return np.where(inside, numbers - self.low, 0), inside
        at = np.minimum(np.searchsorted(self.sorted, numbers), max(len(self.sorted) - 1, 0))
        return at, self.sorted[at] == numbers if len(self.sorted) else np.zeros(len(numbers), dtype=bool)

    def name(self, places: Array) -> list[int]:
        return (places + self.low if self.sorted is None else self.sorted[places]).tolist()


@dataclass
class _Found:
    words: str
    count: int = 0
    rows: list[int] = field(default_factory=list)


class _Check:
    def __init__(self, table: str, path: Path, rules: Mapping[str, Rule], needs: Needs) -> None:
        self.table, self.rules, self.needs = table, rules, needs
        self.before = -1
        self.rows, self.weight = 0, 0
        self.index: _Numbers | None = None
        self.plain: list[Fault] = []
        self.found: dict[tuple[str, str], _Found] = {}
        self.missing: dict[str, int] = {}
        self.limits: dict[str, tuple[int, int]] = {}
        self.types: dict[str, str] = {}
        self.right: set[str] = set()
        self.opened = self._open(path)

    def _open(self, path: Path) -> bool:
        try:
            self.file = pq.ParquetFile(path)
            meta, schema = self.file.metadata, self.file.schema_arrow
        except _BROKEN as fault:
            self._say("", "not_parquet", f"Parquet 파일로 읽을 수 없습니다: {str(fault).splitlines()[0][:200]}")
            return False
        if meta.num_rows > MOST_ROWS or len(schema.names) > MOST_COLUMNS:
            self._say("", "too_large", f"{MOST_ROWS:,}행, {MOST_COLUMNS}열까지 읽을 수 있습니다.")
            return False
        for at in range(meta.num_row_groups):
            if meta.row_group(at).total_byte_size > MOST_GROUP_BYTES:
                self._say("", "group_too_large", f"행 그룹 {at}이 2GiB를 넘습니다. 더 작은 행 그룹으로 저장해 주세요.")
                return False
        self.rows = meta.num_rows
        for name in {name for name in schema.names if schema.names.count(name) > 1}:
            self._say(name, "column_twice", "같은 이름의 열이 둘 이상 있습니다.")
        for part in schema:
            self.types[part.name] = str(part.type)
            rule = self.rules.get(part.name)
            if rule is not None and schema.names.count(part.name) == 1:
                if _fits(part.type, rule.kind):
                    self.right.add(part.name)
                else:
                    words = f"{_KINDS[rule.kind]}이어야 하는데 {part.type}입니다."
                    self._say(part.name, "wrong_type", words)
        for group in self.needs:
            if not set(group) & set(self.types):
                words = (
                    "꼭 있어야 하는 열이 없습니다."
                    if len(group) == 1
                    else f"이 가운데 하나는 있어야 합니다: {', '.join(group)}"
                )
                self._say(group[0], "column_missing", words)
        if not self.rows:
            self._say("", "empty", "행이 없습니다.")
        return True

    def run(self) -> bool:
        """Reads all rows; False where the file breaks on the way."""
        if "household" not in self.right:
            return self._each(lambda batch, first: None)
        if self.table == "households":
            try:
                self.index = self._numbers()
            except _BROKEN as fault:
                return self._broken(fault)
            return self._each(self._number_households)
        return self._each(self._number_persons if self.index is not None else self._ordered)

    def _numbers(self) -> _Numbers:
        low, high, count = 2**62, -1, 0
        for part in self._household_numbers():
            low, high, count = min(low, int(part.min())), max(high, int(part.max())), count + len(part)
        if high - low < 16 * count + 1024:
            return _Numbers(low, max(high - low + 1, 0), None)
        return _Numbers(low, 0, np.unique(np.concatenate(list(self._household_numbers()))))

    def _household_numbers(self) -> Iterator[Array]:
        for batch in in_batches(self.file, ROWS, ["household"]):
            numbers = _ints(batch.column(0).drop_null())
            if len(numbers):
                yield numbers

    def _each(self, further: Any) -> bool:
        first = 0
        try:
            for batch in self._batches():
                for name in batch.schema.names:
                    self._column(name, batch[name], first)
                further(batch, first)
                first += len(batch)
        except _BROKEN as fault:
            return self._broken(fault)
        return True

    def _batches(self) -> Iterator[pa.RecordBatch]:
        names = sorted(self.right)
        return in_batches(self.file, ROWS, names) if names else iter(())

    def _broken(self, fault: Exception) -> bool:
        self._say("", "broken", f"읽는 도중에 파일이 깨져 있습니다: {str(fault).splitlines()[0][:200]}")
        return False

    def _column(self, name: str, column: pa.Array, first: int) -> None:
        rule = self.rules[name]
        if column.null_count:
            self.missing[name] = self.missing.get(name, 0) + column.null_count
            if not rule.null:
                self._add(name, "value_missing", "값이 비어 있습니다.", column.is_null(), first)
        if rule.kind == "integer":
            self._whole(name, column, rule, first)
        elif rule.kind == "area":
            plain = column.cast(pa.string())
            strange = pc.and_kleene(pc.is_valid(plain), pc.invert(pc.match_substring_regex(plain, r"^\d{10}$")))
            self._add(
                name, "no_area", "행정구역 코드 10자리를 문자열로 적어 주세요.", pc.fill_null(strange, False), first
            )
        elif rule.kind == "word" and rule.values:
            plain = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
            strange = pc.and_kleene(pc.is_valid(plain), pc.invert(pc.is_in(plain, pa.array(rule.values, plain.type))))
            self._add(name, "unknown_word", f"쓸 수 있는 값: {', '.join(rule.values)}", strange, first)

    def _whole(self, name: str, column: pa.Array, rule: Rule, first: int) -> None:
        if pa.types.is_uint64(column.type):
            large = pc.fill_null(pc.greater(column, pa.scalar(2**62, pa.uint64())), False)
            self._add(name, "out_of_range", f"{rule.low:,}부터 {rule.high:,}까지여야 합니다.", large, first)
            column = pc.if_else(large, pa.scalar(None, pa.uint64()), column)
        column = column.cast(pa.int64())
        if column.null_count < len(column):
            span = pc.min_max(column).as_py()
            low, high = self.limits.get(name, (span["min"], span["max"]))
            self.limits[name] = min(low, span["min"]), max(high, span["max"])
            outside = pc.or_kleene(pc.less(column, rule.low), pc.greater(column, rule.high))
            words = f"{rule.low:,}부터 {rule.high:,}까지여야 합니다."
            self._add(name, "out_of_range", words, pc.fill_null(outside, False), first)

    def _ordered(self, batch: pa.RecordBatch, first: int) -> None:
        """Rows stand by household number: so households and members can be read side by side."""
        numbers = _ints(batch["household"].fill_null(0))
        back = np.diff(numbers, prepend=self.before) < 0
        self.before = int(numbers[-1]) if len(numbers) else self.before
        self._add("household", "not_in_order", "가구 번호(household) 순으로 정렬해 저장해 주세요.", back, first)

    def _number_households(self, batch: pa.RecordBatch, first: int) -> None:
        assert self.index is not None
        self._ordered(batch, first)
        given = batch["household"]
        valid = ~given.is_null().to_numpy(zero_copy_only=False)
        numbers = _ints(given.fill_null(0))
        place, _ = self.index.place(numbers)
        seen = np.zeros(len(numbers), dtype=bool)
        known = np.flatnonzero(valid)
        _, one = np.unique(place[known], return_index=True)
        seen[known] = True
        seen[known[one]] = False
        seen[known] |= self.index.there[place[known]]
        self.index.there[place[known]] = True
        self.index.found[place[known]] = -1
        self._add("household", "twice", "같은 가구 번호가 이미 나왔습니다.", seen, first)
        if "household_size" in self.right:
            size = _ints(batch["household_size"].fill_null(0))
            self.index.wanted[place[known]] = np.clip(size[known], 0, 32_000)
        if "weight" in self.right:
            self.weight += int(_ints(batch["weight"].fill_null(0)).sum())
        else:
            self.weight += len(batch)

    def _number_persons(self, batch: pa.RecordBatch, first: int) -> None:
        assert self.index is not None
        self._ordered(batch, first)
        given = batch["household"]
        valid = ~given.is_null().to_numpy(zero_copy_only=False)
        place, there = self.index.place(_ints(given.fill_null(0)))
        self._add("household", "no_such_household", "가구 파일에 없는 가구 번호입니다.", valid & ~there, first)
        np.add.at(self.index.found, place[valid & there], 1)

    def belongs(self, households: _Check) -> None:
        """After all persons: does each household have the members it says? Rows are household numbers then."""
        index = self.index
        assert index is not None
        members = np.where(index.there, index.found + 1, 0)
        if "household_size" in households.right:
            wrong = np.flatnonzero(index.there & (members != index.wanted))
            words = "가구원 수가 사람 파일의 사람 수와 다릅니다. 행 대신 가구 번호를 적었습니다."
        else:
            wrong = np.flatnonzero(index.there & (members == 0))
            words = "사람이 없는 가구입니다. 행 대신 가구 번호를 적었습니다."
        if len(wrong):
            named = tuple(index.name(wrong[:SHOWN]))
            self.plain.append(Fault("households", "household_size", "members_differ", words, len(wrong), named))

    def _say(self, column: str, code: str, words: str) -> None:
        self.plain.append(Fault(self.table, column, code, words))

    def _add(self, column: str, code: str, words: str, which: Any, first: int) -> None:
        mask = which.to_numpy(zero_copy_only=False) if isinstance(which, pa.Array) else which
        at = np.flatnonzero(mask)
        if len(at):
            found = self.found.setdefault((column, code), _Found(words))
            found.count += len(at)
            found.rows += (at[: SHOWN - len(found.rows)] + first).tolist() if len(found.rows) < SHOWN else []

    def all_faults(self) -> Iterator[Fault]:
        yield from self.plain
        for (column, code), found in self.found.items():
            yield Fault(self.table, column, code, found.words, found.count, tuple(found.rows))

    def columns(self) -> Iterator[Column]:
        for name, kind in self.types.items():
            low, high = self.limits.get(name, (None, None))
            known = name in self.rules
            missing = self.missing.get(name, 0)
            yield Column(self.table, name, kind, self.rows, missing, low, high, known)


_KINDS = {"integer": "정수", "word": "문자열", "area": "문자열", "yes_no": "예/아니오(bool)", "date": "날짜"}


def _fits(given: pa.DataType, kind: str) -> bool:
    if kind == "integer":
        return pa.types.is_integer(given)
    if kind in {"word", "area"}:
        value = given.value_type if pa.types.is_dictionary(given) else given
        return pa.types.is_string(value) or pa.types.is_large_string(value)
    return pa.types.is_boolean(given) if kind == "yes_no" else pa.types.is_date(given)


def _ints(column: pa.Array) -> Array:
    if pa.types.is_uint64(column.type):
        column = pc.min_element_wise(column, pa.scalar(2**62, pa.uint64()))
    return column.cast(pa.int64()).to_numpy(zero_copy_only=False)
