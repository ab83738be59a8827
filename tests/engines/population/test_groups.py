"""Deciles are exact, whatever the order and however many are alike."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engines.population import (
    AGE_BANDS,
    Fitted,
    age_band,
    deciles,
    equivalised,
    generate,
    income_deciles,
    keys,
)

amounts = st.one_of(st.integers(0, 5), st.integers(-(10**6), 10**11))
rows = st.lists(st.tuples(amounts, st.integers(1, 300)), min_size=1, max_size=120)


def by_hand(key: np.ndarray, weight: np.ndarray) -> np.ndarray:
    total, before = int(weight.sum()), 0
    found = np.zeros(len(key), dtype=int)
    for at in np.lexsort((np.arange(len(key)), key)):
        middle = Fraction(2 * before + int(weight[at]), 2)
        found[at] = min(9, int(10 * middle / total))
        before += int(weight[at])
    return found


@settings(max_examples=60)
@given(rows, st.integers(1, 50))
def test_deciles_are_those_of_a_sorted_list(given_: list[tuple[int, int]], part: int) -> None:
    key, weight = (np.array(column, dtype=np.int64) for column in zip(*given_, strict=True))
    household = np.arange(len(key))

    def parts() -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        for at in range(0, len(key), part):
            yield key[at : at + part], household[at : at + part], weight[at : at + part]

    assert (deciles(parts).of(key, household) == by_hand(key, weight)).all()


def test_all_alike_are_parted_by_their_number() -> None:
    key, household, weight = np.zeros(1000, dtype=np.int64), np.arange(1000), np.ones(1000, dtype=np.int64)
    found = deciles(lambda: iter([(key, household, weight)])).of(key, household)
    assert (np.bincount(found) == 100).all()
    assert (np.diff(found) >= 0).all()


def test_no_rows_no_deciles() -> None:
    with pytest.raises(ValueError, match="no weights"):
        deciles(lambda: iter([]))


@given(st.integers(-(10**12), 10**12), st.integers(1, 100))
def test_equivalised_income_is_income_by_the_root_of_size(income: int, size: int) -> None:
    found = int(equivalised(np.array([income]), np.array([size]))[0])
    assert found == pytest.approx(income / size**0.5, abs=1.5, rel=1e-6)
    assert size > 1 or found == income


def test_keys_of_a_population(fitted: Fitted) -> None:
    population = generate(fitted, seed=1, households=5000)
    by = income_deciles(population.batches)
    found = keys(population.block(0).households, by)
    weights = np.bincount(found["income_decile"].to_numpy(), weights=found["weight"].to_numpy())[1:]
    assert len(weights) == 10
    assert np.abs(weights / weights.sum() - 0.1).max() < 0.001
    assert set(found["age_band"].to_pylist()) <= set(AGE_BANDS)
    with pytest.raises(ValueError, match="basis"):
        keys(population.block(0).households, by, basis="wealth")


def test_age_bands() -> None:
    ages = np.array([15, 29, 30, 59, 60, 64, 65, 74, 75, 104])
    assert [AGE_BANDS[code] for code in age_band(ages)] == [
        "under_30", "under_30", "30s", "50s", "60_64", "60_64", "65_74", "65_74", "75_over", "75_over"
    ]  # fmt: skip
