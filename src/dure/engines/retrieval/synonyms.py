"""Words that mean the same to an office and to a citizen: a small table, read once, matched on morphemes.

A line of the table is `one, another, third` (each finds the others) or `asked > found, found` (one way). `#` starts a
remark. Only queries are widened, never documents: a better table helps at once, without indexing again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import resources

from dure.engines.retrieval.analyser import Analyser, shared_analyser
from dure.engines.retrieval.errors import DictionaryError
from dure.engines.retrieval.text import fold


class Synonyms:
    """`lines`: the table. Raises DictionaryError for a line with a phrase that has no content word or that
    stands alone.
    """

    def __init__(self, lines: Iterable[str], analyser: Analyser) -> None:
        self._table: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
        for number, line in enumerate(lines, start=1):
            line = line.split("#", 1)[0].strip()
            if line:
                self._add(line, number, analyser)
        self._longest = max((len(key) for key in self._table), default=0)

    def __len__(self) -> int:
        return len(self._table)

    def _add(self, line: str, number: int, analyser: Analyser) -> None:
        asked, arrow, found = line.partition(">")
        left = [key for phrase in asked.split(",") for key in self._keys(phrase, number, analyser)]
        right = [key for phrase in found.split(",") for key in self._keys(phrase, number, analyser)] if arrow else left
        if len(set(left + right)) < 2:
            raise DictionaryError(f"line {number} of the synonyms has fewer than two different phrases: {line!r}")
        for key in left:
            known = self._table.get(key, ())
            self._table[key] = tuple(dict.fromkeys([*known, *(other for other in right if other != key)]))

    @staticmethod
    def _keys(phrase: str, number: int, analyser: Analyser) -> list[tuple[str, ...]]:
        """The phrase's words, and for a compound also the whole: Kiwi may take a new compound for one noun."""
        forms = tuple(word.form for word in analyser.analyse(phrase).words if word.kind != "whole")
        if not forms:
            raise DictionaryError(f"line {number} of the synonyms: {phrase.strip()!r} has no content word")
        whole = fold(phrase)
        return [forms, (whole,)] if len(forms) > 1 and " " not in phrase.strip() else [forms]

    def match(self, forms: Sequence[str]) -> tuple[int, tuple[tuple[str, ...], ...]]:
        """The longest phrase of the table that `forms` begins with: how many forms it takes, and what else finds
        it.
        """
        for size in range(min(self._longest, len(forms)), 0, -1):
            others = self._table.get(tuple(forms[:size]))
            if others:
                return size, others
        return 0, ()


@lru_cache(maxsize=1)
def shared_synonyms() -> Synonyms:
    """The house's table (data/synonyms.txt), analysed by the shared analyser at the first call."""
    lines = (resources.files(__package__) / "data" / "synonyms.txt").read_text("utf-8").splitlines()
    return Synonyms(lines, shared_analyser())
