"""What a finder gives, and how it looks at the words around a number."""

from __future__ import annotations

import re
from dataclasses import dataclass

CERTAIN = "certain"
POSSIBLE = "possible"

CONTEXT = 25
"""How many characters before and after a number are looked at for a word that says what it is."""


@dataclass(frozen=True)
class Found:
    """`kind`: a key of LABELS or of PUBLIC. `start`, `end`: positions in the text as given. `certainty`: `certain`
    where a check digit, an assigned prefix or a word beside it settles it, else `possible`."""

    kind: str
    start: int
    end: int
    certainty: str = CERTAIN


def near(words: re.Pattern[str], text: str, match: re.Match[str]) -> bool:
    return words.search(text, max(0, match.start() - CONTEXT), match.end() + CONTEXT) is not None


def before(words: re.Pattern[str], text: str, start: int, reach: int) -> bool:
    return words.search(text, max(0, start - reach), start) is not None


def last(words: re.Pattern[str], text: str, start: int, reach: int) -> int:
    """Where the last of the words before `start` begins, -1 if there is none."""
    place = -1
    for match in words.finditer(text, max(0, start - reach), start):
        place = match.start()
    return place
