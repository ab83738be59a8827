"""A Spark of several processes on this machine gives what one process gives, to the won, from Parquet to Parquet."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.engines.rules.columns.test_tables import columns, people, write

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("java") is None or find_spec("pyspark") is None,
        reason="Spark: skipped, Java or pyspark (dure[spark]) is not installed",
    ),
]


@pytest.fixture
def spark(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    root = Path(__file__).resolve().parents[4]
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", f"{root / 'src'}:{root}")
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.executor.memory", "1g")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.executorEnv.PYTHONPATH", f"{root / 'src'}:{root}")
        .getOrCreate()
    )
    yield session
    session.stop()


def test_spark_gives_the_same_to_the_won(spark: Any, tmp_path: Path) -> None:
    from dure.engines.rules.columns.spark import over_spark, totals_of_spark

    homes, persons = people()
    places: dict[int, int] = {}
    order = []
    for number in persons.column("household").to_pylist():
        order.append(places.get(number, 0))
        places[number] = order[-1] + 1
    persons = persons.append_column("person", pa.array(order, pa.int16()))
    paths = write(tmp_path, homes, persons, 100)
    made = columns(block=64)
    home, own = (spark.read.parquet(str(path)) for path in paths)

    by, weight = ["region", "zone"], "weight"
    found = totals_of_spark(made, home, own, by=by, weight=weight).table()
    assert found.equals(made.totals([(homes, persons)], by=by, weight=weight).table())

    over_spark(made, home, own).write.parquet(str(tmp_path / "rows"))
    rows = pq.read_table(tmp_path / "rows").sort_by("household").to_pylist()
    results = made.run(homes, persons)
    one = results.households.to_pylist()
    for number, row in zip(results.persons.column("household").to_pylist(), results.persons.to_pylist(), strict=True):
        for name, value in row.items():
            if name != "household":
                one[number // 2].setdefault(name, []).append(value)
    assert [{name: value for name, value in row.items() if value != []} for row in rows] == one
