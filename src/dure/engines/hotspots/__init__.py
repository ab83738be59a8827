"""Where the same happens again and again, and whether that is more than chance.

**Spots.** The place with the most cases within `radius` becomes a spot and takes them; then the place with the most of
what is left, until fewer than `least` lie together. So a spot is never wider than twice the radius, a road does not
chain into one long cluster, and the result does not depend on the order of the points.

**Chance.** More reports come from where more people pass. So the question is not whether many cases lie together, but
whether more do than the reports of *all* kinds there let expect: the spatial scan statistic (Kulldorff 1997,
Communications in Statistics 26:1481–1496) with circles of the radius round every place, the Bernoulli likelihood
ratio, and Monte Carlo over `rounds` random choices of which reports are the cases. Because each round keeps its
largest ratio anywhere, p needs no correction for looking at many places: p ≤ 0.05 means that in at most 5 of 100
random worlds the strongest spot anywhere is as strong as this one.

Pure: metres in, metres out; the seed is an argument.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

ROUNDS = 199
MOST_PAIRS = 3_000_000
"""Above this many neighbours a test would take too long: spots are found, but p is None."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Cases that lie together: their positions in the list given, the middle in metres, the farthest of them from it,
    how many reports of all kinds lie within the radius of the centre, how many cases these let expect, and p."""

    members: tuple[int, ...]
    x: float
    y: float
    extent: float
    around: int
    expected: float
    p: float | None


def neighbours(points: np.ndarray, centres: np.ndarray, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (centre, point) not farther apart than `radius`, sorted; arrays of positions."""
    tree = shapely.STRtree(shapely.points(points))
    pairs = tree.query(shapely.points(centres), predicate="dwithin", distance=radius)
    order = np.lexsort((pairs[1], pairs[0]))
    return pairs[0][order], pairs[1][order]


def spots(
    points: Sequence[tuple[float, float]],
    cases: Sequence[bool],
    *,
    radius: float,
    least: int = 3,
    seed: int = 0,
    rounds: int = ROUNDS,
) -> list[Spot]:
    """Spots among the points (metres) that are cases, the largest first. All points are the ground they are held
    against. ValueError for lists of unequal length, a radius that is not positive, or `least` below 2."""
    if len(points) != len(cases):
        raise ValueError("one mark for each point")
    if radius <= 0 or least < 2:
        raise ValueError("a radius above zero and at least two cases")
    xy = np.asarray(points, dtype=float).reshape(-1, 2)
    marked = np.asarray(cases, dtype=bool)
    # In the order of the places, so that nothing depends on the order of the list.
    order = np.lexsort((~marked, xy[:, 1], xy[:, 0]))
    xy, marked = xy[order], marked[order]
    own = np.flatnonzero(marked)
    if len(own) < least:
        return []
    groups = _groups(xy[own], radius, least)
    if not groups:
        return []
    centre, near = neighbours(xy, xy, radius)
    tested = len(centre) <= MOST_PAIRS and len(own) < len(xy)
    starts = np.flatnonzero(np.diff(centre, prepend=-1))
    around = np.bincount(centre, minlength=len(xy))
    largest = _largest(near, starts, around, len(own), len(xy), seed, rounds) if tested else None
    found = []
    for middle, members in groups:
        at = own[middle]
        inside = int(marked[near[centre == at]].sum()) if not tested else int(marked[_near_of(near, starts, at)].sum())
        expected = len(own) * around[at] / len(xy)
        p = None
        if largest is not None:
            ratio = _ratio(np.array([inside]), np.array([around[at]]), len(own), len(xy))[0]
            p = (1 + int((largest >= ratio - 1e-9).sum())) / (rounds + 1)
        places = xy[own[members]]
        mean = places.mean(axis=0)
        extent = float(np.hypot(*(places - mean).T).max())
        back = tuple(sorted(int(order[own[member]]) for member in members))
        found.append(Spot(back, float(mean[0]), float(mean[1]), extent, int(around[at]), float(expected), p))
    return found


def _groups(xy: np.ndarray, radius: float, least: int) -> list[tuple[int, np.ndarray]]:
    """(position of the centre, positions of the members), the largest first."""
    centre, near = neighbours(xy, xy, radius)
    starts = np.flatnonzero(np.diff(centre, prepend=-1))
    lists = np.split(near, starts[1:])
    free = np.ones(len(xy), dtype=bool)
    counts = np.array([len(one) for one in lists])
    found: list[tuple[int, np.ndarray]] = []
    while True:
        best = int(counts.argmax())
        if counts[best] < least:
            return found
        members = lists[best][free[lists[best]]]
        found.append((best, members))
        free[members] = False
        for member in members:
            counts[lists[member]] -= 1
        counts[members] = 0


def _near_of(near: np.ndarray, starts: np.ndarray, at: int) -> np.ndarray:
    """The neighbours of one point; every point is its own neighbour, so each has a beginning."""
    end = starts[at + 1] if at + 1 < len(starts) else len(near)
    return near[starts[at] : end]


def _largest(
    near: np.ndarray, starts: np.ndarray, around: np.ndarray, cases: int, whole: int, seed: int, rounds: int
) -> np.ndarray:
    """The largest ratio anywhere, in each of the random worlds."""
    random = np.random.default_rng(seed)
    best = np.empty(rounds)
    for turn in range(rounds):
        world = np.zeros(whole, dtype=np.int32)
        world[random.choice(whole, cases, replace=False)] = 1
        inside = np.add.reduceat(world[near], starts)
        best[turn] = _ratio(inside, around, cases, whole).max()
    return best


def _ratio(inside: np.ndarray, around: np.ndarray, cases: int, whole: int) -> np.ndarray:
    """Logarithm of Kulldorff's Bernoulli likelihood ratio of a circle with `inside` of `around` reports being cases;
    zero where there are no more cases than to be expected."""
    out_cases, out_all = cases - inside, whole - around
    with np.errstate(divide="ignore", invalid="ignore"):
        found = _entropy(inside, around) + _entropy(out_cases, out_all) - _entropy(np.array([cases]), np.array([whole]))
    return np.where(inside * whole > cases * around, found, 0.0)


def _entropy(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part·ln(part/whole) + rest·ln(rest/whole), with 0·ln 0 = 0."""
    rest = whole - part
    safe = np.where(whole > 0, whole, 1)
    first = np.where(part > 0, part * np.log(np.where(part > 0, part, 1) / safe), 0.0)
    return first + np.where(rest > 0, rest * np.log(np.where(rest > 0, rest, 1) / safe), 0.0)
