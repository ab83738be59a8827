from __future__ import annotations

from typing import NamedTuple


class Said(NamedTuple):
    """One sentence in both languages. `str(said)` is the Korean."""

    ko: str
    en: str

    def __str__(self) -> str:
        return self.ko

    def in_(self, language: str) -> str:
        """The text in `language` ('en…' gives English, everything else Korean)."""
        return self.en if language.startswith("en") else self.ko
