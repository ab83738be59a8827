"""Free capacity over time: one sweep over the starts and ends of what is taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """So many units are away from `start` until `end` (half-open)."""

    start: datetime
    end: datetime
    quantity: int


@dataclass(frozen=True, slots=True)
class Piece:
    """From `start` until `end` (half-open) exactly `free` units are free; never below 0."""

    start: datetime
    end: datetime
    free: int


def free_pieces(capacity: int, taken: Iterable[Taken], start: datetime, end: datetime) -> list[Piece]:
    """The time from `start` until `end` cut where the free capacity changes; neighbours differ. Empty when
    `end` <= `start`. Where more is taken than there is (the capacity was lowered), 0 is free."""
    if end <= start:
        return []
    change: dict[datetime, int] = {}
    for one in taken:
        first, last = max(one.start, start), min(one.end, end)
        if first < last:
            change[first] = change.get(first, 0) + one.quantity
            change[last] = change.get(last, 0) - one.quantity
    pieces: list[Piece] = []
    away, since = 0, start
    for moment in [*sorted(change), end]:
        if since < moment:
            free = max(capacity - away, 0)
            if pieces and pieces[-1].free == free:
                pieces[-1] = Piece(pieces[-1].start, moment, free)
            else:
                pieces.append(Piece(since, moment, free))
            since = moment
        away += change.get(moment, 0)
    return pieces


def least_free(capacity: int, taken: Iterable[Taken], start: datetime, end: datetime) -> int:
    """How many units are free at every instant from `start` until `end`; `capacity` for an empty interval."""
    return min((piece.free for piece in free_pieces(capacity, taken, start, end)), default=capacity)


def most_taken(taken: Iterable[Taken]) -> int:
    """The most units that are away at one instant."""
    change: dict[datetime, int] = {}
    for one in taken:
        if one.start < one.end:
            change[one.start] = change.get(one.start, 0) + one.quantity
            change[one.end] = change.get(one.end, 0) - one.quantity
    away = most = 0
    for moment in sorted(change):
        away += change[moment]
        most = max(most, away)
    return most
