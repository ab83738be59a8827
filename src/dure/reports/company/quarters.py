"""Quarters of a year, as companies' difficulties are looked back upon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dure.core import clock


@dataclass(frozen=True, order=True)
class Quarter:
    """`number` is 1 to 4; January to March is the first."""

    year: int
    number: int

    @staticmethod
    def of(day: date) -> Quarter:
        return Quarter(day.year, (day.month - 1) // 3 + 1)

    @property
    def valid(self) -> bool:
        return 2000 <= self.year <= 2200 and 1 <= self.number <= 4

    def after(self, count: int) -> Quarter:
        index = self.year * 4 + self.number - 1 + count
        return Quarter(index // 4, index % 4 + 1)

    def before(self, count: int) -> Quarter:
        return self.after(-count)

    @property
    def first(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last(self) -> date:
        return self.after(1).first - timedelta(days=1)

    @property
    def begins(self) -> datetime:
        """The first moment, in Seoul."""
        return datetime.combine(self.first, time(), clock.SEOUL)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return self.after(1).begins

    @property
    def key(self) -> str:
        return f"{self.year}-{self.number}"


def parse(text: str) -> Quarter | None:
    """`2026-4` → the fourth quarter of 2026."""
    year, _dash, number = text.partition("-")
    if not (year.isascii() and year.isdigit() and number.isascii() and number.isdigit()):
        return None
    found = Quarter(int(year[:4]), int(number[:2]))
    return found if found.valid else None
