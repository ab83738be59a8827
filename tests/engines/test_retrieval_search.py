from __future__ import annotations

import sqlite3
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engines.retrieval import (
    AllOf,
    AnyOf,
    AreaError,
    DictionaryError,
    Lexeme,
    MemoryStore,
    Synonyms,
    applies,
    layers,
    nearest_wins,
    plan,
    search,
    shared_analyser,
    shared_synonyms,
    shorten,
    snippet,
    to_fts5,
    to_tsquery,
    valid,
)
from dure.engines.retrieval.query import MAX_CONCEPTS, stages
from dure.engines.retrieval.ranking import rarity

DOCUMENTS = {
    "a": ("학교밖 배움터 달팽이학교", "정규 수업이 어려운 청소년에게 대체 수업을 운영"),
    "b": ("안양시 공동급식지원센터", "네 시가 학교급식 지원센터를 함께 세우고 운영"),
    "c": ("공영주차장 조성", "국유지에 주차장을 만든다"),
    "d": ("로드킬 바로신고 시스템", "운전자가 동물 사체를 말로 알린다"),
    "e": ("독거노인 고독사 예방", "혼자 지내는 어르신의 안부를 살핀다"),
    "f": ("빈집은행 프로젝트", "빈집을 청년에게 내준다"),
    "g": ("청소년 문화의 집", "공연과 모임 공간"),
    "h": ("스마트 주차서비스", "빈 자리를 앱으로 알린다"),
}


@pytest.fixture(scope="module")
def store() -> MemoryStore:
    analyser = shared_analyser()
    filled = MemoryStore()
    for key, (title, body) in DOCUMENTS.items():
        filled.add(key, analyser.analyse(title), analyser.analyse(body))
    return filled


def keys(query: str, store: MemoryStore) -> list[str]:
    return [hit.candidate.key for hit in search(plan(query, shared_analyser(), shared_synonyms()), store).hits]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("학교 밖 청소년", "a"),
        ("학교밖청소년", "a"),
        ("공동급식", "b"),
        ("공동 급식", "b"),
        ("급식센터", "b"),
        ("주차장", "c"),
        ("고라니", "d"),
        ("홀로 사는 노인", "e"),
        ("빈 집", "f"),
        ("빈집", "f"),
        ("주차", "h"),
        ("청소년", "g"),
    ],
)
def test_first_hit(query: str, first: str, store: MemoryStore) -> None:
    assert keys(query, store)[0] == first


def test_a_short_word_is_found_inside_a_longer_noun(store: MemoryStore) -> None:
    assert "c" in keys("주차", store)


def test_what_matched_is_told(store: MemoryStore) -> None:
    found = search(plan("고라니 우주선", shared_analyser(), shared_synonyms()), store)
    why = found.hits[0].why
    assert why.title == ("고라니",)
    assert why.meant[0][0] == "고라니"
    assert "로드킬" in why.meant[0][1]
    assert "우주선" in why.missing
    assert found.unknown == ("우주선",)


def test_removed_and_replaced_documents_are_gone() -> None:
    analyser = shared_analyser()
    store = MemoryStore()
    store.add("x", analyser.analyse("주차장"), analyser.analyse(""))
    store.add("x", analyser.analyse("도서관"), analyser.analyse(""))
    assert keys("주차장", store) == []
    assert keys("도서관", store) == ["x"]
    store.remove("x")
    store.remove("never there")
    assert keys("도서관", store) == []


def test_equal_scores_come_by_key() -> None:
    analyser = shared_analyser()
    store = MemoryStore()
    for key in ["b", "a", "c"]:
        store.add(key, analyser.analyse("주차장"), analyser.analyse(""))
    assert keys("주차장", store) == ["a", "b", "c"]


def test_candidates_are_bounded_and_titles_come_first() -> None:
    analyser = shared_analyser()
    store = MemoryStore()
    store.add("old", analyser.analyse("주차장 조성"), analyser.analyse(""))
    body = analyser.analyse("주차장 이야기")
    for number in range(40):
        store.add(f"n{number:02}", analyser.analyse("소식"), body)
    found = search(plan("주차장", analyser), store, candidates=10)
    assert found.bounded
    assert len(found.hits) == 10
    assert found.hits[0].candidate.key == "old"


@pytest.mark.parametrize("query", ["", "!!!", "'; drop table", '"AND" OR (', "을 를", "\x00", "NEAR(a b)", "* : ^ -"])
def test_odd_queries_never_fail(query: str, store: MemoryStore) -> None:
    search(plan(query, shared_analyser(), shared_synonyms()), store)


def test_long_queries_are_clipped_and_say_so() -> None:
    asked = plan("공영주차장 조성과 " * 1000, shared_analyser())
    assert asked.clipped
    many = plan(" ".join(chr(97 + number % 26) * (number % 5 + 1) for number in range(40)), shared_analyser())
    assert many.clipped
    assert len(many.concepts) == MAX_CONCEPTS
    assert not plan("공영주차장", shared_analyser()).clipped


def test_stages_loosen_and_stay_small() -> None:
    for count in range(1, MAX_CONCEPTS + 1):
        concepts = plan(" ".join(chr(97 + number) * 3 for number in range(count)), shared_analyser()).concepts
        assert len(concepts) == count
        for stage in stages(concepts):
            assert len(stage.items) <= 10 if isinstance(stage, AnyOf) else True
    assert stages([]) == []


