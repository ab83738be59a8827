"""One's own Parquet files: what is right passes, and every fault names its column and first rows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dure.engines.population import Checked, Facts, Fitted, generate, own_batches, read_own


@pytest.fixture(scope="module")
def tables(fitted: Fitted) -> tuple[pa.Table, pa.Table]:
    return generate(fitted, seed=9, households=3000).tables()


@pytest.fixture
def folder(tmp_path: Path, tables: tuple[pa.Table, pa.Table]) -> Path:
    pq.write_table(tables[0], tmp_path / "households.parquet", row_group_size=700)
    pq.write_table(tables[1], tmp_path / "persons.parquet", row_group_size=700)
    return tmp_path


def changed(table: pa.Table, name: str, values: Any) -> pa.Table:
    array = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
    return table.set_column(table.schema.get_field_index(name), name, array)


def checked(folder: Path, table: pa.Table, persons: bool = False) -> Checked:
    pq.write_table(table, folder / "own.parquet", row_group_size=500)
    return read_own(folder / "own.parquet", folder / "persons.parquet" if persons else None)


def faults(found: Checked) -> dict[tuple[str, str], tuple[int, tuple[int, ...]]]:
    assert all(fault.words for fault in found.faults)
    return {(fault.column, fault.code): (fault.count, fault.rows) for fault in found.faults}


def test_what_we_generate_passes(folder: Path, tables: tuple[pa.Table, pa.Table], fitted: Fitted) -> None:
    found = read_own(folder / "households.parquet", folder / "persons.parquet")
    assert found.ok, found.faults
    assert (found.households, found.persons) == (3000, len(tables[1]))
    assert found.weight == fitted.households
    youngest = next(column for column in found.columns if column.name == "youngest_child_age")
    assert 0 < youngest.missing_share < 1
    assert (youngest.low, youngest.high) == (0, 17)
    assert all(column.known for column in found.columns)


def test_three_columns_are_enough_and_weights_count_one(folder: Path, tables: tuple[pa.Table, pa.Table]) -> None:
    small = tables[0].select(["household", "region", "household_size"]).append_column("mine", pa.array([1.5] * 3000))
    found = checked(folder, small)
    assert found.ok
    assert found.weight == 3000
    assert [c.name for c in found.columns if not c.known] == ["mine"]


def test_a_household_twice(folder: Path, tables: tuple[pa.Table, pa.Table]) -> None:
    numbers = tables[0]["household"].to_numpy().copy()
    numbers[[700, 2400]] = 5
    assert faults(checked(folder, changed(tables[0], "household", numbers))) == {
        ("household", "twice"): (2, (700, 2400)),
        ("household", "not_in_order"): (2, (700, 2400)),
    }


@pytest.mark.parametrize("step", [1, 977])
def test_persons_of_no_household_and_households_of_no_person(
    folder: Path, tables: tuple[pa.Table, pa.Table], step: int
) -> None:
    """Dense numbers and scattered ones."""
    households = changed(tables[0], "household", tables[0]["household"].to_numpy() * step)
    owner = tables[1]["household"].to_numpy() * step
    last = int(owner[-1])
    owner[owner == last] = last + 7 * step
    pq.write_table(changed(tables[1], "household", owner), folder / "persons.parquet")
    found = faults(checked(folder, households, persons=True))
    lost = np.flatnonzero(owner == last + 7 * step)
    assert found["household", "no_such_household"] == (len(lost), tuple(lost[:5].tolist()))
    assert found["household_size", "members_differ"] == (1, (last,))
    assert len(found) == 2


def test_rows_that_do_not_stand_by_household(folder: Path, tables: tuple[pa.Table, pa.Table]) -> None:
    assert faults(checked(folder, tables[0].take([1, 0, *range(2, 3000)]), persons=True)) == {
        ("household", "not_in_order"): (1, (1,))
    }
    with pytest.raises(ValueError, match="does not stand"):
        list(own_batches(folder / "own.parquet"))


@pytest.mark.parametrize("rows", [1, 700, 5000])
def test_households_and_members_are_read_side_by_side(
    folder: Path, tables: tuple[pa.Table, pa.Table], rows: int
) -> None:
    some = 40 if rows == 1 else 3000
    pq.write_table(tables[0].slice(0, some), folder / "own.parquet", row_group_size=900)
    batches = list(own_batches(folder / "own.parquet", folder / "persons.parquet", rows=rows))
    assert max(len(batch.households) for batch in batches) <= rows
    whole = pa.Table.from_batches([batch.households for batch in batches]).cast(tables[0].schema)
    assert whole.to_pylist() == tables[0].slice(0, some).to_pylist()
    for batch in batches:
        size = dict(zip(*(batch.households[n].to_pylist() for n in ("household", "household_size")), strict=True))
        assert Counter(batch.persons["household"].to_pylist()) == size


def test_weights_that_are_not_there_are_one(folder: Path, tables: tuple[pa.Table, pa.Table]) -> None:
    pq.write_table(tables[0].drop_columns(["weight"]), folder / "own.parquet")
    pq.write_table(tables[1].drop_columns(["weight"]), folder / "persons.parquet")
    (batch,) = own_batches(folder / "own.parquet", folder / "persons.parquet")
    assert set(batch.households["weight"].to_pylist()) == set(batch.persons["weight"].to_pylist()) == {1}
    (alone,) = own_batches(folder / "own.parquet")
    assert len(alone.persons) == 0


def test_facts_of_the_catalogue_are_known_columns(folder: Path, fitted: Fitted) -> None:
    facts = Facts(fitted.margins).batch(generate(fitted, seed=9, households=3000).block(0))
    pq.write_table(pa.Table.from_batches([facts.persons]), folder / "persons.parquet")
    found = checked(folder, pa.Table.from_batches([facts.households]), persons=True)
    assert found.ok, found.faults
    assert all(column.known for column in found.columns)


def test_areas_are_codes(folder: Path, tables: tuple[pa.Table, pa.Table]) -> None:
    region = tables[0]["region"].to_pylist()
    region[7] = "서울"
    assert faults(checked(folder, changed(tables[0], "region", region))) == {("region", "no_area"): (1, (7,))}


def test_persons_are_checked_though_households_are_not_readable(
    folder: Path, tables: tuple[pa.Table, pa.Table]
) -> None:
    pq.write_table(changed(tables[1], "age", [200] * len(tables[1])), folder / "persons.parquet")
    found = read_own(folder / "none.parquet", folder / "persons.parquet")
    assert [(fault.table, fault.code) for fault in found.faults] == [
        ("households", "not_parquet"),
        ("persons", "out_of_range"),
    ]


def test_a_member_missing(folder: Path, tables: tuple[pa.Table, pa.Table]) -> None:
    pq.write_table(tables[1].slice(1), folder / "persons.parquet")
    assert faults(checked(folder, tables[0], persons=True)) == {("household_size", "members_differ"): (1, (0,))}


def test_columns_missing_and_of_the_wrong_type(folder: Path, tables: tuple[pa.Table, pa.Table]) -> None:
    table = changed(tables[0].drop_columns(["region"]), "assets", tables[0]["assets"].cast(pa.float64()))
    table = changed(table, "tenure", [1] * 3000)
    found = faults(checked(folder, table))
    assert set(found) == {("region", "column_missing"), ("assets", "wrong_type"), ("tenure", "wrong_type")}


def test_values_out_of_range_unknown_or_missing(folder: Path, tables: tuple[pa.Table, pa.Table]) -> None:
    weight = tables[0]["weight"].to_numpy().copy()
    weight[[3, 1999]] = 0, -4
    debt = tables[0]["debt"].to_pylist()
    debt[10], debt[11] = None, 10**16
    tenure = tables[0]["tenure"].to_pylist()
    tenure[2500] = "tent"
    size = tables[0]["household_size"].to_pylist()
    size[0] = None
    table = changed(changed(tables[0], "weight", weight), "debt", debt)
    table = changed(changed(table, "tenure", tenure), "household_size", size)
    found = checked(folder, table)
    assert faults(found) == {
        ("weight", "out_of_range"): (2, (3, 1999)),
        ("debt", "out_of_range"): (1, (11,)),
        ("tenure", "unknown_word"): (1, (2500,)),
        ("household_size", "value_missing"): (1, (0,)),
    }
    assert next(c for c in found.columns if c.name == "debt").missing == 1


def test_only_the_first_rows_are_named(folder: Path, tables: tuple[pa.Table, pa.Table]) -> None:
    weight = np.zeros(3000, dtype=np.int64)
    found = faults(checked(folder, changed(tables[0], "weight", weight)))
    assert found == {("weight", "out_of_range"): (3000, (0, 1, 2, 3, 4))}


def test_numbers_above_every_limit(folder: Path, tables: tuple[pa.Table, pa.Table]) -> None:
    large = pa.array([2**64 - 1, *range(1, 3000)], pa.uint64())
    found = faults(checked(folder, changed(tables[0], "household", large)))
    assert found["household", "out_of_range"] == (1, (0,))


@pytest.mark.parametrize("content", [b"", b"household,region\n1,11\n", b"PAR1" + b"\0" * 40 + b"PAR1"])
def test_what_is_no_parquet(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "own.parquet").write_bytes(content)
    assert [fault.code for fault in read_own(tmp_path / "own.parquet").faults] == ["not_parquet"]


def test_a_file_that_is_not_there_or_empty_or_cut(folder: Path, tables: tuple[pa.Table, pa.Table]) -> None:
    assert [fault.code for fault in read_own(folder / "none.parquet").faults] == ["not_parquet"]
    assert [fault.code for fault in checked(folder, tables[0].slice(0, 0)).faults] == ["empty"]
    raw = bytearray((folder / "households.parquet").read_bytes())
    raw[2000:60_000] = bytes(58_000)
    (folder / "cut.parquet").write_bytes(bytes(raw))
    assert "broken" in {fault.code for fault in read_own(folder / "cut.parquet", folder / "persons.parquet").faults}


def test_damaged_files_give_faults_and_never_an_error(folder: Path) -> None:
    whole, random = (folder / "households.parquet").read_bytes(), Random(20261125)
    codes = set()
    for _ in range(40):
        raw = bytearray(whole)
        for _ in range(random.choice((1, 3, 20))):
            raw[random.randrange(max(0, len(raw) - 6000) if random.random() < 0.7 else 0, len(raw))] = random.randrange(
                256
            )
        (folder / "own.parquet").write_bytes(raw)
        codes |= {fault.code for fault in read_own(folder / "own.parquet").faults}
    assert {"not_parquet", "broken"} <= codes


def test_the_same_column_twice(folder: Path, tables: tuple[pa.Table, pa.Table]) -> None:
    names = [*tables[0].schema.names, "debt"]
    table = pa.Table.from_arrays([*tables[0].columns, tables[0]["debt"]], names=names)
    assert faults(checked(folder, table)) == {("debt", "column_twice"): (0, ())}
