"""Arrow tables of households and persons as blocks, checked against the catalogue.

Columns bear the codes of facts. Money, numbers, years, months, days: any integer type; ratios: integers over the fact's
`scale` (32 % with scale 1000: 320); dates: date32; yes/no: bool; choices and areas: text, or a dictionary of it. Null
and a column that is not there are unknown. Floats are refused, and so is what the catalogue does not allow: that no
value can pass 64 bits is proved from its ranges. Persons bear `household`, the number their household has in its
column `household`; both tables stand in the order of these numbers. A household's column `whole` (bool; all true where
it is not there) says whether all its members are listed; a known household size decides it where members are listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from dure.engines.rules.catalogue import FactKind, area_code
from dure.engines.rules.columns.frames import Frame
from dure.engines.rules.columns.graph import Graph
from dure.engines.rules.columns.nodes import Evaluator
from dure.engines.rules.columns.vectors import Array, Codes, Vec, number_of_days
from dure.engines.rules.households import SIZE
from dure.engines.rules.ranges import MOST_MEMBERS

NUMBER = "household"
"""Column that says which household."""
WHOLE = "whole"
FIRST_DAY, LAST_DAY = ((date(*day) - date(1970, 1, 1)).days for day in ((1870, 1, 1), (2200, 12, 31)))
"""Days since 1970-01-01."""

NARROW = (np.int8, np.int16, np.int32, np.int64)


class ColumnFault(ValueError):
    """Something in a table that cannot be taken: `column`, `words` a Korean sentence, `row` the first row it is in."""

    def __init__(self, column: str, words: str, row: int | None = None) -> None:
        super().__init__(f"{column}: {words}" if row is None else f"{column}, {row}행: {words}")
        self.column, self.words, self.row = column, words, row


@dataclass(frozen=True)
class Block:
    """Some households and their persons, ready to be computed."""

    households: Frame
    persons: Frame

    def land(self, landings: tuple[int, ...]) -> None:
        """Computes nodes of long chains, the lowest first."""
        for at in landings:
            step = self.households.evaluator.steps[at]
            (self.persons if step.member else self.households).get(at)

    def forget(self, done: tuple[int, ...]) -> None:
        self.households.forget(done)
        self.persons.forget(done)


class Reader:
    """Reads the facts that a graph needs."""

    def __init__(self, graph: Graph, kinds: Mapping[str, FactKind], evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.codes: Codes = evaluator.codes
        self.kinds = {
            scope: [kinds[code] for of, code in graph.facts if of == scope] for scope in ("household", "member")
        }
        if SIZE in kinds and kinds[SIZE] not in self.kinds["household"]:
            self.kinds["household"].append(kinds[SIZE])
        self.days = number_of_days(FIRST_DAY, LAST_DAY)
        self.words: dict[tuple[str, str], int] = {}

    def blocks(
        self, households: pa.RecordBatch, persons: pa.RecordBatch | None, size: int
    ) -> Iterator[tuple[int, int, Block]]:
        """The tables in blocks of so many households: first household, first person, block. `persons` are all those of
        these households. ColumnFault for what cannot be taken."""
        count = households.num_rows
        people = 0 if persons is None else persons.num_rows
        nobody = pa.RecordBatch.from_pydict({})
        numbers = key(households, NUMBER) if persons is not None else None
        owner = np.zeros(0, np.int64)
        if persons is not None and numbers is not None:
            owner = owners(numbers, key(persons, NUMBER))
        members = np.bincount(owner, minlength=count) if count else np.zeros(0, np.int64)
        if count and members.max(initial=0) > MOST_MEMBERS:
            raise ColumnFault(NUMBER, f"가구원이 {MOST_MEMBERS}명을 넘습니다.", int(np.argmax(members)))
        ends = np.concatenate([[0], np.cumsum(members)])
        for first in range(0, count, size):
            last = min(first + size, count)
            start, stop = int(ends[first]), int(ends[last])
            some = households.slice(first, last - first)
            facts = {one.code: self.read(some, one, first) for one in self.kinds["household"]}
            others = nobody if persons is None else persons.slice(start, stop - start)
            own = {one.code: self.read(others, one, start) for one in self.kinds["member"]}
            open_ = self.open(some, facts.get(SIZE), members[first:last], first)
            yield first, start, self.block(facts, own, members[first:last], open_)
        assert people == ends[-1]

    def block(self, facts: dict[str, Vec], own: dict[str, Vec], members: Array, open_: Array) -> Block:
        rows, people = len(members), int(members.sum())
        home = Frame(self.evaluator, facts, rows, member=False)
        persons = Frame(self.evaluator, own, people, member=True)
        home.people, home.open = persons, open_ if open_.any() else None
        persons.household = home
        persons.owner = np.repeat(np.arange(rows), members)
        persons.filled = np.flatnonzero(members)
        persons.starts = (np.cumsum(members) - members)[persons.filled]
        return Block(home, persons)

    def open(self, households: pa.RecordBatch, size: Vec | None, members: Array, first: int) -> Array:
        """Which households have members that are not listed."""
        whole = np.ones(len(members), bool)
        if WHOLE in households.schema.names:
            said = households.column(WHOLE)
            if not pa.types.is_boolean(said.type):
                raise ColumnFault(WHOLE, "예/아니오(bool)가 와야 합니다.")
            whole = truths_of(said, None if said.null_count == 0 else truths_of(said.is_valid(), None))
        if size is not None and isinstance(size.values, np.ndarray):
            known = np.ones(len(members), bool) if size.known is None else size.known
            wrong = known & (members > 0) & (size.values < members)
            if wrong.any():
                raise ColumnFault(SIZE, "가구원수보다 많은 가구원이 적혀 있습니다.", first + int(np.argmax(wrong)))
            whole = np.where(known, size.values == members, whole)
        return ~(whole & (members > 0))

    def read(self, table: pa.RecordBatch, fact: FactKind, first: int) -> Vec:
        """A column as values; unknown everywhere where it is not there. `first`: the row of the whole it begins at."""
        try:
            return self.column(table, fact)
        except ColumnFault as fault:
            raise ColumnFault(fault.column, fault.words, None if fault.row is None else first + fault.row) from None

    def column(self, table: pa.RecordBatch, fact: FactKind) -> Vec:
        if fact.code not in table.schema.names:
            return Vec(False if fact.type == "bool" else 0 if fact.type in {"enum", "area"} else fact.low, False)
        column = table.column(fact.code)
        if pa.types.is_null(column.type):
            return Vec(False if fact.type == "bool" else 0 if fact.type in {"enum", "area"} else fact.low, False)
        known = None if column.null_count == 0 else truths_of(column.is_valid(), None)
        match fact.type:
            case "bool":
                if not pa.types.is_boolean(column.type):
                    raise ColumnFault(fact.code, f"예/아니오(bool)가 와야 하는데 {column.type}입니다.")
                return Vec(truths_of(column, known), known)
            case "enum" | "area":
                return self.coded(fact, column)
            case "date":
                return self.dates(fact, column, known)
        if not pa.types.is_integer(column.type):
            raise ColumnFault(
                fact.code, f"정수가 와야 하는데 {column.type}입니다. 돈은 원 단위 정수(int64)로 적어 주세요."
            )
        return Vec(self.ranged(fact, column, known, fact.low, fact.high), known)

    def ranged(self, fact: FactKind, column: pa.Array, known: Array | None, low: int, high: int) -> Array:
        if pa.types.is_uint64(column.type):
            try:
                column = column.cast(pa.int64())
            except pa.ArrowInvalid:
                raise ColumnFault(fact.code, f"값이 범위({low:,}~{high:,})를 벗어났습니다.") from None
        if known is not None:
            widths = np.iinfo(column.type.to_pandas_dtype())
            filler = min(max(low, int(widths.min)), int(widths.max))
            column = column.fill_null(pa.scalar(filler, column.type))
        values = column.to_numpy(zero_copy_only=False)
        if len(values) and not (low <= int(values.min()) and int(values.max()) <= high):
            wrong = (values < low) | (values > high)
            if known is not None:
                wrong &= known
            if wrong.any():
                row = int(np.argmax(wrong))
                words = f"「{fact.ko}」의 값 {int(values[row]):,}이(가) 범위({low:,}~{high:,})를 벗어났습니다."
                raise ColumnFault(fact.code, words, row)
        fits = (one for one in NARROW if np.iinfo(one).min <= low and high <= np.iinfo(one).max)
        return values.astype(next(fits), copy=False)

    def dates(self, fact: FactKind, column: pa.Array, known: Array | None) -> Vec:
        if not pa.types.is_date32(column.type):
            raise ColumnFault(fact.code, f"날짜(date32)가 와야 하는데 {column.type}입니다.")
        days = column.cast(pa.int32())
        if known is not None:
            days = days.fill_null(0)
        numbers = days.to_numpy(zero_copy_only=False)
        wrong = (numbers < FIRST_DAY) | (numbers > LAST_DAY)
        if not wrong.any():
            values = self.days[numbers - FIRST_DAY]
            wrong = (values < fact.low) | (values > fact.high)
            if known is not None:
                wrong &= known
        if wrong.any():
            row = int(np.argmax(wrong))
            raise ColumnFault(fact.code, f"「{fact.ko}」의 날짜가 범위를 벗어났습니다.", row)
        if known is not None:
            values = np.where(known, values, np.int32(fact.low))
        return Vec(values, known)

    def coded(self, fact: FactKind, column: pa.Array) -> Vec:
        if not pa.types.is_dictionary(column.type):
            if not pa.types.is_string(column.type) and not pa.types.is_large_string(column.type):
                raise ColumnFault(fact.code, f"글자가 와야 하는데 {column.type}입니다.")
            column = column.dictionary_encode()
        texts = column.dictionary.to_pylist()
        numbers = np.zeros(len(texts) + 1, np.int32)
        bad: dict[int, str] = {}
        for place, text in enumerate(texts):
            if text is None:
                continue
            try:
                numbers[place] = self.word(fact, text)
            except ValueError as fault:
                bad[place] = str(fault)
        places = column.indices
        known = None
        if places.null_count or None in texts:
            known = truths_of(column.is_valid(), None)
            if None in texts:
                known = known & ~np.isin(places.fill_null(0).to_numpy(zero_copy_only=False), [texts.index(None)])
            places = places.fill_null(0)
        spots = places.to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
        if bad:
            wrong = np.isin(spots, list(bad))
            if known is not None:
                wrong &= known
            if wrong.any():
                row = int(np.argmax(wrong))
                raise ColumnFault(fact.code, bad[int(spots[row])], row)
        return Vec(numbers[spots], known)

    def word(self, fact: FactKind, text: str) -> int:
        """The number of a code. ValueError with a Korean sentence where the fact has none such."""
        known = self.words.get((fact.code, text))
        if known is not None:
            return known
        if fact.type == "area":
            if not (isinstance(text, str) and text.isascii() and text.isdigit() and 2 <= len(text) <= 10):
                raise ValueError(f"「{fact.ko}」에 지역 코드(2~10자리 숫자)가 아닌 값이 있습니다.")
            found = self.codes.number(area_code(text))
        else:
            code = next((one.code for one in fact.choices if text in (one.code, one.ko)), None)
            if code is None:
                raise ValueError(f"「{fact.ko}」에 없는 값이 있습니다: {str(text)[:40]!r}")
            found = self.codes.number(code)
        self.words[fact.code, text] = found
        return found


def key(table: pa.RecordBatch, name: str) -> Array:
    """A column of whole numbers without nulls."""
    if name not in table.schema.names:
        raise ColumnFault(name, "이 열이 있어야 합니다.")
    column = table.column(name)
    if not pa.types.is_integer(column.type) or column.null_count:
        raise ColumnFault(name, "빈 값이 없는 정수여야 합니다.")
    return column.cast(pa.int64()).to_numpy(zero_copy_only=False)


def truths_of(column: pa.Array, known: Array | None) -> Array:
    """A column of truths as bytes, False where it is null. Arrow holds them as bits, the lowest first."""
    if not len(column):
        return np.zeros(0, bool)
    first, after = divmod(column.offset, 8)
    packed = np.frombuffer(column.buffers()[1], np.uint8)[first : (column.offset + len(column) + 7) // 8]
    values = np.unpackbits(packed, bitorder="little")[after : after + len(column)].view(bool)
    return values if known is None else np.logical_and(values, known)


def owners(households: Array, persons: Array) -> Array:
    """For each person the row of their household."""
    if len(households) > 1 and not (households[1:] > households[:-1]).all():
        raise ColumnFault(NUMBER, "가구는 번호 차례로 한 번씩 있어야 합니다.")
    if len(persons) > 1 and not (persons[1:] >= persons[:-1]).all():
        raise ColumnFault(NUMBER, "가구원은 가구 번호 차례로 있어야 합니다.")
    if len(households) and int(households[-1]) - int(households[0]) == len(households) - 1:
        found = persons - households[0]
        strange = (found < 0) | (found >= len(households))
    else:
        found = np.searchsorted(households, persons)
        strange = found >= len(households)
        strange |= households[np.minimum(found, len(households) - 1)] != persons if len(households) else True
    if strange.any():
        row = int(np.argmax(strange))
        raise ColumnFault(NUMBER, f"가구 {int(persons[row])}이(가) 없는 가구원이 있습니다.", row)
    return found


__all__ = ["NUMBER", "WHOLE", "Block", "ColumnFault", "Reader"]
