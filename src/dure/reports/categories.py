"""What can be reported: the table `data/services/categories.yaml`, read once in a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of matter. `safety` 0 (none) to 3 (life in danger); `days` or `hours` is the legal term of its kind of
    petition (민원처리법 시행령 제14조-제17조), None where the law gives none; `needs_road`: who answers depends on the
    road. `phrase` is an example in the words of a resident."""

    id: str
    group: str
    ko: str
    en: str
    unit: str
    petition: str
    days: int | None
    hours: int | None
    law: str
    safety: int
    needs_road: bool
    phrase: str
    confidence: str

    @property
    def name(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.ko


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    ko: str
    en: str
    categories: tuple[Category, ...]

    @property
    def name(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.ko


def _path() -> Path:
    return Path(settings.BASE_DIR) / "data/services/categories.yaml"


@cache
def groups() -> tuple[Group, ...]:
    """The twelve groups with their categories, in the order of the table."""
    table: dict[str, Any] = yaml.safe_load(_path().read_text(encoding="utf-8"))
    petitions = table["meta"]["petition_types"]
    return tuple(
        Group(
            group["id"],
            group["names"]["ko"],
            group["names"]["en"],
            tuple(_category(group["id"], child, petitions) for child in group["children"]),
        )
        for group in table["categories"]
    )


def _category(group: str, child: Mapping[str, Any], petitions: Mapping[str, Any]) -> Category:
    petition = petitions[child["petition_type"]]
    return Category(
        id=child["id"],
        group=group,
        ko=child["names"]["ko"],
        en=child["names"]["en"],
        unit=child["department"],
        petition=child["petition_type"],
        days=petition["days"],
        hours=petition["hours"],
        law=petition["law"],
        safety=child["safety"],
        needs_road=child["body_type"].startswith("road-authority"),
        phrase=child["phrases"]["ko"],
        confidence=child["confidence"],
    )


@cache
def by_id() -> Mapping[str, Category]:
    return {category.id: category for group in groups() for category in group.categories}


def category(id: str) -> Category | None:
    """The category of that id; None for an unknown or empty one."""
    return by_id().get(id)


def name_of(id: str) -> str:
    found = category(id)
    return found.name if found else ""
