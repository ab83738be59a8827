"""What is reckoned without a database: exact numbers, shares, means, the mark of the checklist."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.collaboration.closing.reckoning import ALL, achieved, average, exact, fits, overall, per_cent, plain, shown

NUMBERS = st.decimals(min_value=-(10**12), max_value=10**12, places=4, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,250.5", "1250.5"),
        (" -3 ", "-3"),
        ("０．５", "0.5"),
        ("−7", "-7"),
        ("+0.10", "0.1"),
        ("-0.0", "0"),
        ("00", "0"),
    ],
)
def test_numbers_as_people_write_them(text, number):
    assert plain(exact(text)) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "열",
        "1e5",
        "NaN",
        "Infinity",
        "1,25",
        "1.2.3",
        "12명",
        "😀",
        "1 000",
        "１２３４５６７８９０１２３４５６",
        "0.1234567",
        "--1",
        ".",
    ],
)
def test_what_is_no_number(text):
    with pytest.raises(ValueError, match=r"number|digits"):
        exact(text)


@given(NUMBERS)
def test_a_number_comes_back_as_it_was(number):
    assert exact(plain(number)) == number
    assert exact(shown(plain(number))) == number


@given(NUMBERS, NUMBERS, NUMBERS)
def test_the_share_is_the_exact_part_of_the_way(baseline, target, value):
    direction = "more" if target > baseline else "less"
    if target == baseline:
        assert not fits(direction, baseline, target)
        with pytest.raises(ValueError, match="no way"):
            achieved(direction, baseline, target, value)
        return
    assert fits(direction, baseline, target)
    share = achieved(direction, baseline, target, value)
    assert share is not None
    assert Fraction(baseline) + share * (Fraction(target) - Fraction(baseline)) == Fraction(value)
    assert achieved(direction, baseline, target, target) == 1
    assert achieved(direction, baseline, target, baseline) == 0


@given(NUMBERS, NUMBERS, NUMBERS)
def test_keeping_is_whole_inside_and_shrinks_outside(baseline, target, value):
    share = achieved("keep", baseline, target, value)
    assert share is not None
    assert 0 <= share <= 1
    assert (share == 1) == (abs(value - baseline) <= abs(target - baseline))


def test_unknown_is_not_zero():
    ten, none = Decimal(10), None
    assert achieved("more", Decimal(0), ten, none) is None
    assert achieved("more", none, ten, Decimal(9)) is None
    assert achieved("more", none, ten, Decimal(11)) == 1
    assert achieved("keep", none, ten, Decimal(9)) is None
    assert per_cent(None) is None
    assert average([]) is None
    assert not fits("keep", none, ten)


@given(st.fractions(min_value=-5, max_value=5))
def test_a_hundred_per_cent_is_all_of_it(share):
    found = per_cent(share)
    assert found is not None
    assert (found >= 100) == (share >= 1)


def test_means_to_one_place():
    assert average([4, 5]) == Decimal("4.5")
    assert average([1, 1, 2]) == Decimal("1.3")


MARKS = ("yes", "partial", "no")


def test_the_mark_of_the_whole():
    yes = dict.fromkeys(ALL, "yes")
    assert overall(yes) == "yes"
    assert overall(yes | {"standing": "no", "funding": "partial"}) == "yes"
    assert overall(yes | {"care": "no"}) == "partial"
    assert overall(yes | {"care": "no", "funding": "no"}) == "no"
    assert overall(yes | {"ordinance": "no", "unit": "no", "standing": "no"}) == "no"
    assert overall({key: mark for key, mark in yes.items() if key != "care"}) == ""


def test_a_better_answer_never_makes_the_whole_worse():
    for marks in product(MARKS, repeat=len(ALL)):
        found = overall(dict(zip(ALL, marks, strict=True)))
        for place, mark in enumerate(marks):
            if mark != "yes":
                better = [*marks]
                better[place] = MARKS[MARKS.index(mark) - 1]
                assert MARKS.index(overall(dict(zip(ALL, better, strict=True)))) <= MARKS.index(found)
