"""Working days, working hours and legal terms in Korea.

Public holidays come from the `holidays` package (공휴일에 관한 법률, 관공서의 공휴일에 관한 규정: substitute holidays,
temporary holidays and elections included), corrected by two tables: `data/holidays/extra.csv` of the project and
`holidays.csv` in the data folder of an installation. Days are in Asia/Seoul. A temporary holiday that nobody has
decided yet cannot be known: a date far ahead is what today's law says.

Outside `FIRST_YEAR` to `LAST_YEAR` every function raises `OutOfRange` instead of guessing.
"""

from __future__ import annotations

import calendar as gregorian
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

import holidays

from dure.core.clock import SEOUL

FIRST_YEAR = 2006
"""First whole year in which offices are closed on Saturdays (five-day week since 2005-07-01)."""
LAST_YEAR = 2050
"""Last year for which Korean lunar dates are fixed (the Korea Astronomy and Space Science Institute's tables end
here)."""

# 국가공무원 복무규정 제9조: 09:00-18:00, lunch 12:00-13:00.
SHIFTS = ((time(9), time(12)), (time(13), time(18)))
CLOSING = time(18)
HOURS_PER_DAY = 8
_SATURDAY = 5


class OutOfRange(ValueError):
    """The date is outside the years whose holidays are known."""


class BadHolidayTable(ValueError):
    """A row of a holiday table cannot be read; says which file and line."""


@lru_cache(maxsize=LAST_YEAR - FIRST_YEAR + 1)
def _statutory(year: int) -> dict[date, str]:
    return dict(holidays.KR(years=year, language="ko"))


@dataclass(frozen=True)
class WorkCalendar:
    """Which days offices work. `closed` and `opened` (date -> name) correct the statutory holidays; `opened` wins."""

    closed: Mapping[date, str] = field(default_factory=dict)
    opened: Mapping[date, str] = field(default_factory=dict)

    def holiday_name(self, day: date) -> str | None:
        """The public holiday's Korean name, None on other days (also on a Saturday or Sunday that is nothing else)."""
        day = _known(day)
        if day in self.opened:
            return None
        return self.closed.get(day) or _statutory(day.year).get(day)

    def is_working_day(self, day: date) -> bool:
        day = _known(day)
        if day in self.opened:
            return True
        return day.weekday() < _SATURDAY and self.holiday_name(day) is None

    def next_working_day(self, day: date) -> date:
        """`day` itself if it is a working day, else the first one after it."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it, if negative); 0: `day` or the first working day after
        it."""
        if count == 0:
            return self.next_working_day(day)
        step = timedelta(days=1 if count > 0 else -1)
        left = abs(count)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days come after `start` up to and including `end`; negative if `end` is before `start`.

        So for `count` > 0, `working_days_between(day, add_working_days(day, count)) == count`.
        """
        if end < start:
            return -self.working_days_between(end, start)
        _known(start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(self.is_working_day(day) for day in days)

    def _shifts_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = moment.date()
        while True:
            if self.is_working_day(day):
                for opens, closes in SHIFTS:
                    begin = max(moment, datetime.combine(day, opens, SEOUL))
                    end = datetime.combine(day, closes, SEOUL)
                    if begin < end:
                        yield begin, end
            day += timedelta(days=1)

    def add_working_hours(self, start: datetime, hours: float) -> datetime:
        """The moment at which `hours` (>= 0) working hours have passed since `start` (aware). In Asia/Seoul.

        A start outside working hours counts from the next opening; work that ends with a shift ends there, not at the
        next opening. 0 hours: `start`, or the next opening.
        """
        if hours < 0:
            raise ValueError("hours must not be negative")
        left = timedelta(hours=hours)
        for begin, end in self._shifts_from(_seoul(start)):
            if left <= end - begin:
                return begin + left
            left -= end - begin
        raise AssertionError("unreachable: the calendar ends by OutOfRange")

    def working_hours_between(self, start: datetime, end: datetime) -> float:
        """Working hours (to the microsecond) from `start` to `end`; negative if `end` is before `start`."""
        start, end = _seoul(start), _seoul(end)
        if end < start:
            return -self.working_hours_between(end, start)
        _known(end.date())
        total = timedelta()
        for begin, closes in self._shifts_from(start):
            if begin >= end:
                break
            total += min(closes, end) - begin
            if closes >= end:
                break
        return total / timedelta(hours=1)


@dataclass(frozen=True)
class Term:
    """A legal term: exactly one unit and how many (>= 1)."""

    unit: str  # hours | days | weeks | months | years
    count: int

    def __post_init__(self) -> None:
        if self.unit not in {"hours", "days", "weeks", "months", "years"}:
            raise ValueError(f"no such unit: {self.unit}")
        if self.count < 1:
            raise ValueError("a term counts at least 1")


IMMEDIATELY = Term("hours", 3)
"""'즉시': within three working hours (민원 처리에 관한 법률 시행령 제19조)."""

PETITION_TERMS: dict[str, tuple[Term, str]] = {
    "question_law": (Term("days", 14), "민원 처리에 관한 법률 시행령 제14조"),
    "question": (Term("days", 7), "민원 처리에 관한 법률 시행령 제14조"),
    "suggest": (Term("days", 14), "민원 처리에 관한 법률 시행령 제15조"),
    "other": (IMMEDIATELY, "민원 처리에 관한 법률 시행령 제16조, 제19조"),
    "grievance": (Term("days", 7), "민원 처리에 관한 법률 시행령 제17조"),
}
"""Kind of petition -> (term, article). A petition set out by another law (법정민원) has that law's own term."""


@dataclass(frozen=True)
class Deadline:
    """When something is due. `at`: aware, Asia/Seoul. `counted_from`: the first day that counts. `law`: the
    articles."""

    at: datetime
    counted_from: date
    term: Term
    law: str


