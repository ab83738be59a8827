"""Weights that meet published totals, and whole numbers that add up.

`rake` is generalised raking with the multiplicative distance (Deville & Särndal, JASA 87, 1992): the weights closest to
the prior ones, in the sense of Kullback and Leibler, that meet linear totals. With totals of disjoint groups it gives
what iterative proportional fitting gives (Deming & Stephan 1940), but by Newton's method on the dual, so that totals
of households and of persons are met at once and in a dozen steps. `rake_regions` does the same for many regions, each
with totals of its own, that share further totals: the Hessian is an arrow, solved by its Schur complement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

TOLERANCE = 1e-9
STEPS = 80
_RIDGE = 1e-12


class NotMet(ValueError):
    """Totals that no weights meet, or not found in the steps allowed; names the worst one."""


def rake(prior: Array, columns: Array, totals: Array, *, names: Sequence[str] = ()) -> Array:
    """Weights ≥ 0 of shape (n,) with `columns.T @ weights == totals` to within TOLERANCE of the largest total.

    `prior` (n,) ≥ 0, `columns` (n, m), `totals` (m,). Redundant totals are fine as long as they agree. NotMet says
    which total is farthest.
    """
    columns, totals = np.asarray(columns, dtype=float), np.asarray(totals, dtype=float)
    regions = Regions(prior[None, :], [columns], np.zeros(1, dtype=int), totals[None, :], [np.empty((len(prior), 0))])
    return rake_regions(regions, names=names)[0]


@dataclass(frozen=True)
class Regions:
    """Prior weights (R, n); columns of local totals per kind of region [(n, m)]; the kind of each region (R,); local
    totals (R, m); columns of shared totals per kind [(n, k)] with `shared` totals (k,) over all regions."""

    prior: Array
    local: Sequence[Array]
    kind: Array
    totals: Array
    common: Sequence[Array]
    shared: Array | None = None


class _Columns:
    """Columns (n, c) in blocks of rows so small that the BLAS uses one thread for each: threads waiting for each other
    cost far more than they bring here, and sums come out the same however many cores there are."""

    def __init__(self, columns: Array) -> None:
        self.rows, count = columns.shape
        height = max(1, min(128, 200_000 // max(count, 1) ** 2, 9_000 // max(count, 1)))
        blocks = -(-self.rows // height)
        padded = np.zeros((blocks * height, count))
        padded[: self.rows] = columns
        self.blocks = padded.reshape(blocks, height, count)

    def _parts(self, weights: Array) -> Array:
        padded = np.zeros(self.blocks.shape[0] * self.blocks.shape[1])
        padded[: self.rows] = weights
        return padded.reshape(self.blocks.shape[:2])

    def times(self, factors: Array) -> Array:
        """(n,)"""
        return np.matmul(self.blocks, factors).ravel()[: self.rows]

    def sums(self, weights: Array) -> Array:
        """(c,)"""
        return np.matmul(self._parts(weights)[:, None, :], self.blocks).sum(axis=0)[0]

    def gram(self, weights: Array) -> Array:
        """(c, c)"""
        rooted = self.blocks * np.sqrt(self._parts(weights))[:, :, None]
        return np.matmul(rooted.transpose(0, 2, 1), rooted).sum(axis=0)


def rake_regions(regions: Regions, *, names: Sequence[str] = (), start: Array | None = None) -> Array:
    """Weights (R, n). `start` (k,) are multipliers of shared totals to begin with. NotMet as in `rake`."""
    count, m = regions.totals.shape
    k = regions.common[0].shape[1]
    shared = np.zeros(k) if regions.shared is None else np.asarray(regions.shared, dtype=float)
    joined = [_Columns(np.hstack([a, g])) for a, g in zip(regions.local, regions.common, strict=True)]
    local, common = np.zeros((count, m)), np.zeros(k) if start is None else np.array(start, dtype=float)
    scale = np.maximum(np.abs(regions.totals).max(initial=0.0, axis=1), 1.0)
    whole = max(np.abs(shared).max(initial=0.0), regions.totals.max(axis=1).sum(), 1.0)

    def weights(local: Array, common: Array) -> Array:
        found = np.empty_like(regions.prior)
        for at in range(count):
            power = joined[regions.kind[at]].times(np.concatenate([local[at], common]))
            found[at] = regions.prior[at] * np.exp(np.minimum(power, 60.0))
        return found

    def dual(found: Array, local: Array, common: Array) -> float:
        return float(found.sum() - (local * regions.totals).sum() - common @ shared)

    current = weights(local, common)
    value = dual(current, local, common)
    for _ in range(STEPS):
        heads, gaps = [], np.empty((count, m))
        schur, shared_gap, right = np.zeros((k, k)), -shared, -shared
        for at in range(count):
            columns = joined[regions.kind[at]]
            got = columns.sums(current[at])
            gaps[at] = got[:m] - regions.totals[at]
            gram = columns.gram(current[at])
            inner, cross = gram[:m, :m], gram[:m, m:]
            inner[np.diag_indices(m)] *= 1 + _RIDGE
            inner[np.diag_indices(m)] += _RIDGE * max(float(np.trace(inner)) / m, 1e-300)
            solved = np.linalg.solve(inner, np.column_stack([cross, gaps[at]]))
            schur += gram[m:, m:] - cross.T @ solved[:, :k]
            shared_gap = shared_gap + got[m:]
            right = right + got[m:] - cross.T @ solved[:, k]
            heads.append(solved)
        worst = max(float((np.abs(gaps) / scale[:, None]).max()), float(np.abs(shared_gap).max(initial=0.0) / whole))
        if worst < TOLERANCE:
            return current
        if k:
            schur[np.diag_indices(k)] *= 1 + _RIDGE
            schur[np.diag_indices(k)] += _RIDGE * max(float(np.trace(schur)) / k, 1e-300)
            step_common = np.linalg.solve(schur, -right)
        else:
            step_common = np.zeros(0)
        step_local = np.stack([-(h[:, k] + h[:, :k] @ step_common) for h in heads])
        slope = float((step_local * gaps).sum() + step_common @ shared_gap)
        size = 1.0
        while True:
            trial_local, trial_common = local + size * step_local, common + size * step_common
            trial = weights(trial_local, trial_common)
            trial_value = dual(trial, trial_local, trial_common)
            if trial_value <= value + 1e-4 * size * slope + 1e-9 * abs(value) or size < 1e-6:
                break
            size /= 2
        local, common, current, value = trial_local, trial_common, trial, trial_value
    raise NotMet(_worst(regions, gaps, shared_gap, scale, whole, names))


def _worst(regions: Regions, gaps: Array, shared: Array, scale: Array, whole: float, names: Sequence[str]) -> str:
    relative = np.abs(gaps) / scale[:, None]
    at, column = np.unravel_index(int(relative.argmax()), relative.shape)
    far = float(relative[at, column])
    position = int(column)
    if len(shared) and np.abs(shared).max() / whole > far:
        position = regions.totals.shape[1] + int(np.abs(shared).argmax())
        far = float(np.abs(shared).max() / whole)
    name = names[position] if position < len(names) else f"column {position}"
    return f"no weights found that meet all totals; farthest is {name} (region {int(at)}), off by {far:.2%}"


def whole_parts(shares: Array, total: int, *, least: Array | None = None, most: Array | None = None) -> Array:
    """Whole numbers (n,) that add up to `total` exactly, as close to `shares` (≥ 0, any scale) as largest remainders
    make them; ties go to the first. With `least` and `most` each stays within its bounds. ValueError where they
    cannot add up."""
    shares = np.asarray(shares, dtype=float)
    lows = np.zeros(len(shares), dtype=np.int64) if least is None else np.asarray(least, dtype=np.int64)
    highs = np.full(len(shares), total, dtype=np.int64) if most is None else np.asarray(most, dtype=np.int64)
    if total < int(lows.sum()) or total > int(np.minimum(highs, total).sum()) or (lows > highs).any():
        raise ValueError(f"{total} cannot be parted between {int(lows.sum())} and {int(highs.sum())}")
    if len(shares) == 0:
        return np.zeros(0, dtype=np.int64)
    if not shares.sum() > 0:
        shares = np.ones(len(shares))
    exact = shares / shares.sum() * total
    found = np.clip(np.floor(exact).astype(np.int64), lows, highs)
    while (left := total - int(found.sum())) != 0:
        lack = (exact - found) * (1 if left > 0 else -1)
        free = found < highs if left > 0 else found > lows
        order = np.lexsort((np.arange(len(shares)), -lack, ~free))[: min(abs(left), int(free.sum()))]
        found[order] += 1 if left > 0 else -1
    return found
