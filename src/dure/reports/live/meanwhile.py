"""What to do until somebody comes: `data/services/meanwhile.yaml`, read once in a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import get_language

from dure.reports import categories


@dataclass(frozen=True, slots=True)
class Manual:
    """Short instructions. `call` are numbers to call first, with for what; empty where nobody's life is in danger."""

    id: str
    steps: tuple[str, ...]
    call: tuple[tuple[str, str], ...]


@cache
def _table() -> Mapping[str, Any]:
    path = Path(settings.BASE_DIR) / "data/services/meanwhile.yaml"
    found: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def manual_for(category: str) -> Manual:
    """The category's own manual, else that of its group, else the one for everything."""
    table, known = _table(), categories.category(category)
    id = category if category in table["categories"] else ""
    if id:
        entry = table["categories"][id]
    elif known and known.group in table["groups"]:
        id, entry = known.group, table["groups"][known.group]
    else:
        id, entry = "default", table["default"]
    language = "en" if (get_language() or "").startswith("en") else "ko"
    numbers = table["numbers"]
    call = tuple((number, numbers[number][language]) for number in entry.get("call", ()))
    return Manual(id, tuple(entry[language]), call)
