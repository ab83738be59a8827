"""The labelled queries are sound, and the figures are what they are called."""

from __future__ import annotations

import pytest
from bench.retrieval import collection, ndcg, own_texts, queries, reciprocal


def test_every_judged_entry_exists_and_both_halves_are_large() -> None:
    keys = {f"{text.kind}:{text.key}" for text in own_texts()}
    asked = queries()
    for query in asked:
        assert query.grades, query.text
        assert set(query.grades) <= keys, query.text
        assert set(query.grades.values()) <= {1, 2}
    assert len({query.text for query in asked}) == len(asked) >= 120
    halves = [query.half for query in asked]
    assert halves.count("tune") == halves.count("held")


@pytest.mark.slow
def test_the_collection_is_the_same_every_time() -> None:
    assert collection(True) == collection(True)


def test_figures() -> None:
    grades = {"a": 2, "b": 1}
    assert ndcg(["a", "b"], grades) == pytest.approx(1)
    assert ndcg(["b", "a"], grades) == pytest.approx((1 + 3 / 1.584962500721156) / (3 + 1 / 1.584962500721156))
    assert ndcg([], grades) == 0
    assert reciprocal(["x", "b"], grades) == 0.5
    assert reciprocal(["x"] * 10 + ["a"], grades) == 0
