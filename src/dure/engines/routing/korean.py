"""Names that bring the right particle with them: `f"{name:이}"` is 아산시가 or 종로구청이."""

from __future__ import annotations

PARTICLES = {
    "이": ("이", "가"),
    "은": ("은", "는"),
    "을": ("을", "를"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
    "이라": ("이라", "라"),
    "이라서": ("이라서", "라서"),
    "이면": ("이면", "면"),
    "인": ("인", "인"),
}
RIEUL = 8


def particle(word: str, wanted: str) -> str:
    """The form of the particle after `word`; after anything but Hangul the form for a vowel. KeyError: unknown."""
    closed, open_ = PARTICLES[wanted]
    if not word or not "가" <= word[-1] <= "힣":
        return open_
    final = (ord(word[-1]) - 0xAC00) % 28
    if wanted == "으로" and final == RIEUL:
        return open_
    return closed if final else open_


class Name(str):
    """A word for templates: a format spec names the particle, e.g. `{body:이}`."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return str(self) + particle(self, spec) if spec else str(self)
