"""What is carried in the cookie, and how answers are read: no page, no database."""

from __future__ import annotations

import contextlib
import json
import zlib
from datetime import date
from typing import Any

import pytest
from django import forms
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.benefits import shown
from dure.benefits.forms import born_or_age, won_of
from dure.benefits.reading import library
from dure.benefits.sealing import seal
from dure.benefits.told import MOST_MEMBERS, Told, Unreadable, cookie_value, packed, plain, read, unpacked
from dure.core.refused import Refused

TODAY = date(2026, 11, 26)


def full() -> Told:
    told = Told(facts={"residence": "5175000000", "deposit": 10_000_000, "single_parent_family": True})
    told.members = [{"who": "self", "birth_date": "1993-04-03"}, {"who": "child", "age": 4}, {"who": "child"}]
    told.passes("care", 1)
    told.passes("care", 2)
    told.asked("deposit", None)
    told.finish("people")
    return told


def test_what_was_told_comes_back_as_it_was() -> None:
    told = full()
    assert plain(unpacked(packed(told, "cookie"), "cookie", library().rules.catalogue)) == plain(told)
    assert b"1993" not in packed(told, "cookie").encode()


def test_a_cookie_of_another_use_is_not_taken() -> None:
    with pytest.raises(Unreadable):
        unpacked(packed(full(), "saved"), "cookie", library().rules.catalogue)


@pytest.mark.parametrize(
    "document",
    [
        None, [], 7, "x", {"v": 2}, {"v": 1}, {"v": 1, "f": [], "m": []},
        {"v": 1, "f": {"deposit": 1.5}, "m": [], "s": [], "t": [], "d": [], "c": ""},
        {"v": 1, "f": {"deposit": -1}, "m": [], "s": [], "t": [], "d": [], "c": ""},
        {"v": 1, "f": {"deposit": 10**30}, "m": [], "s": [], "t": [], "d": [], "c": ""},
        {"v": 1, "f": {"tenure": {"a": 1}}, "m": [], "s": [], "t": [], "d": [], "c": ""},
        {"v": 1, "f": {}, "m": [{"who": "boss"}], "s": [], "t": [], "d": [], "c": ""},
        {"v": 1, "f": {}, "m": [7], "s": [], "t": [], "d": [], "c": ""},
        {"v": 1, "f": {}, "m": [{"who": "self"}] * (MOST_MEMBERS + 1), "s": [], "t": [], "d": [], "c": ""},
        {"v": 1, "f": {}, "m": [], "s": ["care.9"], "t": [], "d": [], "c": ""},
        {"v": 1, "f": {}, "m": [], "s": [], "t": ["care.-1"], "d": [], "c": ""},
        {"v": 1, "f": {}, "m": [], "s": [], "t": [], "d": [], "c": 7},
        {"v": 1, "f": {}, "m": [{"who": "self", "birth_date": "1993-13-40"}], "s": [], "t": [], "d": [], "c": ""},
    ],
)  # fmt: skip
def test_a_document_that_we_would_not_write_is_unreadable(document: Any) -> None:
    with pytest.raises(Unreadable):
        read(document, library().rules.catalogue)


def test_facts_that_are_no_more_are_left_out() -> None:
    document = plain(full())
    document["f"]["gone"] = 1
    document["s"].append("gone")
    assert "gone" not in str(plain(read(document, library().rules.catalogue)))


def test_cut_forged_and_swollen_cookies_are_unreadable() -> None:
    whole = packed(full(), "cookie")
    other = whole[:60] + ("A" if whole[60] != "A" else "B") + whole[61:]
    bomb = seal(zlib.compress(b"[" * 5_000_000), "cookie")
    deep = seal(zlib.compress(b"[" * 50_000), "cookie")
    nothing = seal(b"not compressed", "cookie")
    for value in (whole[:-9], whole[9:], "x", "é", "a" * 4000, other, bomb, deep, nothing):
        with pytest.raises(Unreadable):
            unpacked(value, "cookie", library().rules.catalogue)


