"""Splitting won: exact sums, no favour by order, and errors that name the difference."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.engines.settlement import (
    DoesNotAddUp,
    SettlementError,
    equally,
    share,
    split,
    split_by_amounts,
    split_by_shares,
)

TOTALS = st.integers(0, 10**13)
WEIGHTS = st.dictionaries(
    st.text("abcdef가나다", min_size=1, max_size=4),
    st.one_of(st.integers(0, 10**6), st.fractions(0, 1000, max_denominator=10**4)),
    min_size=1,
    max_size=12,
).filter(lambda weights: sum(weights.values()) > 0)


@given(TOTALS, WEIGHTS)
def test_the_parts_are_the_whole_and_each_is_off_by_less_than_a_won(total: int, weights: dict[str, Fraction]) -> None:
    found = split(total, weights)
    assert sum(found.values()) == total
    whole = sum(map(Fraction, weights.values()))
    for party, won in found.items():
        assert abs(won - total * Fraction(weights[party]) / whole) < 1


@given(TOTALS, WEIGHTS, st.randoms())
def test_the_order_does_not_matter(total: int, weights: dict[str, Fraction], random: object) -> None:
    turned = list(weights.items())
    random.shuffle(turned)  # type: ignore[attr-defined]
    assert split(total, dict(turned)) == split(total, weights)


@given(TOTALS, WEIGHTS)
def test_more_weight_never_gets_less(total: int, weights: dict[str, Fraction]) -> None:
    found = split(total, weights)
    ranked = sorted(weights, key=lambda party: weights[party])
    for less, more in pairwise(ranked):
        if weights[less] < weights[more]:
            assert found[less] <= found[more]
        assert abs(found[less] - found[more]) <= 1 or weights[less] != weights[more]


def test_the_tie_rule() -> None:
    assert equally(100, ["나", "다", "가"]) == {"가": 34, "나": 33, "다": 33}
    assert split(3, {"b": 1, "a": 1}) == {"a": 2, "b": 1}


def test_shares_must_be_the_whole() -> None:
    third = share("1/3")
    assert split_by_shares(1_000_000, {"a": third, "b": third, "c": third}) == {
        "a": 333_334,
        "b": 333_333,
        "c": 333_333,
    }
    with pytest.raises(DoesNotAddUp) as wrong:
        split_by_shares(100, {"a": share("33.3%"), "b": share("66.6")})
    assert wrong.value.difference == Fraction(1, 1000)
    with pytest.raises(DoesNotAddUp) as much:
        split_by_amounts(100, {"a": 70, "b": 40})
    assert much.value.difference == -10
    assert split_by_amounts(100, {"a": 70, "b": 30}) == {"a": 70, "b": 30}


@pytest.mark.parametrize("text", ["", "x", "1/0", "-1", "101", "1e2", "nan", "1_0", "3/2", "٣", "½", "9" * 50])
def test_what_is_no_share(text: str) -> None:
    with pytest.raises(SettlementError):
        share(text)


@pytest.mark.parametrize(("text", "value"), [("25", "1/4"), ("12.5 %", "1/8"), ("333‰", "333/1000"), ("2/7", "2/7")])
def test_what_is_a_share(text: str, value: str) -> None:
    assert share(text) == Fraction(value)


def test_what_cannot_be_split() -> None:
    for total, weights in ((-1, {"a": 1}), (10**16, {"a": 1}), (1, {"a": -1}), (1, {"a": 0}), (1, {})):
        with pytest.raises(SettlementError):
            split(total, weights)
