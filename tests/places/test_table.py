"""Our own table: complete, consistent with itself, and both sides of every change resolve."""

from __future__ import annotations

from datetime import date

import pytest

from dure.places import table

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("day", "sido", "sigungu", "gu"),
    [(date(2024, 6, 1), 17, 229, 35), (date(2026, 6, 30), 17, 229, 39), (date(2026, 7, 1), 16, 230, 39)],
)
def test_every_municipality_has_a_point(day: date, sido: int, sigungu: int, gu: int) -> None:
    """226 and 227 municipalities, the two cities of Jeju and Sejong."""
    assert [len(table.on(day, level)) for level in ("sido", "sigungu", "gu")] == [sido, sigungu, gu]


def test_points_lie_in_the_country_and_parents_exist() -> None:
    codes = {row.code for row in table.rows()}
    for row in table.rows():
        assert 124 < row.lon < 131.5, row
        assert 33 < row.lat < 38.7, row
        assert 0.5 < row.km2 < 20_000, row
        assert row.level == "sido" or row.parent in codes, row


def test_the_whole_is_as_large_as_the_country() -> None:
    assert sum(row.km2 for row in table.on(TODAY, "sigungu")) == pytest.approx(100_460, rel=0.01)
    assert sum(row.km2 for row in table.on(TODAY, "sido")) == pytest.approx(100_460, rel=0.01)


def test_districts_are_as_large_as_their_city() -> None:
    for city in table.on(TODAY, "sigungu"):
        inside = [row.km2 for row in table.on(TODAY, "gu") if row.parent == city.code]
        assert not inside or sum(inside) == pytest.approx(city.km2, rel=0.03), city


def test_every_change_joins_two_rows_at_its_day() -> None:
    known = table.by_code()
    for change in table.changes():
        old, new = known[change.old], known[change.new]
        assert old.valid_to is not None
        assert old.valid_to < change.on
        assert new.valid_from in (None, change.on)


def test_codes_that_ended_all_became_something() -> None:
    for row in table.rows():
        if row.valid_to and row.valid_to < TODAY:
            codes = table.follow(row.code, TODAY, table.changes())
            assert codes != (row.code,), row
            assert all(table.by_code()[code].valid_on(TODAY) for code in codes), row


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("4611000000", TODAY, ("1211000000",)),
        ("1211000000", date(2025, 1, 1), ("4611000000",)),
        ("1211000000", TODAY, ("1211000000",)),
        ("2811000000", TODAY, ("2812500000", "2815500000")),
        ("2812500000", date(2025, 1, 1), ("2811000000", "2814000000")),
        ("2811000000", date(2025, 1, 1), ("2811000000",)),
        ("1200000000", date(2025, 1, 1), ("2900000000", "4600000000")),
        ("4200000000", TODAY, ("5100000000",)),
        ("4211000000", date(2023, 6, 10), ("4211000000",)),
        ("4211000000", date(2023, 6, 11), ("5111000000",)),
        ("2772000000", date(2023, 6, 30), ("4772000000",)),
        ("1111000000", date(1999, 1, 1), ("1111000000",)),
        ("9999900000", TODAY, ("9999900000",)),
    ],
)
def test_both_sides_of_a_change_resolve(code: str, day: date, expected: tuple[str, ...]) -> None:
    assert table.follow(code, day, table.changes()) == expected


def test_changes_that_go_in_a_ring_end() -> None:
    ring = [table.Change("a", "b", date(2020, 1, 1), "rename"), table.Change("b", "a", date(2021, 1, 1), "rename")]
    assert table.follow("a", TODAY, ring) == ("a",)


def test_split_towns_lead_to_what_their_municipality_became() -> None:
    for (old, town), new in table.splits().items():
        row = table.by_code()[new]
        assert new in table.follow(old, TODAY, table.changes()) or row.parent == old, town
