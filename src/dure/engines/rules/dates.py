"""Dates as whole numbers yyyymmdd, and what lies between two of them."""

from __future__ import annotations

from datetime import date


def years_between(start: int, end: int) -> int:
    """Whole years: an age (만 나이). Who was born on 29 February grows older on 1 March of other years (민법
    제158·160조).
    """
    return (end - start) // 10000


def months_between(start: int, end: int) -> int:
    """Whole months from one yyyymmdd to another; a day of the month that is not there comes with the first of
    the next.
    """
    return (end // 10000 - start // 10000) * 12 + end // 100 % 100 - start // 100 % 100 - (end % 100 < start % 100)


def days_between(start: int, end: int) -> int:
    """Days from one yyyymmdd to another."""
    one, two = (date(day // 10000, day // 100 % 100, day % 100) for day in (start, end))
    return (two - one).days


__all__ = ["days_between", "months_between", "years_between"]
