"""Households that hypothesis thinks of, as `explain` takes them and as tables; and the two answers side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from dure.engines.rules import Day, Household, HouseholdFault, Outcome, RuleSet
from dure.engines.rules.catalogue import FactKind
from dure.engines.rules.columns import Columns

DATA = Path(__file__).resolve().parents[4] / "data" / "benefits"
AREAS = [
    "11",
    "11110",
    "1111010100",
    "41110",
    "41111",
    "4111",
    "41131",
    "41",
    "4420000000",
    "44200",
    "46",
    "46710",
    "26",
]


@cache
def real() -> RuleSet:
    """The benefits of the product."""
    files = {path.name: path.read_text() for path in sorted((DATA / "rules").glob("*.yaml"))}
    return RuleSet.load(files, (DATA / "facts.yaml").read_text(), (DATA / "parameters.yaml").read_text())


def value(kind: FactKind, on: date) -> st.SearchStrategy[Any]:
    """What may be said of a fact: borders of its range, round figures, birthdays on either side of the day."""
    match kind.type:
        case "bool":
            return st.booleans()
        case "enum":
            return st.sampled_from([one.code for one in kind.choices])
        case "area":
            return st.sampled_from(AREAS)
        case "date":
            birthdays = [
                _day(on.year - years, on.month, on.day + off)
                for years in (0, 1, 2, 8, 18, 19, 24, 34, 60, 65, 90)
                for off in (-1, 0, 1)
            ]
            low, high = (date(end // 10000, end // 100 % 100, end % 100) for end in (kind.low, kind.high))
            inside = [one for one in birthdays if low <= one <= high]
            return (
                st.sampled_from(inside)
                | st.sampled_from([low, high])
                | st.dates(max(low, date(1900, 1, 1)), min(on, high))
            )
    ends = [kind.low, kind.high, 0, 1, kind.low + 1, kind.high - 1]
    near = st.sampled_from([one for one in ends if kind.low <= one <= kind.high])
    top = min(kind.high, 8_000_000 if kind.type == "won" else 100)
    usual = st.integers(max(kind.low, 0), top) if top >= max(kind.low, 0) else near
    whole = near | usual | st.integers(kind.low, kind.high)
    return whole.map(lambda top: Fraction(top, kind.scale)) if kind.type == "ratio" else whole


def _day(year: int, month: int, day: int) -> date:
    if day < 1:
        month, day = (month - 1, 28) if month > 1 else (12, 31)
        year -= month == 12
    try:
        return date(year, month, day)
    except ValueError:
        return date(year + (month == 12), month % 12 + 1, 1)


def facts(kinds: Sequence[FactKind], on: date, *, known: int = 3) -> st.SearchStrategy[dict[str, Any]]:
    """Of each fact what is said, or nothing: known for about `known` in four."""

    @st.composite
    def draw_all(draw: Any) -> dict[str, Any]:
        found = {}
        for kind in kinds:
            if draw(st.integers(0, 3)) < known:
                found[kind.code] = draw(value(kind, on))
        return found

    return draw_all()


@st.composite
def households(draw: Any, home: Sequence[FactKind], own: Sequence[FactKind], on: date) -> Household:
    """A household with 0 to 8 members, not always all listed."""
    known = draw(st.integers(1, 4))
    members = tuple(draw(st.lists(facts(own, on, known=known), max_size=8)))
    said = draw(facts(home, on, known=known))
    size = said.get("household_size")
    if size is not None and size < len(members):
        said["household_size"] = len(members) + draw(st.integers(0, 1))
    return Household(members, said, on, draw(st.booleans()))


def kinds_of(columns: Columns) -> tuple[list[FactKind], list[FactKind]]:
    """The facts that a program reads: those of households, those of members."""
    kinds = columns.reader.kinds
    return kinds["household"], kinds["member"]


def plain(kind: FactKind, said: Any) -> Any:
    """As a column holds it: ratios as whole numbers over the fact's scale."""
    if kind.type == "ratio" and said is not None:
        return int(Fraction(said) * kind.scale)
    return said


TYPES = {"bool": pa.bool_(), "enum": pa.string(), "area": pa.dictionary(pa.int32(), pa.string()), "date": pa.date32()}


def tables(
    some: Sequence[Household], home: Iterable[FactKind], own: Iterable[FactKind]
) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    """Households as the two tables. Facts of which nothing is said anywhere have no column."""

    def arrays(rows: Sequence[Mapping[str, Any]], kinds: Iterable[FactKind]) -> dict[str, pa.Array]:
        found = {}
        for kind in kinds:
            if any(kind.code in row for row in rows):
                found[kind.code] = pa.array(
                    [plain(kind, row.get(kind.code)) for row in rows], TYPES.get(kind.type, pa.int64())
                )
        return found

    first = {
        "household": pa.array([3 * at for at in range(len(some))], pa.int64()),
        "whole": pa.array([one.whole for one in some], pa.bool_()),
    }
    owners = pa.array([3 * at for at, one in enumerate(some) for _ in one.members], pa.int64())
    return (
        pa.RecordBatch.from_pydict(first | arrays([one.facts for one in some], home)),
        pa.RecordBatch.from_pydict(
            {"household": owners} | arrays([member for one in some for member in one.members], own)
        ),
    )


def said(outcome: Outcome) -> dict[str, Any]:
    """What a row of results holds of an outcome."""
    benefit = outcome.benefit
    found: dict[str, Any] = {f"{benefit}/eligible": outcome.eligible}
    found |= {f"{benefit}/amount/{one.id}": one.won for one in outcome.amounts if one.plan.expr is not None}
    lets = {let.name: let for let in outcome.plan.lowered.program.outputs}
    for name, result in outcome.outputs.items():
        scale = lets[name].scale
        found[f"{benefit}/output/{name}"] = (
            int(result * scale)
            if isinstance(result, Fraction)
            else (int(result) * scale if scale != 1 and result is not None else result)
        )
    return found


def explained(
    day: Day, some: Sequence[Household], ids: Iterable[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of households and of persons as `explain` has them."""
    ids = tuple(ids)
    homes: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    for one in some:
        rows: list[dict[str, Any]] = [{} for _ in one.members]
        home: dict[str, Any] = {}
        for outcome in day.explain(one, only=ids):
            if outcome.member is None:
                home |= said(outcome)
            elif one.members:
                rows[outcome.member] |= said(outcome)
        homes.append(home)
        people.extend(rows)
    return homes, people


def agree(day: Day, columns: Columns, some: Sequence[Household]) -> None:
    """Fails where a row of columns says otherwise than `explain`."""
    try:
        wanted = explained(day, some, [one.benefit for one in columns.programs])
    except HouseholdFault:
        raise AssertionError("the household should be one that can be taken") from None
    results = columns.run(*tables(some, *kinds_of(columns)))
    for batch, rows in zip((results.households, results.persons), wanted, strict=True):
        assert not any(pa.types.is_floating(field.type) for field in batch.schema)
        got = batch.drop_columns(["household"]).to_pylist()
        assert len(got) == len(rows)
        for place, (left, right) in enumerate(zip(got, rows, strict=True)):
            assert left == right, (
                place,
                {key: (left.get(key), right[key]) for key in right if left.get(key) != right[key]},
            )