def deadline(received_at: datetime, kind: str | Term, calendar: WorkCalendar | None = None) -> Deadline:
    """When a petition received at `received_at` (aware) is due.

    `kind` is a key of PETITION_TERMS or a Term of its own. 민원 처리에 관한 법률 제19조:
    - up to five days (제1항): counted in hours of an eight-hour day from the moment of receipt, without Saturdays and
      holidays;
    - six days and more (제2항): counted in days including the first, without Saturdays and holidays;
    - weeks, months, years (제3항): by the calendar including the first day, ending as 민법 제159조-제161조 say.
    A receipt outside working hours counts from the next opening when hours are counted. A term in days ends when the
    office closes (18:00) on its last day, so that what is due is done by people who are there.
    """
    days = calendar or default_calendar()
    received = _seoul(received_at)
    if isinstance(kind, Term):
        term, law = kind, ""
    else:
        term, law = PETITION_TERMS[kind]
    if term.unit == "hours" or (term.unit == "days" and term.count <= 5):
        hours = term.count if term.unit == "hours" else term.count * HOURS_PER_DAY
        at = days.add_working_hours(received, hours)
        first = days.add_working_hours(received, 0).date()
        paragraph = "제1항"
    elif term.unit == "days":
        first = days.next_working_day(received.date())
        at = datetime.combine(days.add_working_days(first, term.count - 1), CLOSING, SEOUL)
        paragraph = "제2항"
    else:
        first = received.date()
        at = datetime.combine(term_end(first, term, first_day_counts=True, calendar=days), CLOSING, SEOUL)
        paragraph = "제3항, 민법 제159조-제161조"
    articles = f"민원 처리에 관한 법률 제19조{paragraph}"
    return Deadline(at, first, term, f"{law}, {articles}" if law else articles)


def term_end(start: date, term: Term, *, first_day_counts: bool = False, calendar: WorkCalendar | None = None) -> date:
    """The last day of a term by 민법: the term runs until the end of that day (제159조).

    The first day does not count (제157조) unless it begins at midnight or a law says so (`first_day_counts`). Weeks,
    months and years go by the calendar (제160조제1항) and end on the day before the matching date (제2항), or on the
    last day of a month that has no such date (제3항). An end on a Saturday or holiday moves to the next day that is
    neither (제161조). Hours are no term of days: ValueError.
    """
    if term.unit == "hours":
        raise ValueError("a term in hours has no last day")
    days = calendar or default_calendar()
    first = start if first_day_counts else start + timedelta(days=1)
    if term.unit == "days":
        last = first + timedelta(days=term.count - 1)
    elif term.unit == "weeks":
        last = first + timedelta(weeks=term.count, days=-1)
    else:
        months = term.count * (12 if term.unit == "years" else 1)
        index = first.year * 12 + first.month - 1 + months
        year, month = divmod(index, 12)
        if year > LAST_YEAR:
            raise OutOfRange(_range_message(year))
        length = gregorian.monthrange(year, month + 1)[1]
        if first.day > length:
            last = date(year, month + 1, length)
        else:
            last = date(year, month + 1, first.day) - timedelta(days=1)
    return days.next_working_day(last)


def load_calendar(*tables: Path) -> WorkCalendar:
    """A calendar from CSV tables with columns date, kind (closed|open), name, source; later tables win. An absent
    file counts as empty. BadHolidayTable names the file and line that cannot be read."""
    closed: dict[date, str] = {}
    opened: dict[date, str] = {}
    for table in tables:
        if not table.exists():
            continue
        with table.open(encoding="utf-8-sig", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines), start=2):
                try:
                    day, kind, name = date.fromisoformat(row["date"].strip()), row["kind"].strip(), row["name"].strip()
                except (KeyError, ValueError, AttributeError) as error:
                    raise BadHolidayTable(f"{table.name}, line {number}: {error}") from error
                if kind not in {"closed", "open"} or not name:
                    raise BadHolidayTable(f"{table.name}, line {number}: kind must be closed or open, and a name given")
                (opened, closed)[kind == "open"].pop(day, None)
                (closed, opened)[kind == "open"][day] = name
    return WorkCalendar(closed, opened)


@lru_cache(maxsize=1)
def default_calendar() -> WorkCalendar:
    """The project's table, then the installation's; read once in a process."""
    from django.conf import settings

    return load_calendar(Path(settings.BASE_DIR) / "data/holidays/extra.csv", Path(settings.DATA_DIR) / "holidays.csv")


def holiday_name(day: date) -> str | None:
    return default_calendar().holiday_name(day)


def is_working_day(day: date) -> bool:
    return default_calendar().is_working_day(day)


def next_working_day(day: date) -> date:
    return default_calendar().next_working_day(day)


def add_working_days(day: date, count: int) -> date:
    return default_calendar().add_working_days(day, count)


def working_days_between(start: date, end: date) -> int:
    return default_calendar().working_days_between(start, end)


def add_working_hours(start: datetime, hours: float) -> datetime:
    return default_calendar().add_working_hours(start, hours)


def working_hours_between(start: datetime, end: datetime) -> float:
    return default_calendar().working_hours_between(start, end)


def _range_message(year: int) -> str:
    return f"{year}: 공휴일을 아는 해는 {FIRST_YEAR}-{LAST_YEAR}년입니다 (holidays are known for these years only)"


def _known(day: date) -> date:
    if isinstance(day, datetime):
        raise TypeError("a date is needed, not a datetime: take it in Asia/Seoul first")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise OutOfRange(_range_message(day.year))
    return day


def _seoul(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return moment.astimezone(SEOUL)
