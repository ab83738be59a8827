from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engines.retrieval import Analyser, DictionaryError, house_words, shared_analyser
from dure.engines.retrieval.text import bigrams, clean, fold


def forms(text: str) -> list[str]:
    return shared_analyser().analyse(text).forms()


def test_importing_loads_no_model() -> None:
    code = "import sys, dure.engines.retrieval; sys.exit('kiwipiepy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": "src"}, check=False).returncode == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("학교밖청소년", {"학교", "밖", "청소년", "학교밖청소년"}),
        ("학교 밖 청소년을 위해", {"학교", "밖", "청소년"}),
        ("공동급식", {"공동", "급식", "공동급식"}),
        ("주차장에서", {"주차장"}),
        ("길이 깨끗해졌어요", {"길", "깨끗"}),
        ("깨끗하게 치웠다", {"깨끗", "치우다"}),
        ("도와주셔서 걷기가", {"걷다", "걷기"}),
        ("ＣＣＴＶ와 IoT", {"cctv", "iot"}),
        ("1인가구 100원 택시", {"1", "1인가구", "100", "100원", "택시", "가구"}),
        ("비공개", {"공개", "비공개"}),
        ("Tôi muốn đăng ký", {"tôi", "muốn", "đăng", "ký"}),
        ("아이 돌봄", {"아이", "돌봄"}),
    ],
)
def test_content_words(text: str, expected: set[str]) -> None:
    assert expected <= set(forms(text))


@pytest.mark.parametrize("text", ["", "   ", "!!!…", "💩🎉", "\x00\ud800", "할 수 있는 것"])
def test_nothing_to_find(text: str) -> None:
    assert forms(text) == []


@pytest.mark.parametrize("word", house_words())
def test_house_words_stay_whole(word: str) -> None:
    assert word in forms(f"{word} 신고를 했습니다")
    assert "신고" in forms(f"{word} 신고를 했습니다")


def test_letter_pairs_find_inside_long_nouns() -> None:
    assert {"주차", "차장"} <= shared_analyser().analyse("주차장").pairs
    assert shared_analyser().analyse("주차").pairs == frozenset()


def test_places_point_into_the_cleaned_text() -> None:
    analysis = shared_analyser().analyse("학교밖청소년 배움터, CCTV")
    for word in analysis.words:
        if word.kind in {"noun", "foreign", "whole"}:
            assert fold(analysis.text[word.start : word.start + word.length]) == word.form


def test_batch_is_the_same_as_one_by_one_and_lazy() -> None:
    texts = ["공영주차장 조성", "", "빈집은행 프로젝트", "로드킬 바로신고"] * 5
    analyser = shared_analyser()
    assert list(analyser.analyse_many(iter(texts))) == [analyser.analyse(text) for text in texts]


@pytest.mark.slow
def test_many_threads_get_the_same_words() -> None:
    analyser = Analyser(["빈집은행"])
    results: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: results.append(analyser.analyse("빈집은행 운영").forms())) for _ in range(6)
    ]
    assert not analyser.loaded
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert analyser.loaded
    assert results == [["빈집은행", "운영"]] * 6


@pytest.mark.parametrize("word", ["", "두 낱말", "가" * 41])
def test_bad_user_words_are_refused(word: str) -> None:
    with pytest.raises(DictionaryError):
        Analyser([word])


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_text_gives_clean_forms_inside_the_text(text: str) -> None:
    analysis = shared_analyser().analyse(text)
    assert analysis.text == clean(text)
    for word in analysis.words:
        assert word.form
        assert not set(word.form) & set(" \t\n\x00\"'\\&|()*:=~")
        assert 0 <= word.start < word.start + word.length <= len(analysis.text)
    for pair in analysis.pairs:
        assert len(pair) == 2


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_that_is_indexed(text: str) -> None:
    assert all(len(pair) == 2 for pair in bigrams(fold(text)))
    assert "\x00" not in clean(text)
