"""Between the rows of this room and the availability engine: rules, what is taken, wall-clock time in Seoul."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import get_language

from dure.core import clock, workdays
from dure.engines import availability
from dure.engines.availability import DAY, Rules, Slot, Taken
from dure.resources.models import HOLDING, Booking, Resource

FARTHEST = timedelta(days=5 * 366)
"""How far ahead anything can be booked, and how long at most."""


def wall(at: datetime) -> datetime:
    """The naive wall-clock time in Seoul of an aware moment."""
    return clock.local(at).replace(tzinfo=None)


def moment(at: datetime) -> datetime:
    """The aware moment (UTC) of a naive wall-clock time in Seoul."""
    return at.replace(tzinfo=clock.SEOUL).astimezone(UTC)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def rules_of(resource: Resource, first: date, last: date) -> Rules:
    """The resource's rules as they hold from `first` to `last`: its own closed days and, where it keeps them, the
    public holidays. Days whose holidays nobody knows yet (beyond 2050) count as none."""
    closed = set(resource.closed_dates)
    if resource.closed_on_holidays:
        for number in range(min((last - first).days, FARTHEST.days) + 1):
            day = first + timedelta(days=number)
            if workdays.FIRST_YEAR <= day.year <= workdays.LAST_YEAR and workdays.holiday_name(day):
                closed.add(day)
    weekly = tuple(tuple((int(a), int(b)) for a, b in spans) for spans in resource.hours)
    longest = resource.longest * DAY if resource.by_day else resource.longest
    return Rules(weekly, step=resource.step, longest=longest, closed=frozenset(closed))


def taken_by(bookings: Iterable[Booking]) -> list[Taken]:
    """What these bookings take away. What should be back and is not counts as away until the end of today."""
    tonight = midnight(clock.today()) + timedelta(days=1)
    found = []
    for row in bookings:
        end = wall(row.ends_at)
        if row.state == Booking.State.LENT and row.ends_at <= clock.now():
            end = max(end, tonight)
        found.append(Taken(wall(row.starts_at), end, row.quantity))
    return found


def bookings_between(
    resource_ids: Sequence[UUID], start: datetime, end: datetime, *, leave_out: UUID | None = None
) -> list[Booking]:
    """The bookings that take something away between two moments, overdue ones included, oldest start first."""
    overdue = Q(state=Booking.State.LENT, ends_at__lte=clock.now())
    rows = Booking.objects.filter(resource__in=resource_ids, state__in=HOLDING, starts_at__lt=end)
    rows = rows.filter(Q(ends_at__gt=start) | overdue).exclude(pk=leave_out)
    return list(rows.order_by("starts_at", "pk"))


def free_for(resource: Resource, start: datetime, end: datetime, *, leave_out: UUID | None = None) -> int:
    """How many units are free at every instant between two aware moments, whatever the opening hours."""
    taken = taken_by(bookings_between([resource.pk], start, end, leave_out=leave_out))
    return availability.least_free(resource.quantity, taken, wall(start), wall(end))


def next_free(resource: Resource, *, after: datetime, length: timedelta, quantity: int) -> Slot | None:
    """The next time it can be had for so long, in wall-clock time, within three months; never before it can be booked
    at all."""
    if resource.by_day:
        after = moment(midnight(clock.local(after).date()))
    after = max(after, earliest(resource))
    first = clock.local(after).date()
    last = first + timedelta(days=90) + length
    rules = rules_of(resource, first, last + timedelta(days=2))
    taken = taken_by(bookings_between([resource.pk], after - timedelta(days=1), moment(midnight(last)) + length))
    minutes = int(length / timedelta(minutes=1))
    return availability.next_free(rules, resource.quantity, taken, after=wall(after), length=minutes, quantity=quantity)


def earliest(resource: Resource) -> datetime:
    """The earliest start that others can still book; by whole days the beginning of that day."""
    soonest = clock.now() + timedelta(hours=resource.lead_hours)
    return moment(midnight(clock.local(soonest).date())) if resource.by_day else soonest


def say_span(start: datetime, end: datetime, *, by_day: bool) -> str:
    """A stay in wall-clock time as people say it: `2026. 12. 1.~12. 3.` or `2026. 12. 1. 09:00~12:00`."""
    if by_day:
        last = (end - timedelta(minutes=1)).date()
        return _day(start.date()) if last == start.date() else f"{_day(start.date())} ~ {_day(last)}"
    if start.date() == end.date() or end == midnight(start.date()) + timedelta(days=1):
        until = "24:00" if end.date() != start.date() else f"{end:%H:%M}"
        return f"{_day(start.date())} {start:%H:%M}~{until}"
    return f"{_day(start.date())} {start:%H:%M} ~ {_day(end.date())} {end:%H:%M}"


def say_month(day: date) -> str:
    return date_format(day, "F Y" if get_language() == "en" else "Y. n.")


def say_booking(row: Booking) -> str:
    start, end = wall(row.starts_at), wall(row.ends_at)
    whole = start.time() == end.time() == time()
    return say_span(start, end, by_day=whole)


def _day(day: date) -> str:
    return date_format(day, "j M Y" if get_language() == "en" else "Y. n. j.")
