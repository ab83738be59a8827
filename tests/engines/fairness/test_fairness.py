"""What must hold of a fair comparison whatever the cases are."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.engines.fairness import Case, compare, mix, wilson

CASES = st.lists(
    st.builds(Case, st.sampled_from("ABC"), st.sampled_from("xyz"), st.floats(0.1, 500)), min_size=1, max_size=40
)


@given(CASES)
def test_the_order_of_cases_changes_nothing(cases: list[Case]) -> None:
    turned = list(cases)
    random.Random(1).shuffle(turned)
    assert compare(cases, seed=1, draws=20) == compare(turned, seed=1, draws=20)


@given(CASES)
def test_names_are_only_names(cases: list[Case]) -> None:
    swap = {"A": "C", "B": "A", "C": "B"}
    plain = {one.owner: one for one in compare(cases, seed=1, draws=5)}
    renamed = compare([Case(swap[c.owner], c.category, c.took) for c in cases], seed=1, draws=5)
    for one in renamed:
        other = plain[{v: k for k, v in swap.items()}[one.owner]]
        assert (one.n, one.comparable, one.ratio) == (other.n, other.comparable, other.ratio)


@given(CASES, st.lists(st.floats(0.1, 500), min_size=1, max_size=10))
def test_a_category_that_nobody_shares_changes_nothing(cases: list[Case], more: list[float]) -> None:
    before = compare(cases, seed=3, draws=20)
    after = compare([*cases, *(Case("D", "only D has this", took) for took in more)], seed=3, draws=20)
    assert [one for one in after if one.owner != "D"] == before
    assert next(one for one in after if one.owner == "D").ratio is None


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.floats(0.1, 500)), min_size=1, max_size=15))
def test_equal_bodies_are_equal(work: list[tuple[str, float]]) -> None:
    found = compare([Case(owner, category, took) for owner in "AB" for category, took in work], seed=2, draws=20)
    assert all(one.ratio == pytest.approx(1) for one in found)


@given(CASES)
def test_all_together_are_as_expected(cases: list[Case]) -> None:
    found = [one for one in compare(cases, seed=1, draws=2) if one.ratio is not None]
    assert sum(one.observed for one in found) == pytest.approx(sum(one.expected for one in found))


@given(CASES, st.floats(0.5, 20))
def test_the_unit_of_time_changes_no_ratio(cases: list[Case], unit: float) -> None:
    scaled = compare([Case(c.owner, c.category, c.took * unit) for c in cases], seed=1, draws=2)
    for one, other in zip(compare(cases, seed=1, draws=2), scaled, strict=True):
        assert (one.ratio is None) == (other.ratio is None)
        if one.ratio is not None:
            assert one.ratio == pytest.approx(other.ratio)


def test_a_body_with_slow_work_is_not_called_slow() -> None:
    cases = [Case("builder", "bridge", 100.0)] * 40 + [Case("mower", "grass", 1.0)] * 40
    cases += [Case("both", "bridge", 100.0)] * 40 + [Case("both", "grass", 1.0)] * 40
    assert {one.owner: one.ratio for one in compare(cases, seed=1)} == pytest.approx(
        {"builder": 1.0, "mower": 1.0, "both": 1.0}
    )
    assert mix(cases)["both"] == {"bridge": 40, "grass": 40}


def test_a_slow_body_is_found_and_its_interval_says_so() -> None:
    random_ = random.Random(5)
    pace = {"slow": 20, "one": 5, "two": 5}
    cases = [Case(owner, "x", random_.expovariate(1 / days)) for owner, days in pace.items() for _ in range(60)]
    found = {one.owner: one for one in compare(cases, seed=1)}
    slow = found["slow"]
    assert slow.enough
    assert slow.low is not None
    assert slow.high is not None
    assert slow.ratio is not None
    assert 1 < slow.low < slow.ratio < slow.high
    assert not compare(cases[:10] + cases[-10:], seed=1)[0].enough


def test_what_is_no_time_is_refused() -> None:
    for wrong in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="finite"):
            compare([Case("A", "x", wrong)], seed=1)


def test_the_interval_of_a_share() -> None:
    # Newcombe 1998, Statistics in Medicine 17:857-872, table I: 81 of 263.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=0.0001)
    assert wilson(0, 20)[0] == 0
    with pytest.raises(ValueError, match="no share"):
        wilson(1, 0)
