"""The piece of a text that shows why it was found, with spans to mark; no HTML."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dure.engines.retrieval.analyser import Word


@dataclass(frozen=True, slots=True)
class Snippet:
    """`text` is a piece of the original; `marks` are (start, end) into it, in order, not overlapping."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()
    cut_before: bool = False
    cut_after: bool = False

    def pieces(self) -> list[tuple[str, bool]]:
        """The text cut at its marks: (piece, marked). Joined again they are the text."""
        pieces: list[tuple[str, bool]] = []
        at = 0
        for start, end in self.marks:
            if start > at:
                pieces.append((self.text[at:start], False))
            pieces.append((self.text[start:end], True))
            at = end
        if at < len(self.text):
            pieces.append((self.text[at:], False))
        return pieces


def snippet(text: str, words: Sequence[Word], forms: Collection[str], *, width: int = 160) -> Snippet:
    """The window of at most about `width` letters with the most different words of `forms`, cut at blanks where
    possible.

    `words` are the analysed words of `text`, in order of `start`.
    """
    hits = [word for word in words if word.form in forms and word.start < len(text)]
    if len(text) <= width:
        begin, stop = 0, len(text)
    else:
        begin = _window(hits, width)
        begin = max(0, min(begin - width // 4, len(text) - width)) if hits else 0
        stop = min(len(text), begin + width)
        begin, stop = _at_blanks(text, begin, stop)
    marks: list[tuple[int, int]] = []
    for word in sorted(hits, key=lambda hit: (hit.start, -hit.length)):
        start, end = max(word.start, begin), min(word.start + word.length, stop)
        if start >= end:
            continue
        if marks and start - begin <= marks[-1][1]:
            marks[-1] = (marks[-1][0], max(marks[-1][1], end - begin))
        else:
            marks.append((start - begin, end - begin))
    return Snippet(text[begin:stop], tuple(marks), begin > 0, stop < len(text))


def _window(hits: Sequence[Word], width: int) -> int:
    best, best_start = 0, 0
    for at, word in enumerate(hits):
        inside: set[str] = set()
        for other in hits[at : at + 60]:
            if other.start + other.length > word.start + width * 3 // 4:
                break
            inside.add(other.form)
        if len(inside) > best:
            best, best_start = len(inside), word.start
    return best_start


def _at_blanks(text: str, begin: int, stop: int) -> tuple[int, int]:
    if begin > 0:
        blank = text.find(" ", begin, begin + 20)
        begin = blank + 1 if blank >= 0 else begin
    if stop < len(text):
        blank = text.rfind(" ", max(begin, stop - 20), stop)
        stop = blank if blank > begin else stop
    return begin, stop
