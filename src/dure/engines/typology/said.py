"""Sentences an engine says: the same in Korean and in English, so that an engine needs no catalogue of strings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

BRACKETS = re.compile(r"\s*\([^()]*\)$")


class Said(NamedTuple):
    """One phrase in both languages. `str(said)` is the Korean."""

    ko: str
    en: str

    def __str__(self) -> str:
        return self.ko

    def in_(self, language: str) -> str:
        """The text in `language` ('en…' gives English, everything else Korean)."""
        return self.en if language.startswith("en") else self.ko


def has_final_consonant(word: str) -> bool:
    """Whether the last syllable of a Korean word ends in a consonant; False for anything else."""
    last = word[-1:] if word else ""
    return "가" <= last <= "힣" and (ord(last) - ord("가")) % 28 != 0


def and_ko(parts: Iterable[str]) -> str:
    """'가와 나와 다': Korean noun phrases joined with the particle each of them takes."""
    words = list(parts)
    # What stands in brackets at the end is not read when the particle is chosen.
    joined = "".join(f"{word}{'과' if has_final_consonant(BRACKETS.sub('', word)) else '와'} " for word in words[:-1])
    return joined + (words[-1] if words else "")


def and_en(parts: Iterable[str]) -> str:
    words = list(parts)
    if len(words) <= 1:
        return words[0] if words else ""
    return ", ".join(words[:-1]) + " and " + words[-1]
