"""Korean text to content words, by Kiwi's morphemes.

Kiwi (Lee Minchul, Apache-2.0, https://github.com/bab2min/kiwipiepy) costs 1-2 s to load and about 330 MB of memory in
each process (490 MB with its multi-word dictionary, which changed no figure of `bench retrieval` and is left out). So
importing this module loads nothing: the first text does, once per process and behind a lock; `warm_up` does it ahead.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import tee
from typing import TYPE_CHECKING, Any, NamedTuple

from dure.engines.retrieval.errors import DictionaryError
from dure.engines.retrieval.text import FOREIGN, bigrams, clean, fold

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

LONGEST_WORD = 40
_NOUNS = {"NNG", "NNP", "NR", "XR"}
_AFFIXES = {"XPN", "XSN", "NNB"}
_STEMS = ("VV", "VA")
_NOMINAL = {"ᆷ", "음"}  # Kiwi calls them final endings when a text stops there ("아이 돌봄")
_DULL_ENDINGS = {"들", "님", "네", "씩", "째", "짜리"}


class Word(NamedTuple):
    """One content word: its folded form, where it stands in the cleaned text, and what it is.

    `kind`: 'noun' (also what stands before 하다), 'stem' (other verb or adjective, form ends in 다), 'adverb',
    'gerund' (쓰기, 걷기; its stem stands before it), 'foreign', 'number', or 'whole': a compound kept in one piece
    beside its parts, spanning them.
    """

    form: str
    start: int
    length: int
    kind: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """A cleaned text, its content words in order of appearance, and the letter pairs of its nouns."""

    text: str
    words: tuple[Word, ...]
    pairs: frozenset[str]

    def forms(self) -> list[str]:
        return [word.form for word in self.words]


class Analyser:
    """Turns text into content words. One instance may be used from many threads.

    `user_words`: nouns that Kiwi does not know or breaks. They are fixed at construction because each later change
    costs Kiwi about two seconds and may move the borders of neighbouring words.
    """

    def __init__(self, user_words: Iterable[str] = (), *, workers: int = 2) -> None:
        self.user_words = tuple(dict.fromkeys(clean(word).strip() for word in user_words))
        for word in self.user_words:
            if not word or " " in word or len(word) > LONGEST_WORD:
                raise DictionaryError(f"not a single word of 1 to {LONGEST_WORD} letters: {word!r}")
        self._workers = workers
        self._lock = threading.Lock()
        self._kiwi: Kiwi | None = None

    @property
    def loaded(self) -> bool:
        return self._kiwi is not None

    def warm_up(self) -> None:
        """Load the model now (1-3 s the first time, nothing later)."""
        self._engine()

    def _engine(self) -> Kiwi:
        if self._kiwi is None:
            with self._lock:
                if self._kiwi is None:
                    from kiwipiepy import Kiwi

                    kiwi = Kiwi(num_workers=self._workers, load_multi_dict=False)
                    for word in self.user_words:
                        kiwi.add_user_word(word, "NNP", 0)
                    kiwi.tokenize("준비")
                    self._kiwi = kiwi
        return self._kiwi

    def analyse(self, text: str) -> Analysis:
        """The content words of one text; an empty text has none."""
        cleaned = clean(text)
        return _analysis(cleaned, self._engine().tokenize(cleaned) if cleaned.strip() else [])

    def analyse_many(self, texts: Iterable[str]) -> Iterator[Analysis]:
        """The same for many texts, lazily and in order, on `workers` cores (about twice the speed of one by
        one).
        """
        cleaned, again = tee(clean(text) for text in texts)
        for text, tokens in zip(cleaned, self._engine().tokenize(again), strict=True):
            yield _analysis(text, tokens)


def _kind(token: Any, text: str) -> str:
    tag = token.tag
    if tag in _NOUNS or (tag == "IC" and token.len > 1):  # '아이' alone is an interjection to Kiwi
        return "noun"
    if tag == "SN":
        return "number"
    if tag in {"SL", "SH"} or (tag == "SW" and FOREIGN.match(text, token.start)):
        return "foreign"
    if tag in _AFFIXES:
        return "affix" if token.form not in _DULL_ENDINGS else ""
    if tag[:2] in _STEMS:
        return "stem"
    return "adverb" if tag == "MAG" else ""


def _analysis(text: str, tokens: list[Any]) -> Analysis:
    dull = dull_words()
    words: list[Word] = []
    pairs: set[str] = set()
    start, end, pieces = 0, -1, 0

    def close() -> None:
        nonlocal end, pieces
        whole = fold(text[start:end]) if pieces else ""
        if 2 <= len(whole) <= LONGEST_WORD:
            if len(whole) > 2:
                pairs.update(bigrams(whole))
            if pieces > 1:
                words.append(Word(whole, start, end - start, "whole"))
        end, pieces = -1, 0

    for at, token in enumerate(tokens):
        kind = _kind(token, text)
        stop = token.start + token.len
        joins = kind in {"noun", "number", "foreign", "affix"}
        form = fold(token.form)
        nominal = ""
        if kind == "stem":
            following = tokens[at + 1] if at + 1 < len(tokens) else None
            if len(form) > 2 and form.endswith("하"):
                form, kind = form[:-1], "noun"
            else:
                form += "다"
            if following is not None and (following.tag == "ETN" or following.form in _NOMINAL):
                stop, joins = following.start + following.len, True
                nominal = fold(text[token.start : stop])
        elif token.tag == "ETN" and stop == end:
            continue
        if not joins or token.start != end:
            close()
        if kind not in {"", "affix"} and 0 < len(form) <= LONGEST_WORD and form not in dull:
            words.append(Word(form, token.start, max(1, token.len), kind))
        if 1 < len(nominal) <= LONGEST_WORD:
            words.append(Word(nominal, token.start, stop - token.start, "gerund" if nominal[-1] == "기" else "noun"))
        if joins:
            if not pieces:
                start = token.start
            end, pieces = stop, pieces + 1
    close()
    return Analysis(text, tuple(words), frozenset(pairs))


def _lines(name: str) -> list[str]:
    lines = (resources.files(__package__) / "data" / name).read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def house_words() -> list[str]:
    """The words of data/words.txt: administrative terms that Kiwi breaks. Lines starting with # are remarks."""
    return _lines("words.txt")


@lru_cache(maxsize=1)
def dull_words() -> frozenset[str]:
    """The words of data/dull.txt, which are neither indexed nor searched for."""
    return frozenset(word for line in _lines("dull.txt") for word in line.split())


@lru_cache(maxsize=1)
def shared_analyser() -> Analyser:
    """The analyser of this process, with the house's words; made at the first call, loaded at the first text."""
    return Analyser(house_words())
