"""Deciles of income and the keys by which results are shown: region, age band, household type, income decile.

Deciles are exact and need memory that does not grow with the nation: one pass counts weights in fine classes of the
key, a second keeps the rows only of those classes in which a limit falls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from .schema import HOUSEHOLDS, WORDS, codes, words

Array = np.ndarray[Any, Any]

AGE_BANDS = ("under_30", "30s", "40s", "50s", "60_64", "65_74", "75_over")
_AGE_LIMITS = np.array([30, 40, 50, 60, 65, 75])
_CLASSES = 2**17
_ROOTS = np.array([0, *(round(size**0.5 * 2**20) for size in range(1, 101))], dtype=np.int64)


def equivalised(income: Array, size: Array) -> Array:
    """Won divided by the square root of the household's size, cut to the won; |income| below 2^43, sizes 1 to 100."""
    return np.where(income >= 0, 1, -1) * ((np.abs(income) << 20) // _ROOTS[size])


@dataclass(frozen=True)
class Deciles:
    """The first row of each decile after the lowest: `limits` (9,) of the key and `ties` (9,) of the household, so that
    rows of the same income are parted by their number."""

    limits: Array
    ties: Array

    def of(self, key: Array, household: Array) -> Array:
        """0 for the lowest tenth to 9 for the highest."""
        above = key[:, None] > self.limits
        same = (key[:, None] == self.limits) & (household[:, None] >= self.ties)
        return (above | same).sum(axis=1)


def deciles(rows: Callable[[], Iterable[tuple[Array, Array, Array]]]) -> Deciles:
    """`rows()` gives (key, household, weight) in parts, whole numbers, the same each time it is called; it is called
    twice. A row belongs to the decile in which the middle of its weight lies when rows stand by key, then household.
    ValueError without rows."""
    counts = np.zeros(_CLASSES, dtype=np.int64)
    for key, _, weight in rows():
        np.add.at(counts, _class(key), weight)
    total = int(counts.sum())
    if total <= 0:
        raise ValueError("no weights to take deciles of")
    before = np.cumsum(counts) - counts
    # A row with p before it and weight w is in decile d or above when p + w/2 reaches d tenths: the first such row is
    # in the class in which they are reached, or in the next that is not empty.
    filled = np.flatnonzero(counts)
    reached = [int(np.searchsorted(np.cumsum(counts[filled]), d * total / 10)) for d in range(1, 10)]
    wanted = filled[sorted({min(max(near, 0), len(filled) - 1) for at in reached for near in (at - 1, at, at + 1)})]
    kept: list[tuple[Array, Array, Array]] = []
    for key, household, weight in rows():
        mine = np.isin(_class(key), wanted)
        kept.append((key[mine], household[mine], weight[mine]))
    key, household, weight = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    order = np.lexsort((household, key))
    key, household, weight = key[order], household[order], weight[order]
    place = _class(key)
    first = np.searchsorted(place, place, side="left")
    running = np.cumsum(weight) - weight
    position = before[place] + running - running[first]
    limits, ties = np.empty(9, dtype=np.int64), np.empty(9, dtype=np.int64)
    for d in range(1, 10):
        inside = np.flatnonzero(10 * (2 * position + weight) >= 2 * d * total)
        if len(inside):
            limits[d - 1], ties[d - 1] = key[inside[0]], household[inside[0]]
        else:
            limits[d - 1], ties[d - 1] = np.iinfo(np.int64).max, np.iinfo(np.int64).max
    return Deciles(limits, ties)


def _class(key: Array) -> Array:
    """Classes that rise with the key: sign, power of two and ten further bits, as a double is stored."""
    bits = np.abs(key).astype(np.float64).view(np.int64) >> 42
    small = np.float64(1.0).view(np.int64) >> 42
    level = np.where(key == 0, 0, bits - small + 1)
    return np.where(key >= 0, _CLASSES // 2 + level, _CLASSES // 2 - level)


def age_band(age: Array) -> Array:
    """Codes of AGE_BANDS."""
    return np.searchsorted(_AGE_LIMITS, age, side="right")


def keys(households: pa.RecordBatch, by: Deciles, *, basis: str = "equivalised") -> pa.RecordBatch:
    """For each household: household, weight, region, province, age_band (of the head), household_type, income_decile
    (1 to 10). `basis` is the key `by` was made of: `equivalised` or `total` income of the year."""
    income, numbers = income_key(households, basis), households["household"].to_numpy()
    kind = codes(households["household_type"], WORDS["household_type"])
    return pa.RecordBatch.from_pydict(
        {
            "household": households["household"],
            "weight": households["weight"],
            "region": households["region"],
            "province": households["province"],
            "age_band": words(age_band(households["head_age"].to_numpy()), AGE_BANDS),
            "household_type": words(kind, WORDS["household_type"]),
            "income_decile": pa.array((by.of(income, numbers) + 1).astype(np.int16)),
        }
    )


def income_key(households: pa.RecordBatch, basis: str = "equivalised") -> Array:
    income = households["total_income_year"].to_numpy()
    if basis == "total":
        return income
    if basis != "equivalised":
        raise ValueError(f"basis is equivalised or total, not {basis}")
    return equivalised(income, households["household_size"].to_numpy())


def income_deciles(batches: Callable[[], Iterable[Any]], *, basis: str = "equivalised") -> Deciles:
    """Deciles of a population: `batches` as `Population.batches`."""

    def rows() -> Iterable[tuple[Array, Array, Array]]:
        for batch in batches():
            part = batch.households
            yield income_key(part, basis), part["household"].to_numpy(), part["weight"].to_numpy()

    return deciles(rows)


assert {"region", "province", "household_type"} <= set(HOUSEHOLDS.names)
