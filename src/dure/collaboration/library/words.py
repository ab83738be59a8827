"""Korean text to words, for comparing cases."""

from __future__ import annotations

from collections.abc import Iterable

from dure.engines.retrieval import shared_analyser


def words(text: str) -> list[str]:
    """Content words by their dictionary form. The first call of a process loads the morphemes (seconds)."""
    return shared_analyser().analyse(text).forms() if text.strip() else []


def words_of_many(texts: Iterable[str]) -> list[list[str]]:
    """The same for many texts, on more than one core."""
    return [analysis.forms() for analysis in shared_analyser().analyse_many(texts)]
