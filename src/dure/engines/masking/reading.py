"""Text as the finders read it: plain digits, letters, dashes and blanks, each with the place where it stood."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LABELS = {
    "resident": "주민등록번호",
    "foreigner": "외국인등록번호",
    "phone": "전화번호",
    "card": "카드번호",
    "account": "계좌번호",
    "plate": "차량번호",
    "email": "이메일 주소",
    "passport": "여권번호",
    "driver": "운전면허번호",
}
"""Kinds of personal numbers, and the word that stands where one was."""

_DASHES = frozenset("‐‑‒–—―−－﹣⁃ㅡ·・")
_SPACES = frozenset("\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\t")
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
_MARK = re.compile(r"\[(?:" + "|".join(LABELS.values()) + r")\]")


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character in _INVISIBLE:
        return ""
    if character in _DASHES:
        return "-"
    if character in _SPACES:
        return " "
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    # Only decimal digits: a circled number before a telephone number is a list mark.
    if ord(character) > 127 and unicodedata.category(character) == "Nd":
        return str(unicodedata.digit(character))
    return character


def normal(text: str) -> tuple[str, list[int]]:
    """The text in plain characters without invisible ones, and where each of them stood. Marks of masked numbers are
    blanked: their words say nothing about the number beside them."""
    text = _MARK.sub(lambda mark: "[" + "□" * (len(mark.group()) - 2) + "]", text)
    pairs = [(plain, index) for index, character in enumerate(text) if (plain := _plain(character))]
    return "".join(plain for plain, _ in pairs), [index for _, index in pairs]