def test_expressions_are_quoted_for_both_databases() -> None:
    tricky = AllOf((Lexeme('a"b'), AnyOf((Lexeme("c'd\\"), Lexeme("~주차")))))
    assert to_fts5(tricky) == '("a""b" AND ("c\'d\\" OR "~주차"))'
    assert to_tsquery(tricky) == "('a\"b' & ('c''d\\\\' | '~주차'))"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_query_is_good_fts5(query: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("create virtual table t using fts5(x, tokenize=\"ascii tokenchars '=~_'\")")
    for stage in stages(plan(query, shared_analyser(), shared_synonyms()).concepts):
        connection.execute("select count(*) from t where t match ?", [to_fts5(stage)]).fetchone()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["주차장", "급식", "청소년", "학교", "빈집", "로드킬", "집", "신고"]), min_size=1, max_size=5
    )
)
def test_hits_are_ordered_explained_and_repeatable(words: list[str]) -> None:
    analyser = shared_analyser()
    store = MemoryStore()
    for key, (title, body) in DOCUMENTS.items():
        store.add(key, analyser.analyse(title), analyser.analyse(body))
    asked = plan(" ".join(words), analyser, shared_synonyms())
    hits = search(asked, store).hits
    assert hits == search(asked, store).hits
    assert [(-hit.score, hit.candidate.key) for hit in hits] == sorted((-h.score, h.candidate.key) for h in hits)
    for hit in hits:
        assert hit.score > 0
        assert hit.why.title or hit.why.body


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_rarity_is_never_negative(documents: int, found: int) -> None:
    assert rarity(documents, found) >= 0


def test_synonyms_go_both_ways_or_one() -> None:
    table = Synonyms(["홀로 사는 노인, 독거노인", "고라니 > 로드킬  # one way", ""], shared_analyser())
    assert table.match(["독거", "노인"])[0] == 2
    assert table.match(["고라니"]) == (1, (("로드킬",),))
    assert table.match(["로드킬"]) == (0, ())


@pytest.mark.parametrize("line", ["혼자", "!!!, 로드킬", "로드킬, 로드킬"])
def test_bad_synonym_lines_name_their_number(line: str) -> None:
    with pytest.raises(DictionaryError, match="line 2"):
        Synonyms(["주차장, 주차공간", line], shared_analyser())


def test_snippets_show_the_best_window_with_marks() -> None:
    text = "앞말 " * 100 + "국유지에 주차장을 만들어 주민과 나눈다. " + "뒷말 " * 100
    analysis = shared_analyser().analyse(text)
    piece = snippet(analysis.text, analysis.words, {"주차장", "주민"}, width=80)
    assert piece.cut_before
    assert piece.cut_after
    assert [piece.text[start:end] for start, end in piece.marks] == ["주차장", "주민"]
    assert len(piece.text) <= 80


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="주차장 공동급식 ab,.\n", max_size=400), st.integers(10, 200))
def test_snippets_are_pieces_of_the_text(text: str, width: int) -> None:
    analysis = shared_analyser().analyse(text)
    piece = snippet(analysis.text, analysis.words, set(analysis.forms()), width=width)
    assert piece.text in analysis.text
    assert "".join(part for part, _ in piece.pieces()) == piece.text
    ends = [place for mark in piece.marks for place in mark]
    assert ends == sorted(ends)
    assert all(0 <= start < end <= len(piece.text) for start, end in piece.marks)


def test_layers_of_an_area() -> None:
    assert layers("4111100000") == ("", "41", "41111")
    assert layers("11") == ("", "11")
    assert layers("") == ("",)
    assert shorten("4100000000") == "41"
    assert applies("41", "41111")
    assert not applies("41111", "41")
    with pytest.raises(AreaError):
        shorten("seoul")


def test_the_nearest_text_wins_per_subject() -> None:
    texts = [("fee", ""), ("fee", "41"), ("fee", "41111"), ("hours", "41"), (None, "")]
    kept = nearest_wins(texts, subject=lambda text: text[0], area=lambda text: text[1])
    assert kept == [("fee", "41111"), ("hours", "41"), (None, "")]


def test_validity_includes_both_ends() -> None:
    day = date(2026, 7, 1)
    assert valid(day, day, day)
    assert valid(day, None, None)
    assert not valid(day, date(2026, 7, 2), None)
    assert not valid(day, None, date(2026, 6, 30))


def test_letters_without_a_content_word_are_looked_for_as_they_stand() -> None:
    analyser = shared_analyser()
    store = MemoryStore()
    store.add("x", analyser.analyse("아이 돌봄"), analyser.analyse(""))
    assert keys("아이", store) == ["x"]
    assert [concept.typed for concept in plan("어머나", analyser).concepts] == ["어머나"]


def test_what_is_done_ranks_but_does_not_narrow() -> None:
    asked = plan("주차장 나눠 쓰기", shared_analyser(), shared_synonyms())
    assert [concept.typed for concept in asked.concepts if concept.needed] == ["주차장"]


def test_the_house_tables_are_sound() -> None:
    assert len(shared_synonyms()) > 100
