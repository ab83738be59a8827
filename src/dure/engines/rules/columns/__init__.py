"""The same rules over Arrow columns: exact to the won, null as unknown, in constant memory, on all cores.

    columns = compiled(day, ["basic-pension"])      # the programs of a day
    columns.run(households, persons)                # → Results: a batch for households, one for persons
    columns.totals(batches, by=["region"], weight="weight").table()
    over_parquet(columns, households="h.parquet", persons="p.parquet", into="out/", by=["region"])

`reading` says what tables must look like, `kernel` what results are called. Meaning is that of `Day.explain`: the tests
hold the two against each other on whatever households hypothesis thinks of.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dure.engines.rules.columns.kernel import BLOCK, Columns, Results
from dure.engines.rules.columns.reading import ColumnFault
from dure.engines.rules.columns.stream import over_parquet
from dure.engines.rules.columns.totals import Totals

if TYPE_CHECKING:
    from dure.engines.rules.ruleset import Day


def compiled(day: Day, ids: Iterable[str] | None = None, *, outputs: bool = False, block: int = BLOCK) -> Columns:
    """The benefits of a day (all, or those of `ids`) for columns. KeyError for one that is not in force."""
    return Columns(day.programs(ids), day.catalogue.facts, outputs=outputs, block=block)


__all__ = ["BLOCK", "ColumnFault", "Columns", "Results", "Totals", "compiled", "over_parquet"]
