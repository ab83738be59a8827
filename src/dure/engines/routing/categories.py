"""Categories of reports as the router needs them (data/services/categories.yaml)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any


@dataclass(frozen=True, slots=True)
class Category:
    """`department` is the first one named; `body_type` the word before any bracket."""

    id: str
    group: str
    name: str
    name_en: str
    department: str
    body_type: str


class Categories:
    def __init__(self, rows: Iterable[Category]) -> None:
        self.by_id = {row.id: row for row in rows}

    @cached_property
    def version(self) -> str:
        plain = [(r.id, r.name, r.department, r.body_type) for r in self.by_id.values()]
        return sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()[:12]

    @classmethod
    def parse(cls, plain: Mapping[str, Any]) -> Categories:
        return cls(
            Category(
                child["id"],
                group["id"],
                child["names"]["ko"],
                child["names"]["en"],
                str(child["department"]).split("·")[0],
                str(child["body_type"]).split("(")[0],
            )
            for group in plain["categories"]
            for child in group["children"]
        )
