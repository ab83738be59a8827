"""Similar cases and suggested partners."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.typology.test_typology import DATA, attributes

from dure.engines import typology
from dure.engines.typology import Attributes, Borders, Candidate, Deed, Need, Said
from dure.engines.typology.similar import WEIGHTS, Index


def pairs(text: str) -> list[str]:
    """Two-syllable pieces of each word: a tokeniser that needs nothing."""
    return [word[i : i + 2] for word in text.split() for i in range(max(1, len(word) - 1))]


def appendix() -> list[tuple[str, Attributes]]:
    with (Path(DATA) / "appendix.csv").open(encoding="utf-8") as file:
        return [
            (
                row["id"],
                Attributes(
                    title=row["title_corrected"] or row["title"] or None,
                    partner_type=row["partner_type"],
                    service_field=row["service_field"],
                    tech_applied=row["tech_applied"],
                    tech_applicable=row["tech_applicable"],
                    resource_shared=row["resource_shared"],
                    sustainable=row["sustainable"],
                ),
            )
            for row in csv.DictReader(file)
        ]


CASES = appendix()
INDEX = Index(CASES, pairs)


def test_a_case_is_most_like_itself_and_empty_houses_find_empty_houses():
    found = INDEX.near(INDEX.cases["A093"], 5)
    assert found[0].key == "A093"
    assert found[0].score == pytest.approx(1)
    asked = Attributes(title="빈집을 고쳐 청년에게 빌려줍니다", service_field="지역개발/환경")
    titles = [INDEX.cases[similar.key].title or "" for similar in INDEX.near(asked, 5)]
    assert sum("빈집" in title for title in titles) >= 3


def test_an_attribute_on_which_all_agree_weighs_nothing():
    parts = INDEX.near(INDEX.cases["A001"], 2)[1].parts
    assert {part.attribute: part.weight for part in parts}["resource_shared"] == 0


def test_every_similar_case_says_why():
    for similar in INDEX.near(Attributes(title="노인 돌봄", service_field="사회복지"), 20):
        assert similar.reason.ko.endswith(".")
        assert {part.attribute for part in similar.parts} <= set(WEIGHTS)


def test_the_case_without_a_title_is_unknown_in_words_not_different():
    found = {s.key: s for s in INDEX.near(Attributes(title="도로", service_field="지역개발/환경"), 601)}
    assert "words" in found["A353"].unknown


def test_a_key_that_comes_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        Index([("a", Attributes()), ("a", Attributes())], pairs)


@given(st.lists(attributes, max_size=12), attributes, st.integers(0, 12), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_order_has_no_effect_and_scores_stay_in_range(many, asked, k, random):
    cases = [(f"{i:02}", a) for i, a in enumerate(many)]
    found = typology.similar(asked, cases, k, pairs)
    assert found == typology.similar(asked, random.sample(cases, len(cases)), k, pairs)
    assert len(found) <= k
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)
    assert all(0 < s.score <= 1 for s in found)
    for s in found:
        for part in s.parts:
            assert part.score is None or 0 <= part.score <= 1


@given(attributes, attributes)
@settings(max_examples=100, deadline=None)
def test_what_is_not_known_is_never_counted_as_agreement(asked, other):
    found = typology.similar(asked, [("x", other)], 1, pairs)
    for similar in found:
        for part in similar.parts:
            if part.attribute in {"service_field", "partner_type", "sustainable", "tech_applied"}:
                assert getattr(asked, part.attribute) is not None
                assert (part.score is None) == (getattr(other, part.attribute) is None)


HOUSES = Attributes(title="빈집 재생", service_field="지역개발/환경", sustainable="yes")
BODIES = [
    Candidate("a", Said("가시", "Ga"), "local", frozenset({"가"})),
    Candidate("b", Said("나시", "Na"), "local", frozenset({"나"})),
    Candidate("c", Said("다회사", "Da"), "private", frozenset({"라"}), (("r1", "빈집 수리 인력"),)),
    Candidate("d", Said("라시", "Ra"), "local", frozenset({"라"})),
]
DEEDS = [
    Deed("A1", "빈집 재생 마을", HOUSES, frozenset({"d"}), frozenset({"local", "private"})),
    Deed("A2", "급식 센터", Attributes(title="급식 센터", service_field="교육"), frozenset("b"), frozenset({"local"})),
]
NEED = Need(Attributes(title="빈집 고치기", service_field="지역개발/환경"), "수리 인력", frozenset({"가"}))


def test_partners_come_with_a_sentence_and_what_it_rests_on():
    found = typology.suggest(NEED, BODIES, DEEDS, pairs, borders=Borders({"가": {"나"}}, {}), leave_out={"a"})
    by_key = {s.key: s for s in found}
    assert [s.key for s in found] == ["c", "b", "d"], "what is lacking, then who is next door, then who did the like"
    assert by_key["d"].evidence[0] == "A1"
    assert "빈집 재생 마을" in by_key["d"].reason.ko
    assert "r1" in by_key["c"].evidence
    assert by_key["b"].reason.ko.startswith("맞닿은 지역에 있")
    assert "a" not in by_key
    for suggestion in found:
        assert suggestion.evidence
        assert suggestion.reason.ko.endswith("니다.")
        assert suggestion.reason.en.endswith(".")


def test_nobody_is_suggested_for_whom_nothing_speaks():
    assert typology.suggest(Need(Attributes()), BODIES, DEEDS, pairs) == []


def test_an_unknown_border_is_unknown_not_far():
    [suggestion] = [s for s in typology.suggest(NEED, BODIES, DEEDS, pairs) if s.key == "d"]
    assert {part.part: part.score for part in suggestion.parts}["near"] is None


@given(st.permutations(BODIES), st.permutations(DEEDS))
@settings(max_examples=30, deadline=None)
def test_order_of_bodies_and_deeds_has_no_effect(bodies, deeds):
    assert typology.suggest(NEED, bodies, deeds, pairs) == typology.suggest(NEED, BODIES, DEEDS, pairs)


def test_a_case_that_lasted_weighs_more():
    ended = [dataclasses.replace(DEEDS[0], attributes=dataclasses.replace(HOUSES, sustainable="no"))]
    lasting = typology.suggest(NEED, BODIES, DEEDS[:1], pairs)
    short = typology.suggest(NEED, BODIES, ended, pairs)
    score = {"lasting": 0.0, "short": 0.0}
    for name, found in (("lasting", lasting), ("short", short)):
        score[name] = next(s.score for s in found if s.key == "d")
    assert score["lasting"] > score["short"]


def test_a_kind_that_always_takes_part_says_nothing():
    deeds = [*DEEDS, Deed("A3", "공원", Attributes(title="공원"), frozenset(), frozenset({"local"}))]
    for suggestion in typology.suggest(NEED, BODIES, deeds, pairs):
        kind = {part.part: part for part in suggestion.parts}["kind"]
        assert (kind.said is not None) == (suggestion.key == "c")
