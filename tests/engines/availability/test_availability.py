"""The availability engine against a model that looks at every minute."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engines.availability import (
    DAY,
    Fault,
    Rules,
    Slot,
    Taken,
    fault,
    free_pieces,
    least_free,
    most_taken,
    next_free,
    open_pieces,
    parse_hours,
    say_hours,
)

MONDAY = datetime.fromisoformat("2026-11-23T00:00")
OFFICE = ((540, 720), (780, 1080))
WEEK = (OFFICE,) * 5 + ((), ())
DAYS = 3
MINUTES = DAYS * DAY


def at(minute: int) -> datetime:
    return MONDAY + timedelta(minutes=minute)


spans = st.lists(st.integers(0, 48), min_size=0, max_size=6, unique=True).map(
    lambda marks: tuple((a * 30, b * 30) for a, b in zip(sorted(marks)[::2], sorted(marks)[1::2], strict=False))
)
weeks = st.tuples(*([spans] * 7))
takings = st.lists(
    st.tuples(st.integers(0, MINUTES // 10), st.integers(1, 200), st.integers(1, 4)).map(
        lambda t: Taken(at(t[0] * 10), at((t[0] + t[1]) * 10), t[2])
    ),
    max_size=8,
)


def free_by_minute(capacity: int, taken: list[Taken]) -> list[int]:
    return [
        max(capacity - sum(t.quantity for t in taken if t.start <= at(m) < t.end), 0) for m in range(0, MINUTES, 10)
    ]


@settings(max_examples=60, deadline=None)
@given(capacity=st.integers(1, 6), taken=takings, first=st.integers(0, 400), length=st.integers(1, 300))
def test_free_capacity_is_what_looking_at_every_moment_finds(
    capacity: int, taken: list[Taken], first: int, length: int
) -> None:
    model = free_by_minute(capacity, taken)
    first, last = min(first, len(model) - 1), min(first + length, len(model))
    pieces = free_pieces(capacity, taken, at(first * 10), at(last * 10))
    assert pieces[0].start == at(first * 10)
    assert pieces[-1].end == at(last * 10)
    assert all(a.end == b.start and a.free != b.free for a, b in pairwise(pieces))
    told = [next(p.free for p in pieces if p.start <= at(m * 10) < p.end) for m in range(first, last)]
    assert told == model[first:last]
    assert least_free(capacity, taken, at(first * 10), at(last * 10)) == min(model[first:last])


@settings(max_examples=40, deadline=None)
@given(taken=takings)
def test_the_most_that_is_away_at_once(taken: list[Taken]) -> None:
    moments = {t.start for t in taken}
    assert most_taken(taken) == max(
        (sum(t.quantity for t in taken if t.start <= m < t.end) for m in moments), default=0
    )


@settings(max_examples=40, deadline=None)
@given(weekly=weeks, start=st.integers(0, 143), length=st.integers(1, 60))
def test_an_interval_is_allowed_when_each_of_its_minutes_is_open(weekly: tuple, start: int, length: int) -> None:
    rules = Rules(weekly, step=30)
    begin, end = at(start * 30), at((start + length) * 30)

    def is_open(moment: datetime) -> bool:
        minute = moment.hour * 60 + moment.minute
        return any(a <= minute < b for a, b in weekly[moment.weekday()])

    every = all(is_open(begin + timedelta(minutes=m)) for m in range(0, length * 30, 30))
    assert (fault(rules, begin, end) is None) == every


@settings(max_examples=60, deadline=None)
@given(
    weekly=weeks,
    capacity=st.integers(1, 4),
    taken=takings,
    after=st.integers(0, 2000),
    length=st.integers(1, 8),
    quantity=st.integers(1, 4),
)
def test_the_next_free_slot_is_the_first_that_trying_each_finds(
    weekly: tuple, capacity: int, taken: list[Taken], after: int, length: int, quantity: int
) -> None:
    rules = Rules(weekly, step=30)
    lasts = timedelta(minutes=30 * length)

    def works(start: datetime) -> bool:
        allowed = fault(rules, start, start + lasts) is None
        return allowed and least_free(capacity, taken, start, start + lasts) >= quantity

    starts = (at(m) for m in range(0, 12 * DAY, 30) if at(m) >= at(after))
    wanted = next((s for s in starts if works(s) and s.date() <= at(after).date() + timedelta(days=8)), None)
    found = next_free(rules, capacity, taken, after=at(after), length=30 * length, quantity=quantity, days=8)
    assert found == (Slot(wanted, wanted + lasts) if wanted and quantity <= capacity else None)


@settings(max_examples=40, deadline=None)
@given(open_days=st.lists(st.booleans(), min_size=7, max_size=7), taken=takings, length=st.integers(1, 9))
def test_whole_days_begin_and_end_on_open_days(open_days: list[bool], taken: list[Taken], length: int) -> None:
    rules = Rules(tuple(((0, DAY),) if is_open else () for is_open in open_days))
    lasts = timedelta(days=length)

    def works(start: datetime) -> bool:
        ends_open = open_days[start.weekday()] and open_days[(start + lasts - timedelta(days=1)).weekday()]
        return ends_open and least_free(2, taken, start, start + lasts) >= 1

    wanted = next((s for s in (MONDAY + timedelta(days=d) for d in range(30)) if works(s)), None)
    found = next_free(rules, 2, taken, after=MONDAY, length=length * DAY, days=29)
    assert found == (Slot(wanted, wanted + lasts) if wanted else None)


def test_faults_in_words_of_the_rules() -> None:
    rules = Rules(WEEK, step=30, longest=180, closed=frozenset([date(2026, 11, 24)]))
    nine = MONDAY.replace(hour=9)
    assert fault(rules, nine, nine) == Fault.ORDER
    assert fault(rules, nine, nine + timedelta(minutes=45)) == Fault.GRID
    assert fault(rules, nine, nine + timedelta(hours=3)) is None
    assert fault(rules, nine, nine + timedelta(hours=4)) == Fault.LONG
    assert fault(rules, nine + timedelta(hours=2), nine + timedelta(hours=5)) == Fault.CLOSED, "over the lunch break"
    assert fault(rules, nine + timedelta(days=1), nine + timedelta(days=1, hours=1)) == Fault.CLOSED
    assert fault(rules, nine + timedelta(days=5), nine + timedelta(days=5, hours=1)) == Fault.CLOSED, "Saturday"


def test_what_touches_at_midnight_is_one_piece() -> None:
    rules = Rules((((0, DAY),),) * 7, step=60)
    assert open_pieces(rules, MONDAY.date(), MONDAY.date() + timedelta(days=2)) == [
        (MONDAY, MONDAY + timedelta(days=3))
    ]
    assert fault(rules, MONDAY.replace(hour=22), MONDAY + timedelta(hours=26)) is None


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", ()),
        ("09:00-12:00, 13:00~18:00", OFFICE),
        ("9-12,13–18", OFFICE),
        ("00:00-24:00", ((0, DAY),)),
        ("9:00-12:00, 12:00-18:00", ((540, 1080),)),
    ],
)
def test_hours_as_people_write_them(text: str, spans: tuple) -> None:
    assert parse_hours(text) == spans
    assert parse_hours(say_hours(spans)) == spans


@pytest.mark.parametrize(
    "text", ["아침", "18:00-09:00", "09:00-25:00", "09:70-10:00", "13-18, 9-12", "9-13, 12-18", "9"]
)
def test_hours_that_make_no_sense(text: str) -> None:
    with pytest.raises(ValueError):
        parse_hours(text)


def test_rules_that_make_no_sense() -> None:
    for wrong in (((OFFICE,) * 6, 30), (WEEK, 7), ((((720, 540),), *WEEK[1:]), 30)):
        with pytest.raises(ValueError):
            Rules(*wrong)
