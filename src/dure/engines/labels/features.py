"""What the model sees of a text: content words and pieces of letters.

Words carry the meaning; pieces of syllables see through endings and missing spaces ('죽어있음', '죽어 있어요'),
pieces of single letters (jamo) through typing errors ('멘홀', '맨홀'). Every feature knows where in the text it begins,
so that what speaks for a label can be shown in the text's own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dure.engines.retrieval import Analyser, Analysis

LONGEST = 2_000
"""Characters of a text that are read: what a report is about is said at its beginning."""

_KEPT = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣA-Za-z]")
_SYLLABLES = 2
_JAMO = 4
_LATIN = 4
_DULL = frozenset(
    [
        "the",
        "a",
        "an",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "to",
        "of",
        "in",
        "on",
        "at",
        "and",
        "or",
        "for",
        "it",
        "its",
        "my",
        "our",
        "i",
        "we",
        "they",
        "me",
        "us",
        "you",
        "he",
        "she",
        "this",
        "that",
        "there",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "with",
        "from",
        "by",
        "as",
        "not",
        "no",
        "so",
    ]
)


@dataclass(frozen=True)
class Seen:
    """`text`: what was read. `places`: feature → places in `text` where it begins, one for each time. A feature's
    first letter names its block: `w` words, `s` syllables, `j` jamo, `e` pieces of Latin letters."""

    text: str
    places: dict[str, list[int]]


def see(text: str, analyser: Analyser) -> Seen:
    """The features of one text. Loads the analyser's model at the first call of a process (1-3 s)."""
    return _seen(analyser.analyse(_short(text)))


def see_many(texts: Iterable[str], analyser: Analyser) -> Iterator[Seen]:
    return (_seen(analysis) for analysis in analyser.analyse_many(_short(text) for text in texts))


def _short(text: str) -> str:
    return unicodedata.normalize("NFC", text[: 2 * LONGEST])[:LONGEST]


def _seen(analysis: Analysis) -> Seen:
    words: dict[str, list[int]] = {}
    for word in analysis.words:
        if word.kind == "number" or word.form in _DULL:
            continue
        form = _stem(word.form) if word.form.isascii() else word.form
        words.setdefault(f"w:{form}", []).append(word.start)
    return Seen(analysis.text, words | _pieces(analysis.text))


def _stem(word: str) -> str:
    """English plurals and the commonest endings off; too little for a search, enough to meet the same word again."""
    for end in ("ing", "ed", "es", "s"):
        if word.endswith(end) and len(word) - len(end) >= 3:
            return word.removesuffix(end)
    return word


def _pieces(text: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    kept = [(sign.lower(), at) for at, sign in enumerate(text) if _KEPT.match(sign)]
    korean = [pair for pair in kept if not pair[0].isascii()]
    _grams(found, "s:", korean, _SYLLABLES)
    _grams(found, "j:", [(jamo, at) for sign, at in korean for jamo in unicodedata.normalize("NFD", sign)], _JAMO)
    _grams(found, "e:", [pair for pair in kept if pair[0].isascii()], _LATIN)
    return found


def _grams(found: dict[str, list[int]], mark: str, signs: list[tuple[str, int]], length: int) -> None:
    letters = "".join(sign for sign, _ in signs)
    for at in range(len(letters) - length + 1):
        found.setdefault(mark + letters[at : at + length], []).append(signs[at][1])


def spoken(text: str) -> list[tuple[str, int, int]]:
    """The words of a text as they stand there, parted by blanks: (word without marks around it, start, end)."""
    parts: list[tuple[str, int, int]] = []
    for match in re.finditer(r"\S+", text):
        word = match.group().strip(".,!?…~·'\"“”‘’()[]<>:;")
        parts.append((word or match.group(), match.start(), match.end()))
    return parts
