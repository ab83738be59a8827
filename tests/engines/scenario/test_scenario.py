"""Sums over groups are the totals to the won; no change, no winners; the same input gives the same hash."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engines.population import generate
from dure.engines.rules.households import Household
from dure.engines.scenario import (
    FIGURES,
    GROUPINGS,
    OF_BENEFIT,
    Part,
    Plan,
    canonical,
    curve,
    digest,
    own_parts,
    ranges,
    result,
    run,
)
from dure.engines.scenario.grouping import GROUPINGS as NAMES
from tests.engines.scenario.conftest import BENEFITS, DAY, Lab

RATIOS = st.fractions(min_value=Fraction(1, 10), max_value=Fraction(9, 10), max_denominator=100)


def flat(figures: dict[str, Any]) -> list[int]:
    own = [
        figures["benefits"][id][side][what] for id in BENEFITS for side in ("before", "after") for what in OF_BENEFIT
    ]
    return [*(figures[name] for name in FIGURES), *own, figures["cost_before"], figures["cost_after"]]


@settings(max_examples=6)
@given(ratio=RATIOS, seed=st.integers(0, 2**62))
def test_groups_add_up_to_the_won(lab: Lab, ratio: Fraction, seed: int) -> None:
    parts = lab.parts(seed)
    found = run(lab.plan(livelihood_ratio=ratio), parts)
    total = found["total"]
    assert total["households"] == sum(int(part.weight.sum()) for part in parts)
    assert total["winners"] + total["losers"] + total["same"] + total["unknown"] == total["households"]
    for grouping in GROUPINGS:
        sums = [sum(column) for column in zip(*(flat(one) for one in found["groups"][grouping]), strict=True)]
        assert sums == flat(total), grouping


@settings(max_examples=6)
@given(cuts=st.lists(st.integers(1, 299), max_size=4), ratio=RATIOS)
def test_parting_changes_nothing(lab: Lab, cuts: list[int], ratio: Fraction) -> None:
    (whole,) = lab.parts()
    ends = sorted({0, *cuts, 300})
    plan = lab.plan(livelihood_ratio=ratio)
    pieces = [whole.slice(first, last - first) for first, last in pairwise(ends)]
    assert run(plan, pieces) == run(plan, [whole])


@settings(max_examples=4)
@given(seed=st.integers(0, 2**62))
def test_no_change_no_winners(lab: Lab, seed: int) -> None:
    total = run(lab.plan(), lab.parts(seed))["total"]
    assert (total["winners"], total["losers"], total["unknown"], total["gained"], total["lost"]) == (0,) * 5
    assert total["cost_before"] == total["cost_after"] > 0


def test_the_same_input_gives_the_same_hash(lab: Lab) -> None:
    plan = lab.plan(livelihood_ratio=Fraction(2, 5))
    one, again, other = (
        result([run(plan, lab.parts(seed), seed=seed) for seed in seeds]) for seeds in ((1, 2), (1, 2), (1, 3))
    )
    assert canonical(one) == canonical(again)
    assert digest(one) == digest(again) != digest(other)
    with pytest.raises(TypeError, match="float"):
        canonical({"a": [1, {"b": 0.5}]})


def test_more_for_all_makes_winners_and_costs_what_they_gain(lab: Lab) -> None:
    total = run(lab.plan(livelihood_ratio=Fraction(45, 100)), lab.parts())["total"]
    assert total["winners"] > 0
    assert total["losers"] == 0
    assert total["gained"] == total["cost_after"] - total["cost_before"] > 0
    less = run(lab.plan(livelihood_ratio=Fraction(20, 100)), lab.parts())["total"]
    assert less["winners"] == 0
    assert less["lost"] == less["cost_before"] - less["cost_after"] > 0


def test_figures_are_those_of_each_household(lab: Lab) -> None:
    """The sums against `explain`, household by household."""
    (part,) = lab.parts(households=60)
    plan = lab.plan()
    day = lab.rules.on(DAY)
    facts, members = part.households.to_pylist(), part.persons.to_pylist()
    catalogue = lab.rules.catalogue.facts
    cost = recipients = 0
    for row, weight in zip(facts, part.weight.tolist(), strict=True):

        def told(values: dict[str, Any], scope: str) -> dict[str, Any]:
            usual = {code: value for code, value in plan.usual.items() if catalogue[code].scope == scope}
            said = {c: v for c, v in values.items() if c in catalogue and v is not None and catalogue[c].scope == scope}
            return {**usual, **said}

        own = tuple(told(one, "member") for one in members if one["household"] == row["household"])
        (outcome,) = day.explain(Household(own, told(row, "household"), DAY), only=["ctc"])
        if outcome.state == "yes":
            recipients += weight
            cost += weight * (outcome.amounts[0].won or 0)
    seen = run(plan, [part])["total"]["benefits"]["ctc"]["before"]
    assert (seen["recipients"], seen["cost"]) == (recipients, cost)


def test_what_is_unknown_is_counted(lab: Lab) -> None:
    strict = Plan.of(lab.rules.on(DAY), lab.rules.on(DAY), BENEFITS)
    assert run(strict, lab.parts())["total"]["benefits"]["child-allowance"]["before"]["unknown"] > 0
    assert "nationality" not in strict.assumed()
    assert "days_abroad" in lab.plan().assumed()


def test_a_benefit_taken_away_makes_losers(lab: Lab) -> None:
    from dure.engines.rules.scenario import Scenario

    after = lab.rules.with_(Scenario(texts={"ctc": None}))
    plan = Plan.of(lab.rules.on(DAY), after.on(DAY), ["ctc"], usual=lab.usual)
    total = run(plan, lab.parts())["total"]
    assert total["lost"] == total["cost_before"] > 0
    assert total["benefits"]["ctc"]["after"] == dict.fromkeys(OF_BENEFIT, 0)


def test_large_weights_are_added_exactly(lab: Lab) -> None:
    (part,) = lab.parts(households=60)
    heavy = replace(part, weight=np.full(60, 2**40))
    one = run(lab.plan(), [replace(part, weight=np.ones(60, np.int64))])["total"]
    assert run(lab.plan(), [heavy])["total"]["cost_before"] == one["cost_before"] * 2**40 > 2**63


def test_curve_and_ranges(lab: Lab) -> None:
    parts = lab.parts()
    points = [(str(n), lab.plan(livelihood_ratio=Fraction(n, 100))) for n in (20, 32, 40)]
    found = curve(points, lambda: parts)
    assert [one["value"] for one in found] == ["20", "32", "40"]
    assert found[0]["cost"] < found[1]["cost"] < found[2]["cost"]
    assert ranges([5, 1, 9, 7]) == (1, 5, 9)
    with pytest.raises(ValueError, match="no runs"):
        result([])


def test_ones_own_tables_are_grouped_as_far_as_they_go(lab: Lab) -> None:
    from dure.engines.population import Facts
    from dure.engines.population.drawing import Batch

    facts = Facts(lab.fitted.margins)
    population = generate(lab.fitted, seed=1, households=300)
    ours = list(own_parts(population.batches, facts))
    assert run(lab.plan(), ours) == run(lab.plan(), lab.parts())

    def bare() -> list[Batch]:
        batch = next(population.batches())
        return [Batch(batch.households.select(["household", "weight", "household_size", "region"]), batch.persons)]

    (part,) = own_parts(bare, facts)
    assert isinstance(part, Part)
    found = run(lab.plan(), [part])
    assert [one["key"] for one in found["groups"]["income_decile"]] == ["unknown"]
    assert len(found["groups"]["region"]) == 2
    assert NAMES == GROUPINGS
    assert list(own_parts(list, facts)) == []


@settings(max_examples=4)
@given(least=st.integers(2, 40))
def test_small_groups_are_shown_as_one(lab: Lab, least: int) -> None:
    """Nothing of fewer rows is shown, nor left over between the groups and the total."""
    (part,) = lab.parts(households=60)
    alike = replace(part, weight=np.ones(60, np.int64))
    whole, found = run(lab.plan(), [alike]), run(lab.plan(), [alike.slice(0, 25), alike.slice(25, 35)], least=least)
    assert found["total"] == whole["total"]
    for grouping in GROUPINGS:
        rows = [one["households"] for one in found["groups"][grouping]]
        assert sum(rows) == 60
        assert min(rows) >= min(least, 60)
        large = [one for one in whole["groups"][grouping] if one["households"] >= least]
        shown = [one for one in found["groups"][grouping] if one["key"] != "few"]
        assert all(one in large for one in shown)
        assert len(large) - len(shown) <= 1
