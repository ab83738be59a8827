"""The questions of the checklist (지속가능성), with their sources: `data/guideline/sustainability.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.translation import get_language


@dataclass(frozen=True)
class Item:
    """One question. `pillar`: one of the study's three pillars; `source` says where in the study it comes from."""

    key: str
    pillar: bool
    ko: str
    en: str
    ask_ko: str
    ask_en: str
    source: str

    @property
    def label(self) -> str:
        return self.en if get_language() == "en" else self.ko

    @property
    def ask(self) -> str:
        return self.ask_en if get_language() == "en" else self.ask_ko


@cache
def items() -> dict[str, Item]:
    """Key to question, in the order of the checklist."""
    path = settings.BASE_DIR / "data" / "guideline" / "sustainability.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["items"]
    texts = ("key", "pillar", "ko", "en", "ask_ko", "ask_en")
    return {row["key"]: Item(**{name: row[name] for name in texts}, source=row["from"]) for row in rows}
