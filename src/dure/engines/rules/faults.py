"""What is wrong with a rule file: where, what, and what to do about it. Nothing else is ever raised for a file."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake. `line` and `column` count from 1 (column in characters); 0 where the fault is of the whole file.

    `code` is for programs, `words` and `remedy` are Korean sentences for the official who wrote the file.
    """

    line: int
    column: int
    code: str
    words: str
    remedy: str = ""
    file: str = ""

    def __str__(self) -> str:
        place = f"{self.file or '-'}:{self.line}:{self.column}"
        return f"{place}: {self.words}" + (f" → {self.remedy}" if self.remedy else "") + f" [{self.code}]"


class Faults(Exception):
    """One or more faults, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults), key=lambda one: (one.file, one.line, one.column, one.code, one.words)))
        super().__init__("\n".join(map(str, self.faults)))


class Wrong(Exception):
    """A fault inside one expression, before its place in the file is known. `start` counts characters from 0."""

    def __init__(self, start: int, code: str, words: str, remedy: str = "") -> None:
        super().__init__(words)
        self.start, self.code, self.words, self.remedy = start, code, words, remedy


def shown(text: str, most: int = 60) -> str:
    """A piece of somebody's file as it may be repeated in a message: one line, no control or direction marks."""
    plain = "".join(character if unicodedata.category(character)[0] != "C" else "�" for character in text[: most + 1])
    return plain if len(plain) <= most else plain[:most] + "…"


def meant(word: str, known: Iterable[str], cutoff: float = 0.7) -> str:
    """`「…」을(를) 뜻했나요?` for the nearest known word (compared by single Korean letters), or nothing."""
    letters = {unicodedata.normalize("NFD", one): one for one in known}
    near = difflib.get_close_matches(unicodedata.normalize("NFD", word[:100]), letters, n=1, cutoff=cutoff)
    return f"혹시 「{letters[near[0]]}」인가요?" if near else ""


__all__ = ["Fault", "Faults", "Wrong", "meant", "shown"]
