"""When a resource is free: months, weeks, and any stretch of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dure.core import clock
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld
from dure.engines.availability import DAY, Piece, free_pieces, least_free, open_pieces, say_hours
from dure.resources.models import PERSISTING, Booking, Resource
from dure.resources.when import bookings_between, midnight, moment, rules_of, say_month, taken_by, wall


@dataclass(frozen=True)
class Day:
    """One day. `state` is closed, free, part or full; `least` and `most` units are free at its open times."""

    day: date
    state: str
    least: int
    most: int
    past: bool = False
    inside: bool = True


@dataclass(frozen=True)
class Month:
    first: date
    weeks: tuple[tuple[Day, ...], ...]
    before: date
    after: date

    @property
    def name(self) -> str:
        return say_month(self.first)


@dataclass(frozen=True)
class Shown:
    """A booking as this viewer may read it: `booking` is None where it is withheld."""

    start: datetime
    end: datetime
    quantity: int
    booking: Booking | None
    withheld: Withheld | None


@dataclass(frozen=True)
class WeekDay:
    day: Day
    hours: str
    pieces: tuple[Piece, ...]
    shown: tuple[Shown, ...]


@dataclass(frozen=True)
class Week:
    first: date
    days: tuple[WeekDay, ...]
    before: date
    after: date


def free_in(resource: Resource, first: date, last: date) -> list[Piece]:
    """The open time of the days, both included, with what is free of it: wall-clock pieces. By whole days, the pieces
    are open days from midnight to midnight."""
    taken = taken_by(
        bookings_between([resource.pk], moment(midnight(first)), moment(midnight(last) + timedelta(days=1)))
    )
    pieces: list[Piece] = []
    for opens, shuts in open_pieces(rules_of(resource, first, last), first, last):
        pieces += free_pieces(resource.quantity, taken, opens, shuts)
    return pieces


def _days(resource: Resource, first: date, last: date) -> dict[date, tuple[Day, tuple[Piece, ...]]]:
    taken = taken_by(
        bookings_between([resource.pk], moment(midnight(first)), moment(midnight(last) + timedelta(days=1)))
    )
    rules = rules_of(resource, first, last)
    today = clock.today()
    found = {}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        pieces: list[Piece] = []
        for opens, shuts in open_pieces(rules, day, day):
            pieces += free_pieces(resource.quantity, taken, opens, shuts)
        least = min((piece.free for piece in pieces), default=0)
        most = max((piece.free for piece in pieces), default=0)
        state = "closed" if not pieces else "free" if least == resource.quantity else "part" if most else "full"
        if resource.by_day and pieces:
            most = least
            state = "full" if not least else state
        found[day] = (Day(day, state, least, most, day < today), tuple(pieces))
    return found


def month_of(resource: Resource, first: date) -> Month:
    """The month of that day as weeks from Monday, with the days of the neighbours that fill them up."""
    first = first.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    start = first - timedelta(days=first.weekday())
    end = after - timedelta(days=1)
    end += timedelta(days=6 - end.weekday())
    days = _days(resource, start, end)
    line = [Day(d.day, d.state, d.least, d.most, d.past, d.day.month == first.month) for d, _pieces in days.values()]
    weeks = tuple(tuple(line[n : n + 7]) for n in range(0, len(line), 7))
    return Month(first, weeks, (first - timedelta(days=1)).replace(day=1), after)


def week_of(viewer: Viewer, resource: Resource, day: date) -> Week:
    """The week of that day from Monday: what is open, what is free, and who has the rest, as this viewer may see."""
    first = day - timedelta(days=day.weekday())
    last = first + timedelta(days=6)
    days = _days(resource, first, last)
    shown = _shown(viewer, resource, first, last)
    made = []
    for one, pieces in days.values():
        start, end = midnight(one.day), midnight(one.day) + timedelta(minutes=DAY)
        spans = [] if one.state == "closed" else resource.hours[one.day.weekday()]
        hours = "" if resource.by_day else say_hours(spans)
        here = tuple(booking for booking in shown if booking.start < end and booking.end > start)
        made.append(WeekDay(one, hours, pieces, here))
    return Week(first, tuple(made), first - timedelta(days=7), first + timedelta(days=7))


def _shown(viewer: Viewer, resource: Resource, first: date, last: date) -> list[Shown]:
    start, end = moment(midnight(first)), moment(midnight(last) + timedelta(days=1))
    rows = Booking.objects.filter(resource=resource, state__in=PERSISTING, starts_at__lt=end, ends_at__gt=start)
    seen = {row.pk: row for row in rows.visible_to(viewer).select_related("body")}
    found = []
    for row in rows.order_by("starts_at", "pk"):
        mine = seen.get(row.pk)
        withheld = None if mine else row.withheld
        found.append(Shown(wall(row.starts_at), wall(row.ends_at), row.quantity, mine, withheld))
    return found


def least_in(resource: Resource, start: datetime, end: datetime) -> int:
    """How many units are free throughout between two aware moments."""
    taken = taken_by(bookings_between([resource.pk], start, end))
    return least_free(resource.quantity, taken, wall(start), wall(end))
