"""Spots: found where they were put, the same in any order, and rarely called more than chance where there is none."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.engines.hotspots import spots

PLACES = st.lists(
    st.tuples(st.integers(0, 20).map(lambda n: n * 50.0), st.integers(0, 20).map(lambda n: n * 50.0), st.booleans()),
    max_size=40,
)


@given(PLACES, st.randoms(use_true_random=False))
def test_the_order_changes_nothing_and_spots_do_not_overlap(
    rows: list[tuple[float, float, bool]], dice: random.Random
) -> None:
    def run(some: list[tuple[float, float, bool]]) -> list[tuple[object, ...]]:
        found = spots([(x, y) for x, y, _ in some], [case for _, _, case in some], radius=120, rounds=9, seed=4)
        members = [member for one in found for member in one.members]
        assert len(members) == len(set(members))
        assert all(some[member][2] for member in members)
        assert all(len(one.members) >= 3 and one.extent <= 240 for one in found)
        return [(sorted(some[m] for m in one.members), one.around, one.expected, one.p) for one in found]

    turned = list(rows)
    dice.shuffle(turned)
    assert run(rows) == run(turned)


def world(
    dice: np.random.Generator, cases_at: list[tuple[float, float]]
) -> tuple[list[tuple[float, float]], list[bool]]:
    ground = [tuple(p) for p in dice.uniform(0, 10_000, (300, 2)).tolist()]
    return [*ground, *cases_at], [number % 6 == 0 for number in range(300)] + [True] * len(cases_at)  # type: ignore[list-item]


def test_a_planted_spot_is_found_with_its_place_and_is_no_chance() -> None:
    dice = np.random.default_rng(7)
    points, cases = world(dice, [(5000.0 + d, 5000.0) for d in range(0, 80, 10)])
    best = spots(points, cases, radius=150, seed=1)[0]
    assert len(best.members) >= 8
    assert (best.x, best.y) == pytest.approx((5035, 5000), abs=60)
    assert best.p is not None
    assert best.p <= 0.01
    assert best.expected < 3


def test_many_cases_where_many_report_anything_are_no_find() -> None:
    dice = np.random.default_rng(8)
    crowd = [tuple(p) for p in dice.normal(5000, 60, (300, 2)).tolist()]
    points, _ = world(dice, [])
    cases = [number % 6 == 0 for number in range(600)]
    found = spots([*points, *crowd], cases, radius=150, seed=1)  # type: ignore[list-item]
    assert len(found[0].members) > 20
    assert found[0].p is not None
    assert found[0].p > 0.05


def test_chance_alone_is_called_a_find_about_as_often_as_said() -> None:
    finds = 0
    for seed in range(40):
        dice = np.random.default_rng(seed)
        points = [tuple(p) for p in dice.uniform(0, 2_000, (120, 2)).tolist()]
        cases = [bool(c) for c in dice.permutation([True] * 30 + [False] * 90)]
        found = spots(points, cases, radius=200, seed=seed, rounds=39)  # type: ignore[arg-type]
        finds += any(one.p is not None and one.p <= 0.05 for one in found)
    assert finds <= 6  # 40 worlds, 5 %: more than 6 has a probability of 0.3 %


def test_the_same_place_many_times_and_nothing_to_compare_with() -> None:
    only = spots([(1.0, 1.0)] * 5, [True] * 5, radius=50)
    assert [one.members for one in only] == [(0, 1, 2, 3, 4)]
    assert only[0].p is None
    assert spots([], [], radius=50) == []
    assert spots([(0.0, 0.0)] * 2, [True] * 2, radius=50) == []


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="one mark"):
        spots([(0.0, 0.0)], [], radius=1)
    with pytest.raises(ValueError, match="radius"):
        spots([], [], radius=0)
