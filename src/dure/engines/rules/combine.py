"""Outcomes together: which benefits stand in each other's way, what is taken off what, and what it comes to.

Totals are whole won. What is not known is between a lowest and a highest: at the lowest an unknown benefit is not
paid, at the
highest it is paid in full; a further benefit never makes the total smaller, so the truth lies between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from dure.engines.rules.explain import Amount, Outcome

TIMES = {"month": 12, "quarter": 4, "year": 1, "once": 1, "in_kind": 0}
MOST_TRIED = 14
"""So many benefits that stand in each other's way are tried in every way; of more, the largest first."""

Key = tuple[str, int | None]
"""A benefit and the member it is of (None: the household)."""


@dataclass(frozen=True, slots=True)
class Applied:
    """An interaction that bites: `kind` excludes, choose_one, offset or reduces.

    `loser` is not paid because of `winner` (excludes, choose_one), or gets `won` less a year because of it (offset,
    reduces).
    `certain` False: it depends on something unknown. `rule`: what the file says of it, by language.
    """

    kind: str
    winner: Key
    loser: Key
    won: int | None
    certain: bool
    rule: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Interactions:
    """`month` and `year` are (lowest, highest) in won, None as highest where an amount has no known limit.

    `month`: what is paid each month. `year`: twelve months, four quarters and what is paid once or yearly, all at
    most as
    often as the benefit is paid. `told`: other relations between benefits that are, or may be, both received.
    """

    applied: tuple[Applied, ...]
    told: tuple[tuple[str, Key, Key, Mapping[str, str]], ...]
    paid: tuple[Key, ...]
    """Those that are certainly eligible and stand in nobody's shadow, in the order of the outcomes."""
    month: tuple[int, int | None]
    year: tuple[int, int | None]


def combine(outcomes: Iterable[Outcome]) -> Interactions:
    """What outcomes of one household come to together. The order of the outcomes makes no difference to sums.

    Of benefits that exclude each other those are taken that come to most in a year (ties: first by id and member).
    Two of
    which one is a person's and the other the household's meet; two persons' benefits meet where they are the same
    person's.
    """
    all_of = {(one.benefit, one.member): one for one in outcomes}
    sure = [key for key, one in all_of.items() if one.eligible]
    maybe = [key for key, one in all_of.items() if one.eligible is not False]
    low, low_applied = _paid(all_of, sure, highest=False)
    high, high_applied = _paid(all_of, maybe, highest=True)
    certain = {(one.kind, one.winner, one.loser) for one in low_applied}
    applied = [*low_applied]
    for one in high_applied:
        if (one.kind, one.winner, one.loser) not in certain:
            applied.append(Applied(one.kind, one.winner, one.loser, one.won, False, one.rule))
    told = tuple(
        (relation.kind, key, other, relation.rule)
        for key in maybe
        for relation in all_of[key].plan.benefit.interactions
        if relation.kind not in {"excludes", "choose_one", "offset", "reduces"}
        for other in maybe
        if other[0] in relation.with_ and _meet(key, other)
    )
    order = [key for key in all_of if key in low]
    return Interactions(tuple(applied), told, tuple(order), *_totals(low, high))


def _totals(
    low: Mapping[Key, tuple[int, int]], high: Mapping[Key, tuple[int | None, int | None]]
) -> tuple[tuple[int, int | None], tuple[int, int | None]]:
    found: list[tuple[int, int | None]] = []
    for place in (0, 1):
        lowest = sum(one[place] for one in low.values())
        tops = [one[place] for one in high.values()]
        highest = None if None in tops else sum(top for top in tops if top is not None)
        found.append((lowest, None if highest is None else max(lowest, highest)))
    return found[0], found[1]


def _meet(one: Key, two: Key) -> bool:
    return one != two and (one[1] is None or two[1] is None or one[1] == two[1])


def often(outcome: Outcome, amount: Amount) -> int:
    """How often an amount is paid in a year: as often as `per` says, and at most its `times` where these are known."""
    times = outcome.outputs.get(f"{amount.id}_times")
    most = TIMES[amount.per]
    return min(most, times) if isinstance(times, int) and times >= 0 else most


