"""From the points or ranks of many bodies to one order.

Each body's say on a need becomes a score from 0 (least) to 1 (most): points 1 to 5 by `from_points`, ranks by
`from_ranks` after Borda (J.-C. de Borda, 1781; ties share the mean, as in Emerson, The original Borda count and partial
voting, 2013). A need's index, 0 to 100, is then

    50 × mean score over the bodies that said something about it
  + 30 × bodies that need it ÷ bodies that answered
  + 20 × regions of those bodies ÷ regions of the bodies that answered

where a body needs what it scores at least `NEEDED`. What a body did not speak of is unknown and not zero: it never
enters the mean. The other two say how widely a need was named, so a need that one body wrote does not outrank one that
all share merely because nobody else was asked. Everything is exact: equal is equal, and equal needs share a place.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

WEIGHTS = (50, 30, 20)
"""Of the mean, of the bodies, of the regions; they add up to 100."""
NEEDED = Fraction(1, 2)


class PriorityError(ValueError):
    """Points, ranks or scores outside of what they can be, or two votes of one body on one need."""


@dataclass(frozen=True, slots=True)
class Vote:
    """What one body says of one need: a score from 0 to 1. `region` is the body's province, '' where it has none."""

    body: Hashable
    region: Hashable
    need: Hashable
    score: Fraction


@dataclass(frozen=True, slots=True)
class Placed:
    """A need in the order. `place` counts from 1 and is shared by equals; `said` of `answered` bodies spoke of it."""

    need: Hashable
    place: int
    index: Fraction
    mean: Fraction
    said: int
    needed: int
    answered: int
    regions: int
    regions_answered: int


def from_points(points: int) -> Fraction:
    """1 to 5 points as a score; PriorityError for anything else."""
    if isinstance(points, bool) or not isinstance(points, int) or not 1 <= points <= 5:
        raise PriorityError(f"points are 1 to 5, not {points!r}")
    return Fraction(points - 1, 4)


def from_ranks(ranks: Mapping[Hashable, int], among: int) -> dict[Hashable, Fraction]:
    """Scores of the needs that one body ranked (1 is first), out of `among` that it could rank.

    Those not ranked are unknown and absent. Needs on one rank share the mean of the places they take up. The first of
    many scores 1, the last possible 0; a single need that can be ranked scores 1.
    """
    if among < len(ranks):
        raise PriorityError(f"{len(ranks)} ranks among {among} needs")
    if any(isinstance(value, bool) or not isinstance(value, int) or value < 1 for value in ranks.values()):
        raise PriorityError("ranks are whole numbers from 1")
    scores: dict[Hashable, Fraction] = {}
    taken = 0
    for value in sorted(set(ranks.values())):
        tied = [need for need, given in ranks.items() if given == value]
        place = Fraction(2 * taken + len(tied) + 1, 2)
        taken += len(tied)
        for need in tied:
            scores[need] = Fraction(1) if among == 1 else (among - place) / (among - 1)
    return scores


def rank(votes: Iterable[Vote], *, bodies: Mapping[Hashable, Hashable] | None = None) -> list[Placed]:
    """The needs in their order, best first; equals in the order of their names.

    `bodies` are those that answered, with their regions; without it those that voted.
    """
    listed = list(votes)
    regions: dict[Hashable, Hashable] = dict(bodies or {})
    by_need: dict[Hashable, list[Vote]] = {}
    seen: set[tuple[Hashable, Hashable]] = set()
    for vote in listed:
        if not 0 <= vote.score <= 1:
            raise PriorityError(f"a score is 0 to 1, not {vote.score}")
        if (vote.body, vote.need) in seen:
            raise PriorityError(f"{vote.body!r} spoke twice of {vote.need!r}")
        seen.add((vote.body, vote.need))
        regions.setdefault(vote.body, vote.region)
        by_need.setdefault(vote.need, []).append(vote)
    answered, places = len(regions), len(set(regions.values()))
    counted = [_count(need, said, answered, places) for need, said in by_need.items()]
    counted.sort(key=lambda one: (-one.index, str(one.need)))
    placed: list[Placed] = []
    for number, one in enumerate(counted, start=1):
        same = bool(placed) and placed[-1].index == one.index
        placed.append(
            Placed(
                one.need,
                placed[-1].place if same else number,
                one.index,
                one.mean,
                one.said,
                one.needed,
                one.answered,
                one.regions,
                one.regions_answered,
            )
        )
    return placed


def _count(need: Hashable, said: list[Vote], answered: int, places: int) -> Placed:
    mean = sum((vote.score for vote in said), Fraction(0)) / len(said)
    needing = [vote for vote in said if vote.score >= NEEDED]
    regions = len({vote.region for vote in needing})
    index = WEIGHTS[0] * mean + WEIGHTS[1] * Fraction(len(needing), answered) + WEIGHTS[2] * Fraction(regions, places)
    return Placed(need, 0, index, mean, len(said), len(needing), answered, regions, places)
