from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from dure.core import clock
from dure.web.templatetags import dure as tags

NOW = datetime(2026, 11, 21, 5, 5, tzinfo=UTC)  # 14:05 in Seoul, a Saturday


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_moments_are_told_in_seoul_time():
    assert tags.datetime_ko(NOW) == "2026. 11. 21. (토) 14:05"
    assert tags.datetime_ko(datetime(2026, 12, 31, 15, 0, tzinfo=UTC)) == "2027. 1. 1. (금) 00:00"
    assert tags.date_ko(date(2026, 3, 1)) == "2026. 3. 1. (일)"
    assert tags.datetime_ko(date(2026, 3, 1)) == "2026. 3. 1. (일)"
    assert tags.datetime_ko(None) == tags.date_ko(None) == ""
    with translation.override("en"):
        assert tags.datetime_ko(NOW) == "Sat 21 Nov 2026, 14:05"


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=59), "방금"),
        (timedelta(minutes=1), "1분 전"),
        (timedelta(hours=23, minutes=59), "23시간 전"),
        (timedelta(days=59), "59일 전"),
        (timedelta(days=60), "2개월 전"),
        (timedelta(seconds=-30), "곧"),
        (timedelta(hours=-2, seconds=-1), "2시간 뒤"),
        (timedelta(days=-3), "3일 뒤"),
    ],
)
def test_how_long_ago(ago, text):
    assert tags.since(NOW - ago) == text


@pytest.mark.parametrize(
    ("days", "text", "kind"),
    [(0, "오늘까지", "bad"), (1, "내일까지", "warn"), (3, "3일 남음", ""), (-2, "2일 지남", "bad")],
)
def test_how_long_left(days, text, kind):
    day = date(2026, 11, 21) + timedelta(days=days)
    assert (tags.left(day), tags.left_kind(day)) == (text, kind)


def test_a_deadline_late_in_the_evening_is_still_today():
    assert tags.left(datetime(2026, 11, 21, 14, 59, tzinfo=UTC)) == "오늘까지"
    assert tags.left(datetime(2026, 11, 21, 15, 1, tzinfo=UTC)) == "내일까지"


def test_money_and_numbers():
    assert tags.won(1234000) == "1,234,000원"
    assert tags.won(0) == "0원"
    assert tags.won(None) == tags.number(None) == ""
    assert tags.number(0) == "0"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("0212345678", "02-1234-5678"),
        ("02 123 4567", "02-123-4567"),
        ("01012345678", "010-1234-5678"),
        ("0531234567", "053-123-4567"),
        ("15881234", "1588-1234"),
        ("050712345678", "0507-1234-5678"),
        ("110", "110"),
        ("+1 555 0100", "+1 555 0100"),
        ("", ""),
    ],
)
def test_telephone_numbers(typed, written):
    assert tags.phone(typed) == written


def test_bars_keep_zero_apart_from_little():
    rows = tags.bar_rows([("가", 1000), ("나", 1), ("다", 0), ("라", None)])
    assert [row["width"] for row in rows] == [100, 0.5, 0, 0]
    assert tags.bar_rows([]) == []
    assert tags.bar_rows([("가", 0)])[0]["width"] == 0
