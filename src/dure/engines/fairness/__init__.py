"""Times taken beside each other, fair to what each has to do.

A body that fills potholes cannot be held beside one that only cuts grass. So each is compared with itself as it would
be if it took, for every category it had, as long as all bodies together take for that category: indirect
standardisation (Breslow & Day, Statistical Methods in Cancer Research II, 1987, ch. 2). The ratio of what it took to
what was to be expected is 1 where it takes as long as others with the same work, 2 where it takes twice as long.

Pure: the seed is an argument, nothing depends on the order of the cases, and each owner draws its own numbers, so that
what another one does changes no interval.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

LEAST = 30
DRAWS = 400


@dataclass(frozen=True, slots=True)
class Case:
    """A matter that was brought to an end: whose, of which category, and the time it took (any unit, ≥ 0)."""

    owner: str
    category: str
    took: float


@dataclass(frozen=True, slots=True)
class Compared:
    """One owner: all its cases `n` with median and 90th percentile; the `comparable` ones are of categories that
    somebody else has, too. `ratio` observed to expected over these, with the bounds in which it lies with 95 %
    (percentile bootstrap over the cases); None where there is nothing to compare with. `enough`: as many comparable
    cases as were asked for at least; with fewer a ratio says little.
    """

    owner: str
    n: int
    median: float
    p90: float
    comparable: int
    observed: float
    expected: float
    ratio: float | None
    low: float | None
    high: float | None
    enough: bool


def compare(cases: Sequence[Case], *, seed: int, least: int = LEAST, draws: int = DRAWS) -> list[Compared]:
    """Every owner of a case, by name. The reference of a category is the mean over all its cases, the owner's own
    among them. ValueError for a time below zero or not finite."""
    if any(not (case.took >= 0 and np.isfinite(case.took)) for case in cases):
        raise ValueError("times are finite and not below zero")
    took: dict[str, list[float]] = defaultdict(list)
    owners: dict[str, set[str]] = defaultdict(set)
    mine: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        took[case.category].append(case.took)
        owners[case.category].add(case.owner)
        mine[case.owner].append(case)
    reference = {category: fmean(sorted(times)) for category, times in took.items()}
    shared = {category for category, known in owners.items() if len(known) > 1}
    return [_one(owner, mine[owner], reference, shared, seed, least, draws) for owner in sorted(mine)]


def _one(
    owner: str, cases: list[Case], reference: dict[str, float], shared: set[str], seed: int, least: int, draws: int
) -> Compared:
    whole = np.array([case.took for case in cases])
    pairs = sorted((case.took, reference[case.category]) for case in cases if case.category in shared)
    observed, expected = sum(took for took, _ in pairs), sum(should for _, should in pairs)
    ratio = low = high = None
    if expected > 0:
        ratio = observed / expected
        low, high = _interval(np.array(pairs), _seed(seed, owner), draws)
    return Compared(
        owner,
        len(cases),
        float(np.median(whole)),
        float(np.quantile(whole, 0.9)),
        len(pairs),
        observed,
        expected,
        ratio,
        low,
        high,
        len(pairs) >= least and ratio is not None,
    )


def _seed(seed: int, owner: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}:{owner}".encode()).digest()[:8], "big")


def _interval(pairs: np.ndarray, seed: int, draws: int) -> tuple[float, float]:
    """The middle 95 % of the ratio over samples of the same size drawn from the pairs with replacement."""
    random = np.random.default_rng(seed)
    size = len(pairs)
    ratios = np.empty(draws)
    at_once = max(1, 1_000_000 // size)
    for begin in range(0, draws, at_once):
        count = min(at_once, draws - begin)
        sums = pairs[random.integers(0, size, (count, size))].sum(axis=1)
        ratios[begin : begin + count] = np.divide(sums[:, 0], sums[:, 1], out=np.ones(count), where=sums[:, 1] > 0)
    low, high = np.quantile(ratios, [0.025, 0.975])
    return float(low), float(high)


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The bounds in which a share lies with 95 % (Wilson 1927). ValueError unless 0 ≤ part ≤ whole and whole > 0."""
    if not 0 <= part <= whole or whole == 0:
        raise ValueError(f"{part} of {whole} is no share")
    z = 1.959963984540054
    share = part / whole
    middle = share + z * z / (2 * whole)
    spread = z * (share * (1 - share) / whole + z * z / (4 * whole * whole)) ** 0.5
    base = 1 + z * z / whole
    return max(0.0, (middle - spread) / base), min(1.0, (middle + spread) / base)


def mix(cases: Sequence[Case]) -> dict[str, Counter[str]]:
    """How many cases of each category every owner has: what makes a plain comparison unfair."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        found[case.owner][case.category] += 1
    return dict(found)