def test_too_many_and_too_much_are_said_clearly() -> None:
    told = Told(members=[{"who": "child"}] * (MOST_MEMBERS + 1))
    with pytest.raises(Refused, match="12명까지만"):
        cookie_value(told)
    facts = [fact.code for fact in library().rules.catalogue.facts.values() if fact.scope == "member"]
    told = Told(members=[{"who": "child", **dict.fromkeys(facts, number * 7919)} for number in range(12)])
    with pytest.raises(Refused, match="담을 수 있는 양"):
        cookie_value(told)


def test_twelve_people_with_everything_answered_fit() -> None:
    told = full()
    member = {
        "birth_date": "1990-01-02",
        "disability": "none",
        "nationality": "korean",
        "care": "home",
        "veteran": False,
    }
    told.members = [{"who": "child", **member, "earned_income": 1_234_567 + place} for place in range(12)]
    assert len(cookie_value(told)) < 2000


def test_a_member_taken_out_takes_their_questions_along() -> None:
    told = full()
    told.drop_member(1)
    assert told.passed == ["care.1"]
    assert [one["who"] for one in told.members] == ["self", "child"]


@pytest.mark.parametrize(
    ("typed", "won"),
    [
        ("1500000", 1_500_000), ("1,500,000원", 1_500_000), ("150만", 1_500_000), ("150만 원", 1_500_000),
        ("1억 2천만", 120_000_000), ("2백만", 2_000_000), ("천만원", 10_000_000), ("1.5억", 150_000_000),
        ("3천5백", 3500), ("1억 5", 100_000_005), ("0", 0), ("9007199254740993", 9_007_199_254_740_993),
        ("₩ 250,000", 250_000), ("백만", 1_000_000), ("1조2억", 1_000_200_000_000),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(typed: str, won: int) -> None:
    assert won_of(typed) == won
    assert type(won_of(typed)) is int


@pytest.mark.parametrize(
    "typed",
    ["", "많이", "1.5", "만", "1만 2억", "억만", "-5", "1e9", "1천2천", "12 34만x", "٣٤", "1..5만", "9" * 50, "½"],
)
def test_amounts_that_are_none(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        won_of(typed)


@settings(max_examples=40)
@given(st.integers(0, 10**15 - 1))
def test_every_amount_comes_back_to_the_won(amount: int) -> None:
    assert won_of(f"{amount:,}") == amount
    eok, rest = divmod(amount, 10**8)
    man, won = divmod(rest, 10**4)
    words = "".join(f"{part}{unit}" for part, unit in ((eok, "억"), (man, "만"), (won, "")) if part)
    assert not words or won_of(words) == amount
    assert shown.won(amount, "ko") == f"{amount:,}원"


@settings(max_examples=60)
@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_amounts_and_days(typed: str) -> None:
    for reads in (won_of, lambda text: born_or_age(text, TODAY)):
        with contextlib.suppress(forms.ValidationError):
            reads(typed)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("19930403", ("birth_date", "1993-04-03")), ("1993-4-3", ("birth_date", "1993-04-03")),
        ("2018. 5. 5.", ("birth_date", "2018-05-05")), ("33", ("age", 33)), ("만 7세".replace("만 ", ""), ("age", 7)),
        ("2022년 3월 1일", ("birth_date", "2022-03-01")),
    ],
)  # fmt: skip
def test_birth_dates_and_ages_as_people_write_them(typed: str, said: tuple[str, Any]) -> None:
    assert born_or_age(typed, TODAY) == said


@pytest.mark.parametrize("typed", ["19931303", "20270101", "18000101", "131", "1993", "김하나", "930403-2", "93-04-03"])
def test_what_is_no_birth_date(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        born_or_age(typed, TODAY)


def test_money_on_pages_comes_from_whole_numbers_only() -> None:
    wrong: Any
    for wrong in (1.0, True, "1", None):
        with pytest.raises(TypeError):
            shown.won(wrong, "ko")
    assert json.dumps(shown.won(50_000_001, "vi")) == '"50.000.001 won"'
