"""The scoring engine: examples by hand, and what must hold whatever the marks are."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engines.scoring import METHODS, BadRule, BadSheet, Outcome, Rule, Sheet, compute, settle

EVEN = {"a": 500, "b": 500}


def sheets(table: dict[str, dict[str, tuple[int, int]]]) -> list[Sheet]:
    """{judge: {entry: (points on a, points on b)}}"""
    return [Sheet(judge, entry, {"a": a, "b": b}) for judge, row in table.items() for entry, (a, b) in row.items()]


def run(table: dict[str, dict[str, tuple[int, int]]], **rule: object) -> Outcome:
    entries = {entry for row in table.values() for entry in row}
    return compute(Rule(**{"weights": EVEN, **rule}), entries, sheets(table))  # type: ignore[arg-type]


def test_raw_marks_weigh_each_criterion() -> None:
    outcome = run({"j": {"x": (10, 4)}}, weights={"a": 700, "b": 300})
    assert outcome.of("x").judges[0].raw == 82
    assert outcome.of("x").final == 82


def test_zscore_by_hand() -> None:
    """Raw 40, 60, 80: mean 60, sd √(800/3) = 16.329931618554520654…"""
    outcome = run({"j": {"x": (4, 4), "y": (6, 6), "z": (8, 8)}}, method="zscore")
    assert outcome.of("y").final == 50
    assert outcome.of("z").final == Fraction(622474487139, 10**10)
    assert outcome.of("x").final == Fraction(377525512861, 10**10)


def test_a_judge_who_gives_all_the_same_gives_fifty() -> None:
    outcome = run({"j": {"x": (7, 7), "y": (7, 7)}}, method="zscore")
    assert {mark.final for mark in outcome.marks} == {Fraction(50)}
    assert run({"j": {"x": (7, 7)}}, method="zscore").of("x").final == 50
    assert run({"j": {"x": (7, 7)}}, method="rank").of("x").final == 50


def test_rank_averages_ties() -> None:
    outcome = run({"j": {"w": (1, 1), "x": (5, 5), "y": (5, 5), "z": (9, 9)}}, method="rank")
    assert [outcome.of(name).final for name in "wxyz"] == [0, 50, 50, 100]


def test_trimming_leaves_out_one_at_each_end_from_four_judges_on() -> None:
    table = {f"j{n}": {"x": (points, points)} for n, points in enumerate((0, 6, 8, 10))}
    assert run(table, trimmed=True).of("x").final == 70
    assert [judge.counted for judge in run(table, trimmed=True).of("x").judges] == [False, True, True, False]
    del table["j0"]
    assert run(table, trimmed=True).of("x").final == 80, "with three judges all count"


def test_missing_sheets_are_neither_zero_nor_anything() -> None:
    outcome = run({"j": {"x": (8, 8), "y": (4, 4)}, "k": {"x": (6, 6)}}, least=2)
    assert outcome.of("x").final == 70
    assert outcome.of("y").final == 40
    assert (outcome.of("x").short, outcome.of("y").short) == (False, True)


def test_an_entry_nobody_judged_has_no_rank() -> None:
    outcome = compute(Rule(EVEN), ["x", "y"], sheets({"j": {"x": (5, 5)}}))
    assert (outcome.of("y").final, outcome.of("y").rank, outcome.of("y").short) == (None, None, True)
    assert outcome.selected == ("x",)


def test_ties_go_by_the_heaviest_criterion() -> None:
    outcome = run({"j": {"x": (6, 9), "y": (8, 6)}}, weights={"a": 600, "b": 400})
    assert outcome.of("x").final == outcome.of("y").final
    assert [(mark.entry, mark.rank, mark.tie) for mark in outcome.marks] == [("y", 1, "heaviest"), ("x", 2, "heaviest")]


def test_then_by_the_median() -> None:
    table = {
        "j": {"x": (0, 0), "y": (2, 2)},
        "k": {"x": (6, 6), "y": (5, 5)},
        "l": {"x": (6, 6), "y": (5, 5)},
    }
    outcome = run(table)
    assert outcome.of("x").final == outcome.of("y").final
    assert [(mark.entry, mark.rank, mark.tie) for mark in outcome.marks] == [("x", 1, "median"), ("y", 2, "median")]


def test_what_is_still_level_shares_its_rank() -> None:
    outcome = run({"j": {"x": (5, 5), "y": (5, 5), "z": (1, 1)}}, select=2)
    assert [(mark.rank, mark.tie) for mark in outcome.marks] == [(1, "shared"), (1, "shared"), (3, "")]
    assert outcome.selected == ("x", "y")
    assert outcome.level == ()


def test_at_the_edge_all_or_a_vote() -> None:
    table = {"j": {"w": (9, 9), "x": (5, 5), "y": (5, 5), "z": (5, 5)}}
    both = run(table, select=3, edge="all")
    assert both.selected == ("w", "x", "y", "z")
    assert (both.level, both.seats, both.open) == (("x", "y", "z"), 2, False)
    panel = run(table, select=3, edge="vote")
    assert (panel.selected, panel.level, panel.seats, panel.open) == (("w",), ("x", "y", "z"), 2, True)
    assert settle(panel, {"x": 1, "z": 3, "y": 2}).selected == ("w", "z", "y")
    assert settle(panel, {"z": 3, "y": 1, "x": 1}).selected == ("w", "z", "x", "y"), "as many votes, too"
    with pytest.raises(ValueError, match="nothing"):
        settle(both, {})


@pytest.mark.parametrize(
    "rule",
    [
        Rule({}),
        Rule({"a": 999}),
        Rule({"a": 1001}),
        Rule({"a": 1000, "b": 0}),
        Rule({"a": 1100, "b": -100}),
        Rule({"a": 1000}, method="guess"),
        Rule({"a": 1000}, edge="coin"),
        Rule({"a": 1000}, least=0),
        Rule({"a": 1000}, select=0),
    ],
)
def test_a_rule_without_sense_is_refused(rule: Rule) -> None:
    with pytest.raises(BadRule):
        compute(rule, ["x"], [])


@pytest.mark.parametrize("points", [{"a": 11, "b": 1}, {"a": -1, "b": 1}, {"a": 1}, {"a": 1, "b": 1, "c": 1}])
def test_a_bad_sheet_is_refused(points: dict[str, int]) -> None:
    with pytest.raises(BadSheet):
        compute(Rule(EVEN), ["x"], [Sheet("j", "x", points)])
    good = Sheet("j", "x", {"a": 1, "b": 1})
    with pytest.raises(BadSheet):
        compute(Rule(EVEN), ["x"], [good, good])
    with pytest.raises(BadSheet):
        compute(Rule(EVEN), ["y"], [good])


@st.composite
def contests(draw: st.DrawFn, method: str | None = None, high: int = 10) -> tuple[Rule, list[str], list[Sheet]]:
    entries = [f"e{n}" for n in range(draw(st.integers(1, 6)))]
    judges = [f"j{n}" for n in range(draw(st.integers(1, 5)))]
    first = draw(st.integers(1, 998))
    second = draw(st.integers(1, 999 - first))
    weights = {"a": first, "b": second, "c": 1000 - first - second}
    rule = Rule(
        weights,
        method or draw(st.sampled_from(METHODS)),
        trimmed=draw(st.booleans()),
        least=draw(st.integers(1, 3)),
        select=draw(st.integers(1, 4)),
        edge=draw(st.sampled_from(["vote", "all"])),
    )
    there = draw(st.lists(st.booleans(), min_size=len(entries) * len(judges), max_size=len(entries) * len(judges)))
    pairs = [(judge, entry) for judge in judges for entry in entries]
    points = st.fixed_dictionaries({key: st.integers(0, high) for key in weights})
    found = [Sheet(j, e, draw(points)) for (j, e), is_there in zip(pairs, there, strict=True) if is_there]
    return rule, entries, found


@settings(max_examples=80, deadline=None)
@given(contests(), st.randoms(use_true_random=False))
def test_no_order_matters(contest: tuple[Rule, list[str], list[Sheet]], random: object) -> None:
    rule, entries, found = contest
    before = compute(rule, entries, found)
    random.shuffle(entries)  # type: ignore[attr-defined]
    random.shuffle(found)  # type: ignore[attr-defined]
    weights = dict(reversed(rule.weights.items()))
    assert (
        compute(Rule(weights, rule.method, rule.trimmed, rule.least, rule.select, rule.edge), entries, found) == before
    )


@settings(max_examples=80, deadline=None)
@given(contests(method="zscore", high=6), st.data())
def test_a_judge_more_generous_by_so_much_changes_nothing(
    contest: tuple[Rule, list[str], list[Sheet]], data: st.DataObject
) -> None:
    rule, entries, found = contest
    shift = data.draw(st.integers(1, 4))
    moved = [
        Sheet(s.judge, s.entry, {key: value + shift for key, value in s.points.items()}) if s.judge == "j0" else s
        for s in found
    ]
    before, after = compute(rule, entries, found), compute(rule, entries, moved)
    assert {m.entry: m.final for m in before.marks} == {m.entry: m.final for m in after.marks}


@settings(max_examples=80, deadline=None)
@given(contests(method="none", high=9), st.data())
def test_more_points_never_lower_a_mark(contest: tuple[Rule, list[str], list[Sheet]], data: st.DataObject) -> None:
    rule, entries, found = contest
    if not found:
        return
    one = data.draw(st.sampled_from(found))
    key = data.draw(st.sampled_from(sorted(rule.weights)))
    more = Sheet(one.judge, one.entry, {**one.points, key: one.points[key] + 1})
    before = compute(rule, entries, found)
    after = compute(rule, entries, [more if s is one else s for s in found])
    old, new = before.of(one.entry), after.of(one.entry)
    assert new.final is not None
    assert old.final is not None
    assert new.final >= old.final
    assert (new.rank or 0) <= (old.rank or 0)


@settings(max_examples=80, deadline=None)
@given(contests())
def test_marks_ranks_and_the_selection_agree(contest: tuple[Rule, list[str], list[Sheet]]) -> None:
    rule, entries, found = contest
    outcome = compute(rule, entries, found)
    assert sorted(mark.entry for mark in outcome.marks) == sorted(entries)
    ranked = [mark for mark in outcome.marks if mark.rank is not None]
    for better, worse in itertools.pairwise(ranked):
        assert better.final >= worse.final  # type: ignore[operator]
        assert better.rank <= worse.rank  # type: ignore[operator]
    for mark in ranked:
        assert mark.final is not None
        assert (mark.final * 10**10).denominator == 1
        assert mark.short == (len(mark.judges) < rule.least)
        if rule.method in ("none", "rank"):
            assert 0 <= mark.final <= 100
    if not outcome.open:
        assert len(outcome.selected) >= min(rule.select, len(ranked))
        last = max((outcome.of(entry).rank or 0 for entry in outcome.selected), default=0)
        assert all(mark.entry in outcome.selected for mark in ranked if (mark.rank or 0) <= last)
    else:
        votes = {entry: n for n, entry in enumerate(outcome.level)}
        assert len(settle(outcome, votes).selected) == rule.select


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 10), min_size=2), st.integers(0, 10))
def test_weights_of_a_thousand_make_ten_points_a_hundred(parts: dict[str, int], points: int) -> None:
    total = sum(parts.values())
    weights = {key: part * 1000 // total for key, part in parts.items()}
    first = min(weights)
    weights[first] += 1000 - sum(weights.values())
    if min(weights.values()) < 1:
        return
    outcome = compute(Rule(weights), ["x"], [Sheet("j", "x", dict.fromkeys(weights, points))])
    assert outcome.of("x").final == points * 10
