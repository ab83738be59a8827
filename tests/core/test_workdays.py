"""Real Korean dates, the law's own rules, and properties over random ones."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.core import workdays as w

CALENDAR = w.WorkCalendar()
DAYS = st.dates(date(2007, 1, 1), date(2049, 12, 31))
MOMENTS = st.datetimes(datetime(2007, 1, 1), datetime(2049, 6, 1)).map(lambda t: t.replace(tzinfo=w.SEOUL))  # noqa: DTZ001


def seoul(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=w.SEOUL)


# 월력요항 of each year, 임시공휴일 notices and 대체공휴일 rules.
CLOSED = """
2024-02-09 2024-02-12 2024-03-01 2024-04-10 2024-05-06 2024-05-15 2024-06-06 2024-08-15 2024-09-16 2024-09-17 2024-09-18
2024-10-01 2024-10-03 2024-10-09 2024-12-25
2025-01-01 2025-01-27 2025-01-28 2025-01-29 2025-01-30 2025-03-03 2025-05-05 2025-05-06 2025-06-03 2025-06-06 2025-08-15
2025-10-03 2025-10-06 2025-10-07 2025-10-08 2025-10-09 2025-12-25
2026-01-01 2026-02-16 2026-02-17 2026-02-18 2026-03-02 2026-05-05 2026-05-25 2026-06-03 2026-08-17 2026-09-24 2026-09-25
2026-10-05 2026-10-09 2026-12-25
2027-01-01 2027-02-08 2027-02-09 2027-03-01 2027-05-05 2027-05-13 2027-08-16 2027-09-14 2027-09-15 2027-09-16 2027-10-04
2027-10-11 2027-12-27
"""
WORKING = """
2024-02-08 2024-02-13 2024-04-09 2024-05-07 2024-06-07 2024-09-19 2024-10-02 2024-10-08
2025-01-31 2025-03-04 2025-05-07 2025-06-02 2025-10-02 2025-10-10
2026-02-13 2026-02-19 2026-06-05 2026-06-08 2026-08-18 2026-09-23 2026-09-28 2026-10-06
2027-02-05 2027-02-10 2027-06-07 2027-08-17 2027-10-12
"""


@pytest.mark.parametrize("day", CLOSED.split())
def test_weekday_holidays(day):
    assert not CALENDAR.is_working_day(date.fromisoformat(day))
    assert CALENDAR.holiday_name(date.fromisoformat(day))


@pytest.mark.parametrize("day", WORKING.split())
def test_days_next_to_holidays_work(day):
    assert CALENDAR.is_working_day(date.fromisoformat(day))


def test_lunar_holidays_follow_the_korean_calendar_where_the_chinese_differs():
    assert CALENDAR.holiday_name(date(2027, 2, 7)) == "설날"
    assert CALENDAR.holiday_name(date(2028, 1, 27)) == "설날"


def test_working_days_over_chuseok_2025():
    assert CALENDAR.add_working_days(date(2025, 10, 2), 1) == date(2025, 10, 10)
    assert CALENDAR.add_working_days(date(2025, 10, 10), -1) == date(2025, 10, 2)
    assert CALENDAR.working_days_between(date(2025, 10, 2), date(2025, 10, 10)) == 1
    assert CALENDAR.working_days_between(date(2025, 10, 10), date(2025, 10, 2)) == -1
    assert CALENDAR.add_working_days(date(2025, 10, 4), 0) == date(2025, 10, 10)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (seoul(2026, 11, 20, 10), 2, seoul(2026, 11, 20, 12)),
        (seoul(2026, 11, 20, 11), 2, seoul(2026, 11, 20, 14)),
        (seoul(2026, 11, 20, 16), 3, seoul(2026, 11, 23, 10)),
        (seoul(2026, 11, 20, 12, 30), 1, seoul(2026, 11, 20, 14)),
        (seoul(2026, 11, 20, 9), 8, seoul(2026, 11, 20, 18)),
        (seoul(2026, 11, 21, 3), 3, seoul(2026, 11, 23, 12)),
        (seoul(2026, 11, 20, 19), 0, seoul(2026, 11, 23, 9)),
    ],
)
def test_working_hours(start, hours, end):
    assert CALENDAR.add_working_hours(start, hours) == end


def test_hours_are_counted_in_seoul_whatever_the_zone_of_the_argument():
    assert CALENDAR.add_working_hours(datetime(2026, 11, 20, 1, tzinfo=UTC), 2) == seoul(2026, 11, 20, 12)


@pytest.mark.parametrize(
    ("received", "kind", "at", "law"),
    [
        # 제19조제1항: three days are 24 hours from the moment of receipt.
        (seoul(2026, 11, 20, 14), w.Term("days", 3), seoul(2026, 11, 25, 14), "제1항"),
        (seoul(2026, 9, 23, 17), w.Term("days", 1), seoul(2026, 9, 28, 17), "제1항"),
        # 제2항: seven days with the first one: 20, 23, 24, 25, 26, 27, 30.
        (seoul(2026, 11, 20, 14), "grievance", seoul(2026, 11, 30, 18), "제2항"),
        (seoul(2026, 11, 21, 14), "grievance", seoul(2026, 12, 1, 18), "제2항"),
        (seoul(2026, 11, 20, 17), "other", seoul(2026, 11, 23, 11), "제1항"),
        # 제3항: a week with its first day ends the day before the same weekday.
        (seoul(2026, 11, 20, 14), w.Term("weeks", 2), seoul(2026, 12, 3, 18), "제3항"),
        # 31 January with the first day: no 31 February, so the last day of February (민법 제160조제3항), a Sunday:
        # next day is 삼일절, so 2 March (제161조).
        (seoul(2027, 1, 31, 10), w.Term("months", 1), seoul(2027, 3, 2, 18), "제3항"),
        (seoul(2026, 11, 20, 14), w.Term("years", 1), seoul(2027, 11, 19, 18), "제3항"),
    ],
)
def test_deadlines(received, kind, at, law):
    result = w.deadline(received, kind, CALENDAR)
    assert result.at == at
    assert law in result.law


def test_night_and_weekend_receipts_count_from_the_next_opening():
    result = w.deadline(seoul(2026, 11, 21, 23), "other", CALENDAR)
    assert result.counted_from == date(2026, 11, 23)
    assert result.at == seoul(2026, 11, 23, 12)


@pytest.mark.parametrize(
    ("start", "term", "counts", "end"),
    [
        # 민법 제157조: the first day does not count; 제160조제2항: the day before the matching date.
        (date(2026, 11, 2), w.Term("months", 1), False, date(2026, 12, 2)),
        (date(2026, 11, 2), w.Term("months", 1), True, date(2026, 12, 1)),
        (date(2026, 11, 2), w.Term("days", 10), False, date(2026, 11, 12)),
        (date(2028, 1, 30), w.Term("months", 1), False, date(2028, 2, 29)),
        (date(2023, 12, 31), w.Term("years", 1), False, date(2024, 12, 31)),
        (date(2024, 2, 28), w.Term("years", 1), False, date(2025, 2, 28)),
        # 제161조: 14 November 2026 is a Saturday.
        (date(2026, 11, 7), w.Term("weeks", 1), False, date(2026, 11, 16)),
    ],
)
def test_terms_of_the_civil_code(start, term, counts, end):
    assert w.term_end(start, term, first_day_counts=counts, calendar=CALENDAR) == end


@given(DAYS, st.integers(1, 400))
def test_adding_and_counting_agree(day, count):
    end = CALENDAR.add_working_days(day, count) if day.year < 2048 else day
    if end != day:
        assert CALENDAR.is_working_day(end)
        assert CALENDAR.working_days_between(day, end) == count


@given(DAYS, DAYS, DAYS)
def test_counting_adds_up(a, b, c):
    a, b, c = sorted((a, b, c))
    between = CALENDAR.working_days_between
    assert between(a, c) == between(a, b) + between(b, c)


@given(MOMENTS, st.integers(0, 2000).map(lambda quarter: quarter / 4))
def test_hours_added_are_hours_between(start, hours):
    end = CALENDAR.add_working_hours(start, hours)
    assert CALENDAR.working_hours_between(start, end) == hours
    assert CALENDAR.is_working_day(end.date())


@given(MOMENTS, st.integers(1, 60))
def test_a_longer_term_never_ends_earlier(received, days):
    shorter = w.deadline(received, w.Term("days", days), CALENDAR).at
    longer = w.deadline(received, w.Term("days", days + 1), CALENDAR).at
    assert received <= shorter <= longer


@given(DAYS, st.integers(1, 36), st.booleans())
def test_a_term_ends_on_a_working_day_near_its_calendar_end(start, months, counts):
    if start.year > 2045:
        start = start.replace(year=2045, day=min(start.day, 28))
    end = w.term_end(start, w.Term("months", months), first_day_counts=counts, calendar=CALENDAR)
    assert CALENDAR.is_working_day(end)
    assert timedelta(days=28 * months - 2) <= end - start <= timedelta(days=31 * months + 11)


@pytest.mark.parametrize("day", [date(2005, 12, 31), date(2051, 1, 1)])
def test_unknown_years_are_an_error(day):
    with pytest.raises(w.OutOfRange, match=str(day.year)):
        CALENDAR.is_working_day(day)


def test_counting_across_the_last_known_year_is_an_error():
    with pytest.raises(w.OutOfRange):
        CALENDAR.add_working_days(date(2050, 12, 20), 30)
    with pytest.raises(w.OutOfRange):
        w.term_end(date(2050, 6, 1), w.Term("years", 1), calendar=CALENDAR)


def test_naive_moments_and_datetimes_as_days_are_errors():
    with pytest.raises(ValueError, match="aware"):
        CALENDAR.add_working_hours(datetime(2026, 11, 20, 9), 1)  # noqa: DTZ001
    with pytest.raises(TypeError):
        CALENDAR.is_working_day(seoul(2026, 11, 20))


def test_tables_add_and_correct(tmp_path):
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    head = "date,kind,name,source\n"
    ours.write_text(head + "2026-11-23,closed,임시공휴일,시험\n2026-11-24,closed,임시공휴일,시험\n", "utf-8")
    theirs.write_text(head + "2026-11-24,open,정상근무,시험\n2026-10-09,open,정상근무,시험\n", "utf-8")
    days = w.load_calendar(ours, theirs, tmp_path / "absent.csv")
    assert days.holiday_name(date(2026, 11, 23)) == "임시공휴일"
    assert days.is_working_day(date(2026, 11, 24))
    assert days.is_working_day(date(2026, 10, 9))
    assert days.add_working_days(date(2026, 11, 20), 1) == date(2026, 11, 24)


@pytest.mark.parametrize("row", ["2026-13-01,closed,x,y", "2026-11-23,maybe,x,y", "2026-11-23,closed,,y", "2026-11-23"])
def test_a_bad_table_names_its_line(tmp_path, row):
    table = tmp_path / "holidays.csv"
    table.write_text(f"date,kind,name,source\n{row}\n", "utf-8")
    with pytest.raises(w.BadHolidayTable, match=r"holidays\.csv, line 2"):
        w.load_calendar(table)


def test_the_projects_own_table_loads():
    w.default_calendar.cache_clear()
    assert w.is_working_day(date(2026, 11, 20))
    w.default_calendar.cache_clear()
