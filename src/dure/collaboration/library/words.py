"""Korean text to words, for comparing cases."""

from __future__ import annotations

from collections.abc import Iterable

from dure.engines.retrieval import shared_analyser


def words(text: str) -> list[str]:
    """Content words by their dictionary form. The first call of a process loads the morphemes (seconds).

    Words of one syllable are left out: 집, 일, 곳 make a house for young people look like the navy's house.
    """
    return _telling(shared_analyser().analyse(text).forms()) if text.strip() else []


def _telling(forms: Iterable[str]) -> list[str]:
    return [form for form in forms if len(form) > 1]


def words_of_many(texts: Iterable[str]) -> list[list[str]]:
    """The same for many texts, on more than one core."""
    return [_telling(analysis.forms()) for analysis in shared_analyser().analyse_many(texts)]
