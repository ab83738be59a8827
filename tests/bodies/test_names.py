from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.bodies import names


def test_the_same_code_always_has_the_same_id():
    assert names.body_id("4182000000") == names.body_id("4182000000")
    assert names.body_id("4182000000") != names.body_id("4181000000")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("41", "4100000000"),
        ("41820", "4182000000"),
        ("4182000000", "4182000000"),
        (" 1613000 ", "1613000"),
        ("X-EX", "x-ex"),
        ("가평", None),
        ("418", None),
    ],
)
def test_codes_as_people_type_them(typed, code):
    assert names.code_of(typed) == code


def test_short_addresses():
    assert names.slug_for(code="x-ex", kind="public-corp", name_en="Korea", province="", until=None) == "ex"
    assert names.slug_for(code="1", kind="sigungu", name_en="Gapyeong-gun", province="gyeonggi", until=None) == (
        "gyeonggi-gapyeong-gun"
    )
    ended = names.slug_for(
        code="1", kind="sido", name_en="Jeollanam-do (South Jeolla)", province="", until=date(2026, 6, 30)
    )
    assert ended == "jeollanam-2026"


# Published by the bodies themselves at the foot of their pages.
@pytest.mark.parametrize("number", ["124-81-00998", "220-81-62517", "120-81-47521"])
def test_business_numbers_of_known_companies_pass(number):
    assert names.business_number(number) == number
    assert names.business_number(number.replace("-", "")) == number


@given(st.lists(st.integers(0, 9), min_size=9, max_size=9).filter(any))
def test_exactly_one_check_digit_fits_a_business_number(digits):
    start = "".join(map(str, digits))
    assert sum(names.business_number(start + str(last)) is not None for last in range(10)) == 1


@given(st.lists(st.integers(0, 9), min_size=12, max_size=12).filter(any))
def test_exactly_one_check_digit_fits_a_corporate_number(digits):
    start = "".join(map(str, digits))
    assert sum(names.corporate_number(start + str(last)) is not None for last in range(10)) == 1


@given(st.text(max_size=20))
def test_any_text_gives_a_number_or_nothing(text):
    number = names.registration_number(text)
    assert number is None or names.registration_number(number) == number


@pytest.mark.parametrize("text", ["", "0000000000", "123-45-6789", "124-81-00997", "0000000000000", "１２４-81-00998"])
def test_wrong_numbers_are_refused(text):
    assert names.registration_number(text) is None


@given(st.text(max_size=40))
def test_comparing_twice_changes_nothing(text):
    assert names.normal(names.normal(text)) == names.normal(text)
