"""Text before analysis: one spelling for one text, and the pieces that need no morphemes."""

from __future__ import annotations

import re
import unicodedata

HANGUL = re.compile(r"[가-힣]+")
FOREIGN = re.compile(r"(?:(?![가-힣ㄱ-ㅎㅏ-ㅣ])[^\W_])(?:(?![가-힣ㄱ-ㅎㅏ-ㅣ])[\w])*")
HAN = re.compile(r"[㐀-鿿豈-﫿぀-ヿ]")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    """NFC, with control and invisible characters (also NUL and lone surrogates, which no database takes) as blanks.

    Offsets into the result are what `Word.start` and snippets speak of, so callers keep this text, not the original.
    """
    return _UNSEEN.sub(" ", unicodedata.normalize("NFC", text))


def fold(form: str) -> str:
    """One form for full-width, compatibility and upper-case letters: 'ＣＣＴＶ' and 'CCTV' are 'cctv'.

    Whatever is no letter, digit or mark after folding is dropped, so that a form never holds a blank or a quote.
    """
    folded = unicodedata.normalize("NFKC", form).casefold()
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LNM")


def bigrams(form: str) -> list[str]:
    """Neighbouring pairs of letters, in order: '주차장' gives 주차, 차장; shorter than two letters gives nothing."""
    return [form[at : at + 2] for at in range(len(form) - 1)]
