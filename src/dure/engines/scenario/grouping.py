"""Tables as they are computed, with the groups by which results are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from dure.engines.population import AGE_BANDS, HOUSEHOLDS, WORDS, Facts, age_band, income_deciles
from dure.engines.population.drawing import Batch
from dure.engines.population.groups import Deciles, income_key
from dure.engines.population.schema import codes

Array = np.ndarray[Any, Any]

GROUPINGS = ("region", "age_band", "household_type", "income_decile")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Part:
    """Households and all of their members as facts; of each household its weight (int64) and its group's name in
    each of GROUPINGS, as (number of the name per row, names)."""

    households: pa.RecordBatch
    persons: pa.RecordBatch
    weight: Array
    groups: dict[str, tuple[Array, list[str]]]

    def slice(self, first: int, count: int) -> Part:
        """Some of the households, with their members."""
        rows = self.households.slice(first, count)
        own = self.persons.column("household").to_numpy()
        numbers = rows.column("household").to_numpy()
        start, stop = np.searchsorted(own, [numbers[0], numbers[-1] + 1]) if len(numbers) else (0, 0)
        cut = slice(first, first + count)
        groups = {name: (places[cut], names) for name, (places, names) in self.groups.items()}
        return Part(rows, self.persons.slice(start, stop - start), self.weight[cut], groups)


def parts_of(batches: Callable[[], Iterable[Batch]], facts: Facts) -> Iterator[Part]:
    """A drawn population; `batches` is called three times."""
    by = income_deciles(batches)
    for batch in batches():
        known = facts.batch(batch)
        yield _part(batch.households, known.households, known.persons, by)


def own_parts(batches: Callable[[], Iterable[Batch]], facts: Facts) -> Iterator[Part]:
    """One's own population: where it has all columns of ours, as a drawn one; otherwise its columns are taken as facts
    of the catalogue, and a group it cannot tell is unknown."""
    by: Deciles | None = None
    first = next(iter(batches()), None)
    if first is None:
        return
    if {"total_income_year", "household_size"} <= set(first.households.schema.names):
        by = income_deciles(batches)
    ours = set(HOUSEHOLDS.names) <= set(first.households.schema.names)
    for batch in batches():
        known = facts.batch(batch) if ours and batch.persons.num_rows else batch
        yield _part(batch.households, known.households, known.persons, by)


def _part(rows: pa.RecordBatch, households: pa.RecordBatch, persons: pa.RecordBatch, by: Deciles | None) -> Part:
    names = set(rows.schema.names)
    place = "region" if "region" in names else "residence"
    groups = {"region": _words(rows.column(place)) if place in names else _nobody(len(rows))}
    if "head_age" in names and not rows.column("head_age").null_count:
        groups["age_band"] = (age_band(rows.column("head_age").to_numpy()), list(AGE_BANDS))
    else:
        groups["age_band"] = _nobody(len(rows))
    if "household_type" in names:
        kinds = WORDS["household_type"]
        found = codes(rows.column("household_type"), kinds)
        groups["household_type"] = (np.where(found < 0, len(kinds), found), [*kinds, UNKNOWN])
    else:
        groups["household_type"] = _nobody(len(rows))
    if by is not None:
        tenth = by.of(income_key(rows), rows.column("household").to_numpy())
        groups["income_decile"] = (tenth, [str(number) for number in range(1, 11)])
    else:
        groups["income_decile"] = _nobody(len(rows))
    return Part(households, persons, rows.column("weight").cast(pa.int64()).to_numpy(), groups)


def _nobody(rows: int) -> tuple[Array, list[str]]:
    return np.zeros(rows, np.int64), [UNKNOWN]


def _words(column: pa.Array) -> tuple[Array, list[str]]:
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    names = [*(str(one) for one in column.dictionary.to_pylist()), UNKNOWN]
    places = column.indices.fill_null(len(names) - 1).to_numpy(zero_copy_only=False).astype(np.int64)
    return places, names
