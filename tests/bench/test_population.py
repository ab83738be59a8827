"""The population bench gives each side the same problem, and both solve it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from bench.population import both_by_turns, both_dure, table, table_dure


def test_our_table_meets_both_margins() -> None:
    _, rows, columns = table(9)
    found = table_dure(9)
    assert np.allclose(found.sum(axis=1), rows)
    assert np.allclose(found.sum(axis=0), columns)


def test_turns_and_newton_meet_the_same_totals(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    columns = np.hstack([random.integers(0, 3, (300, 6)), np.eye(5)[random.integers(0, 5, 300)]]).astype(float)
    columns[:5, -5:], columns[:6, :6] = np.eye(5), np.eye(6)
    prior = random.uniform(0.5, 1, (2, 300))
    totals = (prior * random.uniform(0.8, 1.2, prior.shape)) @ columns
    np.savez(tmp_path / "problem.npz", prior=prior, columns=columns, totals=totals)
    ours, theirs = both_dure(str(tmp_path / "problem.npz")), both_by_turns(str(tmp_path / "problem.npz"), 3000)
    assert np.allclose(ours @ columns, totals)
    assert np.allclose(theirs @ columns, totals, rtol=2e-4)
    # Updating by turns scales whole kinds, so that its weights are others, farther from the prior ones.
    distance = [(w * np.log(w / prior) - w + prior).sum() for w in (ours, theirs)]
    assert distance[0] <= distance[1] + 1e-3
