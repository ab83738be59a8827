"""Raking and whole numbers: what always holds, and iterative proportional fitting beside it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engines.population import NotMet, rake, rake_regions, whole_parts
from dure.engines.population.raking import Regions

shares = st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=40)


def fitted_by_turns(table: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Iterative proportional fitting as Deming and Stephan wrote it."""
    for _ in range(300):
        table = table * (rows / table.sum(axis=1))[:, None]
        table = table * (columns / table.sum(axis=0))
    return table


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.integers(2, 5), st.integers(2, 5))
def test_rake_gives_what_proportional_fitting_gives(seed: int, height: int, width: int) -> None:
    random = np.random.default_rng(seed)
    table, target = random.uniform(0.5, 5, (height, width)), random.uniform(0.5, 5, (height, width))
    rows, columns = target.sum(axis=1), target.sum(axis=0)
    at = np.indices(table.shape).reshape(2, -1)
    indicators = np.column_stack([*(at[0] == r for r in range(height)), *(at[1] == c for c in range(width))])
    found = rake(table.ravel(), indicators, np.concatenate([rows, columns])).reshape(table.shape)
    assert np.allclose(found, fitted_by_turns(table, rows, columns), rtol=1e-6)


def test_totals_that_contradict_each_other_are_named() -> None:
    columns = np.array([[1.0, 1.0], [1.0, 1.0]])
    with pytest.raises(NotMet, match=r"farthest is (men|women)"):
        rake(np.ones(2), columns, np.array([10.0, 20.0]), names=["men", "women"])


def test_regions_meet_their_own_totals_and_the_shared_one() -> None:
    random = np.random.default_rng(3)
    local, common = random.uniform(0, 2, (60, 3)), random.uniform(0, 2, (60, 1))
    truth = random.uniform(1, 3, (4, 60))
    regions = Regions(
        np.ones((4, 60)), [local], np.zeros(4, dtype=int), truth @ local, [common], truth.sum(axis=0) @ common
    )
    found = rake_regions(regions)
    assert np.allclose(found @ local, truth @ local)
    assert np.allclose(found.sum(axis=0) @ common, truth.sum(axis=0) @ common)
    assert (found > 0).all()


@given(shares, st.integers(0, 10**7))
def test_parts_add_up_and_are_within_one(given_: list[float], total: int) -> None:
    found = whole_parts(np.array(given_), total)
    assert int(found.sum()) == total
    assert (found >= 0).all()
    if sum(given_) > 0:
        exact = np.array(given_) / np.sum(given_) * total
        assert (np.abs(found - exact) < 1 + 1e-6 * total).all()


@given(shares, st.integers(0, 500), st.data())
def test_parts_stay_within_bounds(given_: list[float], total: int, data: st.DataObject) -> None:
    least = np.array(data.draw(st.lists(st.integers(0, 9), min_size=len(given_), max_size=len(given_))))
    most = least + np.array(data.draw(st.lists(st.integers(0, 30), min_size=len(given_), max_size=len(given_))))
    if not least.sum() <= total <= most.sum():
        with pytest.raises(ValueError, match="parted"):
            whole_parts(np.array(given_), total, least=least, most=most)
        return
    found = whole_parts(np.array(given_), total, least=least, most=most)
    assert int(found.sum()) == total
    assert ((found >= least) & (found <= most)).all()
