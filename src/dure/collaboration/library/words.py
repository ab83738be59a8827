"""Korean text to words, for comparing cases."""

from __future__ import annotations

from collections.abc import Iterable

from dure.engines.retrieval import shared_analyser

COMMON = {"함께", "우리", "모두", "하나", "더불다", "나누다", "만들다", "사업", "추진", "운영", "지원"}
COMMON |= {"협업", "협력", "구축", "조성", "활성화", "활용", "통하다", "위하다"}


def words(text: str) -> list[str]:
    """Content words by their dictionary form. The first call of a process loads the morphemes (seconds).

    Words of one syllable are left out, as are those that any collaboration uses: 집 makes a house for young people
    look like the navy's house, 함께 makes everything look like everything.
    """
    return _telling(shared_analyser().analyse(text).forms()) if text.strip() else []


def _telling(forms: Iterable[str]) -> list[str]:
    return [form for form in forms if len(form) > 1 and form not in COMMON]


def words_of_many(texts: Iterable[str]) -> list[list[str]]:
    """The same for many texts, on more than one core."""
    return [_telling(analysis.forms()) for analysis in shared_analyser().analyse_many(texts)]
