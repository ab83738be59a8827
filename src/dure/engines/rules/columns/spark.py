"""The same programs on Spark: `mapInArrow` with the same kernel, so the same figures to the won (extra `dure[spark]`).

    spark = …                                         # PYSPARK_PYTHON must be the Python that has dure
    rows = over_spark(columns, households, persons)    # DataFrames as `reading` describes, from Parquet or elsewhere
    rows.write.parquet(path)
    totals = totals_of_spark(columns, households, persons, by=["region"], weight="weight").table()

Persons travel with their household: they are gathered into a list `members` first, so no household is cut in two and
executors need no order. A row of the result is a household; of benefits of persons it holds lists, one value a member,
in the order of `person` (a column of the persons, if they have it).
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from dure.engines.rules.columns.kernel import Columns
from dure.engines.rules.columns.reading import NUMBER, WHOLE
from dure.engines.rules.columns.totals import Totals

MEMBERS = "members"
PLACE = "person"


def together(columns: Columns, households: Any, persons: Any | None, extra: Sequence[str] = ()) -> Any:
    """Households with their members as a list of structs, only the columns that matter."""
    from pyspark.sql import functions as f

    wanted = {NUMBER, WHOLE, *columns.reads["household"], *extra}
    home = households.select(*(name for name in households.columns if name in wanted))
    if persons is None:
        return home
    own = [name for name in persons.columns if name in columns.reads["member"]]
    first = [PLACE] if PLACE in persons.columns else []
    lists = persons.groupBy(NUMBER).agg(f.sort_array(f.collect_list(f.struct(*first, *own))).alias(MEMBERS))
    return home.join(lists, NUMBER, "left")


def over_spark(columns: Columns, households: Any, persons: Any | None = None) -> Any:
    """A DataFrame with the results of each household, as `Columns.run` gives them; lists for benefits of persons."""
    from pyspark.sql.pandas.types import from_arrow_schema

    homes, people = columns.schemas()
    fields = [pa.field(NUMBER, pa.int64()), *homes]
    if persons is not None:
        fields += [pa.field(field.name, pa.list_(field.type)) for field in people]
    schema = pa.schema(fields)
    data = together(columns, households, persons)
    return data.mapInArrow(_rows(pickle.dumps(columns), schema), from_arrow_schema(schema))


def totals_of_spark(
    columns: Columns, households: Any, persons: Any | None = None, *, by: Sequence[str] = (), weight: str | None = None
) -> Totals:
    """Sums over all households; each part sends its own, they are added up here."""
    extra = [*by, *([] if weight is None else [weight])]
    data = together(columns, households, persons, extra)
    found = columns.totals([], by=by, weight=weight)
    sent = data.mapInArrow(_sums(pickle.dumps(columns), tuple(by), weight), "totals binary")
    for row in sent.toLocalIterator():
        found.merge(pickle.loads(bytes(row.totals)))  # made by our own executors of this session
    return found


def _rows(pickled: bytes, schema: pa.Schema) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        columns = pickle.loads(pickled)
        for batch in batches:
            yield rows_of(columns, batch, schema)

    return run


def _sums(
    pickled: bytes, by: tuple[str, ...], weight: str | None
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        columns = pickle.loads(pickled)
        found = columns.totals((apart(batch)[:2] for batch in batches), by=by, weight=weight)
        yield pa.RecordBatch.from_pydict({"totals": pa.array([pickle.dumps(found)], pa.binary())})

    return run


def rows_of(columns: Columns, batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The results of households with lists of members, as one batch of `schema`."""
    homes, people, offsets = apart(batch)
    results = columns.run(homes, people)
    arrays: list[pa.Array] = [batch.column(NUMBER).cast(pa.int64())]
    for field in list(schema)[1:]:
        if pa.types.is_list(field.type):
            values = results.persons.column(field.name).combine_chunks()
            arrays.append(pa.ListArray.from_arrays(offsets, values).cast(field.type))
        else:
            arrays.append(results.households.column(field.name).combine_chunks())
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def apart(batch: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.RecordBatch | None, pa.Array | None]:
    """Households with lists of members as the two tables, numbered from 0, and where each list begins."""
    rows = batch.num_rows
    numbers = pa.array(range(rows), pa.int64())
    names = [name for name in batch.schema.names if name not in {MEMBERS, NUMBER}]
    homes = pa.RecordBatch.from_arrays([numbers, *(batch.column(name) for name in names)], [NUMBER, *names])
    if MEMBERS not in batch.schema.names:
        return homes, None, None
    lists = batch.column(MEMBERS)
    lists = lists.cast(pa.list_(lists.type.value_type))
    counts = lists.value_lengths().fill_null(0)
    values = lists.flatten()
    owner = lists.value_parent_indices().cast(pa.int64())
    inner = [field.name for field in values.type if field.name != PLACE]
    people = pa.RecordBatch.from_arrays([owner, *(values.field(name) for name in inner)], [NUMBER, *inner])
    ends = pa.array([0, *counts.to_numpy(zero_copy_only=False).cumsum().tolist()], pa.int32())
    return homes, people, ends


__all__ = ["MEMBERS", "apart", "over_spark", "rows_of", "totals_of_spark"]
