"""Opening hours by weekday with breaks, closed days, and whether an interval keeps to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

DAY = 24 * 60
"""Minutes of a day."""
_SPAN = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*[-~–—∼〜]\s*(\d{1,2})(?::(\d{2}))?")

Minutes = tuple[int, int]
"""From minute to minute of a day, half-open: (540, 720) is 09:00–12:00; (0, 1440) the whole day."""


class Fault(StrEnum):
    """Why an interval cannot be had, whatever is booked."""

    ORDER = "order"
    GRID = "grid"
    CLOSED = "closed"
    LONG = "long"


@dataclass(frozen=True)
class Rules:
    """When a thing can be had. `weekly` holds seven days from Monday, each with spans in order; `closed` whole days.

    `step` is the grid in minutes within a day; 0 means whole days: then a stay begins and ends at midnight, its first
    and last day must be open, and closed days between are part of it (who takes a bus on Friday may keep it over the
    weekend). `longest` is in minutes, 0 for no bound.
    """

    weekly: tuple[tuple[Minutes, ...], ...]
    step: int = 0
    longest: int = 0
    closed: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise ValueError("a week has seven days")
        for day in self.weekly:
            ends = 0
            for start, end in day:
                if not ends <= start < end <= DAY:
                    raise ValueError(f"spans of a day must be in order and apart: {day}")
                ends = end
        if self.step < 0 or (self.step and DAY % self.step):
            raise ValueError(f"a step of {self.step} minutes does not divide a day")

    @property
    def by_day(self) -> bool:
        return self.step == 0


def parse_hours(text: str) -> tuple[Minutes, ...]:
    """`09:00-12:00, 13:00~18:00` as spans; '' is closed; '00:00-24:00' the whole day. ValueError for anything else,
    for spans out of order and for spans that overlap. Spans that touch are joined."""
    spans: list[Minutes] = []
    for part in re.split(r"[,/·;]|\s{2,}", text.strip()):
        if not part.strip():
            continue
        found = _SPAN.fullmatch(part.strip())
        if not found:
            raise ValueError(part.strip())
        first, second, third, fourth = (int(group or 0) for group in found.groups())
        start, end = first * 60 + second, third * 60 + fourth
        if second > 59 or fourth > 59 or not 0 <= start < end <= DAY or (spans and start < spans[-1][1]):
            raise ValueError(part.strip())
        if spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)


def say_hours(spans: Sequence[Sequence[int]]) -> str:
    """Spans as people write them; `parse_hours` reads them again."""
    return ", ".join(f"{a // 60:02d}:{a % 60:02d}-{b // 60:02d}:{b % 60:02d}" for a, b in spans)


def closed_on(rules: Rules, day: date) -> bool:
    return day in rules.closed or not rules.weekly[day.weekday()]


def open_pieces(rules: Rules, first: date, last: date) -> list[tuple[datetime, datetime]]:
    """The open time of the days from `first` to `last`, both included; what touches at midnight is one piece.

    By day, an open day is open from midnight to midnight.
    """
    pieces: list[tuple[datetime, datetime]] = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if closed_on(rules, day):
            continue
        midnight = datetime.combine(day, time())
        for start, end in ((0, DAY),) if rules.by_day else rules.weekly[day.weekday()]:
            opens, shuts = midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)
            if pieces and pieces[-1][1] == opens:
                pieces[-1] = (pieces[-1][0], shuts)
            else:
                pieces.append((opens, shuts))
    return pieces


def fault(rules: Rules, start: datetime, end: datetime) -> Fault | None:
    """What is wrong with having the thing from `start` until `end`; None when the rules allow it."""
    if end <= start:
        return Fault.ORDER
    if not (_on_grid(rules, start) and _on_grid(rules, end)):
        return Fault.GRID
    if rules.longest and end - start > timedelta(minutes=rules.longest):
        return Fault.LONG
    last = (end - timedelta(microseconds=1)).date()
    if rules.by_day:
        return Fault.CLOSED if closed_on(rules, start.date()) or closed_on(rules, last) else None
    inside = any(opens <= start and end <= shuts for opens, shuts in open_pieces(rules, start.date(), last))
    return None if inside else Fault.CLOSED


def _on_grid(rules: Rules, moment: datetime) -> bool:
    if moment.second or moment.microsecond:
        return False
    minute = moment.hour * 60 + moment.minute
    return minute == 0 if rules.by_day else minute % rules.step == 0