def worth(outcome: Outcome, *, highest: bool) -> tuple[int | None, int | None]:
    """What a benefit comes to in a month and in a year (won); None where there is no telling."""
    month: int | None = 0
    year: int | None = 0
    for amount in outcome.amounts:
        if amount.per == "in_kind":
            continue
        won = amount.won if outcome.eligible else None
        if won is None:
            ends = amount.range
            won = (None if highest else 0) if ends is None else ends[1] if highest else ends[0]
            won = None if won is None else max(0, won)
        if won is None:
            month, year = (None if amount.per == "month" else month), None
            continue
        if amount.per == "month" and month is not None:
            month += won
        year = None if year is None else year + won * often(outcome, amount)
    return month, year


def _paid(
    all_of: Mapping[Key, Outcome], keys: list[Key], *, highest: bool
) -> tuple[dict[Key, tuple[int, int]], list[Applied]]:
    """What each of these is paid a month and a year once exclusions and offsets are applied."""
    worths = {key: worth(all_of[key], highest=highest) for key in keys}
    against: dict[Key, dict[Key, tuple[str, Mapping[str, str]]]] = {key: {} for key in keys}
    for key in keys:
        for relation in all_of[key].plan.benefit.interactions:
            if relation.kind in {"excludes", "choose_one"}:
                for other in keys:
                    if other[0] in relation.with_ and _meet(key, other):
                        against[key].setdefault(other, (relation.kind, relation.rule))
                        against[other].setdefault(key, (relation.kind, relation.rule))
    kept = _best(keys, against, worths)
    applied: list[Applied] = []
    for key in keys:
        if key not in kept:
            winner = next(other for other in sorted(against[key], key=_order) if other in kept)
            kind, rule = against[key][winner]
            applied.append(Applied(kind, winner, key, worths[key][1], True, rule))
    left = {key: list(worths[key]) for key in keys if key in kept}
    done: set[tuple[Key, Key]] = set()
    for key in sorted(left, key=_order):
        for relation in all_of[key].plan.benefit.interactions:
            if relation.kind not in {"offset", "reduces"}:
                continue
            for other in sorted(left, key=_order):
                if other[0] not in relation.with_ or not _meet(key, other):
                    continue
                less, by = (key, other) if relation.kind == "offset" else (other, key)
                if (less, by) in done or (by, less) in done:
                    continue
                done.add((less, by))
                off = [
                    None if have is None or cut is None else min(have, cut)
                    for have, cut in zip(left[less], worths[by], strict=True)
                ]
                left[less] = [
                    have if cut is None or have is None else have - cut
                    for have, cut in zip(left[less], off, strict=True)
                ]
                applied.append(Applied(relation.kind, by, less, off[1], True, relation.rule))
    return {key: (one[0], one[1]) for key, one in left.items()}, applied  # type: ignore[misc]


def _order(key: Key) -> tuple[str, int]:
    return key[0], -1 if key[1] is None else key[1]


def _best(
    keys: list[Key],
    against: Mapping[Key, Mapping[Key, object]],
    worths: Mapping[Key, tuple[int | None, int | None]],
) -> set[Key]:
    """The benefits to take: of each knot of exclusions, those that come to most in a year."""
    kept: set[Key] = set()
    seen: set[Key] = set()

    def most(key: Key) -> int:
        year = worths[key][1]
        return 10**18 if year is None else year

    for start in sorted(keys, key=_order):
        if start in seen:
            continue
        knot: list[Key] = []
        todo = [start]
        seen.add(start)
        while todo:
            one = todo.pop()
            knot.append(one)
            for other in against[one]:
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        knot.sort(key=lambda key: (-most(key), _order(key)))
        if len(knot) > MOST_TRIED:
            for one in knot:
                if not any(other in kept for other in against[one]):
                    kept.add(one)
            continue
        kept |= _tried(knot, against, most)
    return kept


def _tried(knot: list[Key], against: Mapping[Key, Mapping[Key, object]], most: Callable[[Key], int]) -> set[Key]:
    """Every choice of a knot in which nobody stands in another's way, the one worth most; ties: more, then the
    first.
    """
    best = (-1, -1)
    found: set[Key] = set()
    hinders = [sum(1 << place for place, other in enumerate(knot) if other in against[one]) for one in knot]
    weights = [most(one) for one in knot]
    for chosen in range(1 << len(knot)):
        places = [place for place in range(len(knot)) if chosen >> place & 1]
        if any(hinders[place] & chosen for place in places):
            continue
        rank = (sum(weights[place] for place in places), len(places))
        if rank > best:
            best, found = rank, {knot[place] for place in places}
    return found


__all__ = ["Applied", "Interactions", "combine", "often", "worth"]
