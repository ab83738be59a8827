"""The next time at which so much of a thing can be had for so long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dure.engines.availability.capacity import Taken, free_pieces
from dure.engines.availability.hours import DAY, Rules, fault, open_pieces


@dataclass(frozen=True, slots=True)
class Slot:
    start: datetime
    end: datetime


def next_free(
    rules: Rules,
    capacity: int,
    taken: Sequence[Taken],
    *,
    after: datetime,
    length: int,
    quantity: int = 1,
    days: int = 90,
) -> Slot | None:
    """The earliest slot of `length` minutes from `after` on that the rules allow and in which `quantity` units are
    free throughout; None when there is none that begins within `days` days, or the length fits no grid.

    By day, `length` must be whole days.
    """
    step = rules.step or DAY
    if length <= 0 or length % step or quantity > capacity or (rules.longest and length > rules.longest):
        return None
    lasts = timedelta(minutes=length)
    horizon = after.date() + timedelta(days=days)
    last = horizon + timedelta(days=length // DAY + 1)
    whole = [(_midnight(after.date()), _midnight(last) + timedelta(days=1))]
    stretches = whole if rules.by_day else open_pieces(rules, after.date(), last)
    for opens, shuts in stretches:
        since: datetime | None = None
        for piece in [*free_pieces(capacity, taken, opens, shuts), None]:
            if piece is not None and piece.free >= quantity:
                since = piece.start if since is None else since
                until = piece.end
                continue
            if since is not None:
                found = _first(rules, max(since, after), until, lasts, step)
                if found is not None:
                    return Slot(found, found + lasts) if found.date() <= horizon else None
            since = None
    return None


def _first(rules: Rules, start: datetime, until: datetime, lasts: timedelta, step: int) -> datetime | None:
    """The first moment on the grid from `start` on from which `lasts` ends by `until` and keeps the rules."""
    midnight = _midnight(start.date())
    minutes = -(-(start - midnight) // timedelta(minutes=1))
    start = midnight + timedelta(minutes=-(-minutes // step) * step)
    while start + lasts <= until:
        if fault(rules, start, start + lasts) is None:
            return start
        start += timedelta(minutes=step)
    return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
