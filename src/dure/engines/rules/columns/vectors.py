"""Columns of a block: values and where they are known, and what can be done to them. Whole numbers, truths and codes.

`Vec(values, known)`: `values` an array or one plain value for all rows; `known` an array of truths, one truth for all
rows, or None (all known). A truth that is unknown has value False; any other unknown value is some number that means
nothing. Codes are numbers of `Codes`. Nothing here is ever a float.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Values = Any
"""An array, or one value for all rows."""

EPOCH = 719_468
"""Days from 0000-03-01 to 1970-01-01."""


class Vec:
    __slots__ = ("_wide", "known", "values")

    def __init__(self, values: Values, known: Values = None) -> None:
        self.values, self.known = values, known
        self._wide: Values = None

    @property
    def wide(self) -> Values:
        """The values as int64: narrow ones are for comparing only."""
        values = self.values
        if not isinstance(values, np.ndarray) or values.dtype == np.int64:
            return values
        if self._wide is None:
            self._wide = values.astype(np.int64)
        return self._wide

    def take(self, rows: Array) -> Vec:
        values, known = self.values, self.known
        return Vec(
            values.take(rows) if isinstance(values, np.ndarray) else values,
            known.take(rows) if isinstance(known, np.ndarray) else known,
        )

    def no(self) -> Values:
        """Where a truth is known to be false."""
        if self.known is None:
            return np.logical_not(self.values)
        return np.logical_and(self.known, np.logical_not(self.values))

    def full(self, rows: int, dtype: Any) -> tuple[Array, Array | None]:
        """Arrays of so many rows; None where all are known."""
        values = self.values
        if not isinstance(values, np.ndarray):
            values = np.full(rows, values, dtype)
        known = self.known
        if known is not None and not isinstance(known, np.ndarray):
            known = None if known else np.zeros(rows, bool)
        return values.astype(dtype, copy=False), known


class Codes:
    """Numbers for codes of enumerations and areas: equal numbers where the codes are."""

    MOST = 1_000_000

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        found = self.numbers.get(text)
        if found is None:
            if len(self.texts) >= self.MOST:
                raise ValueError(f"more than {self.MOST:,} different codes")
            found = self.numbers[text] = len(self.texts)
            self.texts.append(text)
        return found

    def all(self, texts: Iterable[str]) -> Array:
        return np.array([self.number(text) for text in texts], dtype=np.int32)


def truths(values: Values) -> bool:
    return values.dtype == bool if isinstance(values, np.ndarray) else isinstance(values, bool | np.bool_)


def both(*known: Values) -> Values:
    """Known where each is."""
    found = None
    for one in known:
        if one is not None:
            found = one if found is None else np.logical_and(found, one)
    return found


def pick(test: Values, then: Values, other: Values) -> Values:
    """One or the other, by row; of plain values a plain value."""
    found: Values = np.where(test, then, other)
    return found[()]


def truth(values: Values, known: Values) -> Vec:
    """A truth, False where it is unknown."""
    return Vec(values if known is None else np.logical_and(values, known), known)


def conjunction(parts: Sequence[Vec]) -> Vec:
    """Kleene's And: false where one is, whatever else is unknown."""
    if len(parts) == 1:
        return parts[0]
    yes = np.logical_and(parts[0].values, parts[1].values)
    for one in parts[2:]:
        yes = np.logical_and(yes, one.values)
    if all(one.known is None for one in parts):
        return Vec(yes)
    no = parts[0].no()
    for one in parts[1:]:
        no = np.logical_or(no, one.no())
    return Vec(yes, np.logical_or(yes, no))


def disjunction(parts: Sequence[Vec]) -> Vec:
    """Kleene's Or: true where one is, whatever else is unknown."""
    yes = parts[0].values
    for one in parts[1:]:
        yes = np.logical_or(yes, one.values)
    if all(one.known is None for one in parts):
        return Vec(yes)
    no = parts[0].no()
    for one in parts[1:]:
        no = np.logical_and(no, one.no())
    return Vec(yes, np.logical_or(yes, no))


def where(test: Vec, then: Vec, other: Vec) -> Vec:
    """One or the other; where the test is unknown, what both are known to be."""
    a, b = then.values, other.values
    if not truths(a) or not truths(b):
        a, b = then.wide, other.wide
    values = pick(test.values, a, b)
    if test.known is None and then.known is None and other.known is None:
        return Vec(values)
    known = pick(test.values, True if then.known is None else then.known, True if other.known is None else other.known)
    if test.known is not None:
        same = both(np.equal(a, b), then.known, other.known)
        # Where the test is unknown its value is False, so `values` holds the other branch, which is the same.
        known = pick(test.known, known, True if same is None else same)
    if truths(values):
        return truth(values, known)
    return Vec(values, known)


def rounded(mode: str, number: Values, by: Values, unit: int, signed: bool) -> Values:
    """number / by to a multiple of unit, as `ir.Round` says. Not `signed`: no number is below 0."""
    size = by * unit
    if mode == "down" and not signed:
        found = number // size
    else:
        top = np.abs(number) if signed else number
        found = top // size
        rest = top - found * size
        match mode:
            case "up":
                found = found + (rest > 0)
            case "half":
                found = found + (2 * rest >= size)
            case "even":
                found = found + ((2 * rest > size) | ((2 * rest == size) & (found % 2 == 1)))
        if signed:
            found = pick(np.less(number, 0), -found, found)
    return found if unit == 1 else found * unit


def months_between(start: Values, end: Values) -> Values:
    """Whole months from one yyyymmdd to another."""
    months = (end // 10000 - start // 10000) * 12 + end // 100 % 100 - start // 100 % 100
    return months - (np.mod(end, 100) < np.mod(start, 100)) * 1


def days_of(date: Values) -> Values:
    """Days since 1970-01-01 of a yyyymmdd (years begin with March, so that the day added is their last)."""
    year, month, day = date // 10000, date // 100 % 100, date % 100
    year = year - (month <= 2) * 1
    month = (month + 9) % 12
    return year * 365 + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + day - 1 - EPOCH


def number_of_days(first: int, last: int) -> Array:
    """yyyymmdd of each day from `first` to `last` (days since 1970-01-01, both inside)."""
    days = np.arange(first, last + 1).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    years = days.astype("datetime64[Y]")
    day = (days - months).astype(np.int64) + 1
    month = (months - years.astype("datetime64[M]")).astype(np.int64) + 1
    return ((years.astype(np.int64) + 1970) * 10000 + month * 100 + day).astype(np.int32)
