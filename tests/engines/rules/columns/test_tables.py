"""What tables may look like, sums by groups, Parquet files, and that no float is anywhere on the way."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dure.engines.rules import ir
from dure.engines.rules.columns import ColumnFault, Columns, compiled, over_parquet
from dure.engines.rules.columns import stream as streaming
from dure.engines.rules.columns.frames import Frame
from dure.engines.rules.columns.vectors import Codes, Vec, days_of
from dure.engines.rules.dates import days_between
from tests.engines.rules import world

COUNT = 700


def people(count: int = COUNT, seed: int = 5) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    """Households and persons in which much is known and some is not."""
    rng = np.random.default_rng(seed)
    members = rng.integers(0, 6, count)
    owner = np.repeat(np.arange(count) * 2, members)
    some = lambda values, share: pa.array(values, mask=rng.random(len(values)) < share)  # noqa: E731
    homes = {
        "household": np.arange(count) * 2,
        "recognized_income": some(rng.integers(0, 4_000_000, count), 0.1),
        "assets": some(rng.integers(0, 300_000_000, count), 0.1),
        "total_income": some(rng.integers(0, 30_000_000, count).astype(np.int32), 0.1),
        "home": pa.array(rng.choice(["11110", "4111100000", "26", "41"], count)).dictionary_encode(),
        "rent": rng.integers(0, 900_000, count),
        "zone": some(rng.choice(["zone1", "zone2"], count), 0.1),
        "couple": some(rng.random(count) < 0.5, 0.1),
        "weight": rng.integers(1, 60, count),
        "region": some(rng.choice(["가", "나", "다"], count), 0.1),
    }
    born = np.datetime64("2026-03-01") - rng.integers(1, 33_000, len(owner)).astype("timedelta64[D]")
    own = {
        "household": owner,
        "birth_date": some(born.astype("datetime64[D]"), 0.1),
        "school": some(rng.choice(["elementary", "middle", "high"], len(owner)), 0.3),
        "disabled": some(rng.random(len(owner)) < 0.2, 0.1),
        "wage": some(rng.integers(0, 6_000_000, len(owner)), 0.1),
    }
    return pa.RecordBatch.from_pydict(homes), pa.RecordBatch.from_pydict(own)


def columns(**more: Any) -> Columns:
    return compiled(world.day(), **more)


def test_blocks_of_any_size_give_the_same() -> None:
    tables = people(150)
    whole = columns(outputs=True).run(*tables)
    for block in (1, 7, 64, 149):
        parts = columns(outputs=True, block=block).run(*tables)
        assert parts.households.equals(whole.households)
        assert parts.persons.equals(whole.persons)


def test_no_float_is_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = set()
    find = Frame.find

    def look(frame: Frame, at: int) -> Vec:
        found = find(frame, at)
        for part in (found.values, found.known):
            seen.add(np.asarray(part).dtype.kind if part is not None else "b")
        return found

    monkeypatch.setattr(Frame, "find", look)
    homes, persons = people()
    made = columns(outputs=True, block=100)
    results = made.run(homes, persons)
    made.totals([(homes, persons)], by=["region"], weight="weight")
    assert seen <= {"i", "b", "u"}
    for table in (results.households, results.persons):
        assert not any(pa.types.is_floating(field.type) or pa.types.is_decimal(field.type) for field in table.schema)


def test_sums_are_those_of_the_rows() -> None:
    homes, persons = people()
    made = columns()
    results = made.run(homes, persons)
    table = made.totals([(homes, persons)], by=["region", "zone"], weight="weight").table()
    weights = homes.column("weight").to_pylist()
    keys = list(zip(homes.column("region").to_pylist(), homes.column("zone").to_pylist(), strict=True))
    owner = [number // 2 for number in persons.column("household").to_pylist()]
    wanted: dict[Any, dict[str, int]] = {key: dict.fromkeys(table.column_names[2:], 0) for key in keys}
    for rows, of in ((results.households.to_pylist(), range(COUNT)), (results.persons.to_pylist(), owner)):
        for row, home in zip(rows, of, strict=True):
            sums, weight = wanted[keys[home]], weights[home]
            sums["persons" if rows is not None and of is owner else "households"] += weight
            for name, value in row.items():
                benefit, _, what = name.partition("/")
                if what == "eligible":
                    sums[f"{benefit}/yes"] += weight * (value is True)
                    sums[f"{benefit}/unknown"] += weight * (value is None)
                elif what.startswith("amount/"):
                    sums[name] += weight * (value or 0)
                    sums[name.replace("/amount/", "/open/")] += weight * (
                        row[f"{benefit}/eligible"] is True and value is None
                    )
    for row in table.to_pylist():
        assert {name: row[name] for name in table.column_names[2:]} == wanted[row["region"], row["zone"]]
    assert table.num_rows == len(wanted)
    alone = made.totals([(homes, persons)]).table().to_pylist()[0]
    assert alone["pension/amount/month"] == sum(
        one or 0 for one in results.persons.column("pension/amount/month").to_pylist()
    )
    assert (alone["households"], alone["persons"]) == (COUNT, persons.num_rows)


def test_sums_pass_64_bits_where_they_must() -> None:
    homes, persons = people(40)
    heavy = homes.set_column(homes.schema.names.index("weight"), "weight", pa.array([2**61] * 40, pa.int64()))
    made = columns()
    light = made.totals([(homes, persons)]).table().to_pylist()[0]
    found = made.totals([(heavy, persons)], weight="weight")
    name = "livelihood-benefit/amount/month"
    assert found.sums[0][found.names.index(name)] == light[name] * 2**61
    with pytest.raises(OverflowError):
        found.table()


def write(folder: Path, homes: pa.RecordBatch, persons: pa.RecordBatch, group: int) -> tuple[Path, Path]:
    paths = folder / "homes.parquet", folder / "persons.parquet"
    for path, table in zip(paths, (homes, persons), strict=True):
        pq.write_table(pa.Table.from_batches([table]), path, row_group_size=group)
    return paths


@pytest.mark.parametrize("processes", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_parquet_files_give_what_tables_give(processes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "TASK", 200)
    homes, persons = people()
    paths = write(tmp_path, homes, persons, 90)
    made = columns()
    told: list[tuple[int, int]] = []
    found = over_parquet(
        made, households=paths[0], persons=paths[1], into=tmp_path / "out", by=["region"], weight="weight",
        processes=processes, progress=lambda done, of: told.append((done, of)),
    )  # fmt: skip
    assert found is not None
    assert told == [(270, COUNT), (540, COUNT), (COUNT, COUNT)]
    assert found.table().equals(made.totals([(homes, persons)], by=["region"], weight="weight").table())
    whole = made.run(homes, persons)
    for what, table in (("households", whole.households), ("persons", whole.persons)):
        parts = sorted((tmp_path / "out").glob(f"{what}-*.parquet"))
        assert len(parts) > 1
        assert pa.concat_tables([pq.read_table(path) for path in parts]).equals(table.cast(pq.read_schema(parts[0])))
    with pytest.raises(FileExistsError):
        over_parquet(made, households=paths[0], into=tmp_path / "out")


def test_persons_without_a_household_are_found(tmp_path: Path) -> None:
    homes, persons = people(50)
    strange = persons.set_column(
        0, "household", pa.array([1_000_000 + at for at in range(persons.num_rows)], pa.int64())
    )
    paths = write(tmp_path, homes, strange, 20)
    with pytest.raises(ColumnFault, match="가구가 없는"):
        over_parquet(columns(), households=paths[0], persons=paths[1], processes=1)


def test_columns_travel() -> None:
    tables = people(60)
    made = columns()
    again = pickle.loads(pickle.dumps(made))
    assert again.run(*tables).households.equals(made.run(*tables).households)


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("recognized_income", pa.array([1.0, 2.0]), "정수가 와야"),
        ("recognized_income", pa.array([0, 10**12]), "범위"),
        ("recognized_income", pa.array([0, 2**64 - 1], pa.uint64()), "범위"),
        ("couple", pa.array([0, 1]), "예/아니오"),
        ("zone", pa.array(["zone1", "zone9"]), "없는 값"),
        ("zone", pa.array([1, 2]), "글자"),
        ("home", pa.array(["11", "1a"]), "지역 코드"),
        ("household_size", pa.array([1, 1]), "가구원수보다"),
        ("whole", pa.array([1, 1]), "예/아니오"),
        ("household", pa.array([0, 0]), "차례"),
        ("household", pa.array([0, None], pa.int64()), "빈 값"),
        ("household", pa.array([0.0, 1.0]), "정수"),
        ("household", pa.array([0, 7]), "가구원이 있습니다"),
    ],
)
def test_what_cannot_be_taken_is_refused(name: str, values: pa.Array, words: str) -> None:
    homes = {"household": pa.array([0, 1]), name: values}
    persons = pa.RecordBatch.from_pydict({"household": pa.array([0, 0, 1])})
    with pytest.raises(ColumnFault, match=words) as fault:
        columns().run(pa.RecordBatch.from_pydict(homes), persons)
    assert fault.value.column


@pytest.mark.parametrize("values", [pa.array([20260301]), pa.array([date(1800, 1, 1)]), pa.array(["2026-01-01"])])
def test_dates_are_days_of_the_calendar(values: pa.Array) -> None:
    homes = pa.RecordBatch.from_pydict({"household": pa.array([0])})
    with pytest.raises(ColumnFault, match="날짜"):
        columns().run(homes, pa.RecordBatch.from_pydict({"household": pa.array([0]), "birth_date": values}))


def test_unknown_values_are_not_checked_against_ranges() -> None:
    """What stands under a null means nothing."""
    under = pa.Array.from_buffers(
        pa.int64(), 2, [pa.py_buffer(bytes([1])), pa.py_buffer(np.array([5, 10**17]).tobytes())]
    )
    homes = pa.RecordBatch.from_pydict({"household": pa.array([0, 1]), "recognized_income": under})
    homes = homes.append_column("household_size", pa.array([1, 1]))
    result = columns(block=1).run(homes)
    assert result.households.column("livelihood-benefit/eligible").to_pylist() == [True, None]


def test_tables_without_rows() -> None:
    homes, persons = people(0)
    made = columns(outputs=True)
    results = made.run(homes, persons)
    assert (results.households.num_rows, results.persons.num_rows) == (0, 0)
    assert made.totals([(homes, persons)]).table().num_rows == 0


def test_days_are_counted_as_the_calendar_does() -> None:
    for one in (
        date(1870, 1, 1),
        date(1899, 12, 31),
        date(1900, 2, 28),
        date(1900, 3, 1),
        date(2000, 2, 29),
        date(2200, 12, 31),
    ):
        number = one.year * 10000 + one.month * 100 + one.day
        assert days_of(np.array([number], np.int32))[0] == days_between(19700101, number)


def test_long_chains_of_names_are_computed() -> None:
    """Each name rests on the one before, far deeper than calls may go."""
    lets = [ir.Let("n0", ir.Fact("recognized_income", "int", "household", 0, 10**9), "int", "원", False)]
    for at in range(1, 2000):
        lets.append(ir.Let(f"n{at}", ir.Sum((ir.Ref(f"n{at - 1}", "int"), ir.Const(at % 3))), "int", "원", False))
    last = ir.Ref("n1999", "int")
    program = ir.Program(
        "deep", "household", tuple(lets), ir.Compare(">", last, ir.Const(0)), (ir.Amount("a", "once", last),), ()
    )
    made = Columns([program], world.catalogue().facts)
    homes = pa.RecordBatch.from_pydict({"household": [0, 1], "recognized_income": [5, None]})
    assert made.run(homes).households.column("deep/amount/a").to_pylist() == [
        5 + sum(at % 3 for at in range(2000)),
        None,
    ]
    assert made.totals([(homes, None)]).table().column("deep/unknown").to_pylist() == [1]


def test_there_is_an_end_to_codes() -> None:
    codes = Codes()
    codes.MOST = 2  # type: ignore[misc]
    assert [codes.number(text) for text in ("a", "b", "a")] == [0, 1, 0]
    with pytest.raises(ValueError, match="more than"):
        codes.number("c")
