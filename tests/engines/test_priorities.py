"""The order of needs and the likeness of texts: what always holds, and figures reckoned by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engines.priorities import PriorityError, Vote, alike, from_points, from_ranks, rank
from dure.engines.quizzes import arranged, graded, passed, percent

BODIES = {f"b{n}": f"r{n % 3}" for n in range(6)}
scores = st.dictionaries(
    st.tuples(st.sampled_from(sorted(BODIES)), st.sampled_from(["x", "y", "z"])), st.integers(1, 5), max_size=18
)


def votes(said: dict[tuple[str, str], int]) -> list[Vote]:
    return [Vote(body, BODIES[body], need, from_points(points)) for (body, need), points in said.items()]


def test_a_figure_reckoned_by_hand() -> None:
    said = {("b0", "x"): 5, ("b1", "x"): 3, ("b2", "x"): 1, ("b0", "y"): 5}
    x, y = sorted(rank(votes(said)), key=lambda row: str(row.need))
    # x: mean (1 + .5 + 0) / 3, needed by 2 of 3 bodies in 2 of 3 regions; y: mean 1, by 1 of 3 in 1 of 3.
    assert x.index == 50 * Fraction(1, 2) + 30 * Fraction(2, 3) + 20 * Fraction(2, 3)
    assert y.index == 50 + 30 * Fraction(1, 3) + 20 * Fraction(1, 3)
    assert (y.place, x.place) == (1, 2)
    assert (x.said, x.needed, x.answered, x.regions, x.regions_answered) == (3, 2, 3, 2, 3)


def test_equals_share_a_place_and_the_next_is_counted_on() -> None:
    found = rank(votes({("b0", "x"): 5, ("b0", "y"): 5, ("b0", "z"): 1}))
    assert [(row.need, row.place) for row in found] == [("x", 1), ("y", 1), ("z", 3)]


def test_ranks_after_borda() -> None:
    assert from_ranks({"a": 1, "b": 2, "c": 3}, 3) == {"a": 1, "b": Fraction(1, 2), "c": 0}
    assert from_ranks({"a": 1, "b": 1}, 3) == {"a": Fraction(3, 4), "b": Fraction(3, 4)}
    assert from_ranks({"a": 7}, 5) == {"a": 1}
    assert from_ranks({"a": 3}, 1) == {"a": 1}


@pytest.mark.parametrize("points", [0, 6, True, 2.5, "3"])
def test_points_are_one_to_five(points: object) -> None:
    with pytest.raises(PriorityError):
        from_points(points)  # type: ignore[arg-type]


def test_wrong_votes_are_told() -> None:
    with pytest.raises(PriorityError):
        from_ranks({"a": 0}, 2)
    with pytest.raises(PriorityError):
        from_ranks({"a": 1, "b": 2}, 1)
    with pytest.raises(PriorityError):
        rank([Vote("b", "r", "x", Fraction(2))])
    with pytest.raises(PriorityError):
        rank([Vote("b", "r", "x", Fraction(1)), Vote("b", "r", "x", Fraction(0))])


@settings(max_examples=60)
@given(scores, st.randoms())
def test_the_order_of_votes_does_not_matter(said: dict[tuple[str, str], int], random: object) -> None:
    listed = votes(said)
    before = rank(listed, bodies=BODIES)
    random.shuffle(listed)  # type: ignore[attr-defined]
    assert rank(listed, bodies=BODIES) == before
    assert all(0 <= row.index <= 100 for row in before)
    assert [row.index for row in before] == sorted((row.index for row in before), reverse=True)


@settings(max_examples=60)
@given(scores, st.sampled_from(sorted(BODIES)))
def test_a_higher_vote_never_harms(said: dict[tuple[str, str], int], body: str) -> None:
    low, high = dict(said), dict(said)
    low[body, "x"], high[body, "x"] = 2, 5

    def index(of: dict[tuple[str, str], int]) -> Fraction:
        return next(row.index for row in rank(votes(of), bodies=BODIES) if row.need == "x")

    assert index(high) > index(low)


@settings(max_examples=60)
@given(scores)
def test_what_is_unknown_is_not_zero(said: dict[tuple[str, str], int]) -> None:
    """A body that speaks of other needs only leaves the mean of this one alone."""
    said = {key: value for key, value in said.items() if key[0] != "b5"}
    said["b0", "x"] = 4
    mean = {row.need: row.mean for row in rank(votes(said))}
    assert {row.need: row.mean for row in rank(votes({**said, ("b5", "q"): 1}))}["x"] == mean["x"]


def test_likeness_tells_the_shared_words() -> None:
    texts = {
        "a": ["밤", "택시", "부르다"],
        "b": ["택시", "밤", "야간"],
        "c": ["수영장"],
        "d": ["수영장"],
        "e": ["버스"],
    }
    found = alike(texts)
    assert (found[0].one, found[0].other, found[0].likeness, found[0].words) == ("c", "d", 1.0, ("수영장",))
    assert (found[1].one, found[1].other, found[1].words) == ("a", "b", ("밤", "택시"))
    assert len(found) == 2


def test_likeness_of_nothing() -> None:
    assert alike({}) == []
    assert alike({"a": [], "b": []}) == []


@settings(max_examples=40)
@given(st.dictionaries(st.integers(0, 9), st.lists(st.sampled_from("abcdef"), max_size=5), max_size=8))
def test_likeness_is_between_none_and_whole(texts: dict[int, list[str]]) -> None:
    for pair in alike(texts, least=0, fewest=1):
        assert 0 <= pair.likeness <= 1
        assert pair.words
        assert set(pair.words) <= set(texts[pair.one]) & set(texts[pair.other])  # type: ignore[index]


@given(st.sets(st.text("abc", min_size=1, max_size=4), max_size=8), st.text(max_size=80), st.randoms())
def test_a_seed_decides_an_order(keys: set[str], seed: str, random: object) -> None:
    listed = sorted(keys)
    first = arranged(listed, seed=seed)
    random.shuffle(listed)  # type: ignore[attr-defined]
    assert arranged(listed, seed=seed) == first
    assert sorted(first) == sorted(keys)


def test_seeds_differ() -> None:
    keys = [str(n) for n in range(9)]
    assert len({tuple(arranged(keys, seed=str(seed))) for seed in range(50)}) > 45


@pytest.mark.parametrize(
    ("kind", "given", "ok"),
    [
        ("one", ["a"], True),
        ("one", ["b"], False),
        ("several", ["b", "a"], True),
        ("several", ["a"], False),
        ("several", ["a", "b", "c"], False),
        ("several", ["a", "b", "b"], False),
        ("order", ["a", "b"], True),
        ("order", ["b", "a"], False),
        ("several", [], False),
    ],
)
def test_grading(kind: str, given: list[str], ok: bool) -> None:
    right = ["a"] if kind == "one" else ["a", "b"]
    assert graded(kind, right=right, given=given) is ok  # type: ignore[arg-type]


def test_nobody_passes_by_rounding() -> None:
    assert percent(2, 3) == 66
    assert percent(0, 0) == 0
    assert not passed(2, 3, 67)
    assert passed(2, 3, 66)
    assert not passed(0, 0, 1)
