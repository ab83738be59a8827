"""The criteria a contest can choose from, in the study's frame (`data/guideline/contest-criteria.json`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language


@dataclass(frozen=True)
class Known:
    """`words` are {language: {label, about, anchors}}; `frame` is where in the study it comes from; `usual`: chosen
    unless somebody decides otherwise."""

    key: str
    frame: str
    usual: bool
    words: Mapping[str, Any]

    @property
    def label(self) -> str:
        return str(self._said()["label"])

    @property
    def about(self) -> str:
        return str(self._said()["about"])

    def _said(self) -> Mapping[str, Any]:
        return self.words["en" if get_language() == "en" else "ko"]


@cache
def known() -> Mapping[str, Known]:
    """All criteria by key, in the file's order."""
    rows = json.loads((settings.BASE_DIR / "data" / "guideline" / "contest-criteria.json").read_text("utf-8"))
    return {
        row["key"]: Known(row["key"], row["frame"], row["usual"], {"ko": row["ko"], "en": row["en"]})
        for row in rows["criteria"]
    }


def usual_weights() -> dict[str, int]:
    """What a new contest begins with: the usual criteria, equal weights adding up to 1000."""
    keys = [key for key, one in known().items() if one.usual]
    share, left = divmod(1000, len(keys))
    return {key: share + (place < left) for place, key in enumerate(keys)}
