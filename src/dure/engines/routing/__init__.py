"""Placeholder until the engine is merged: the agreed types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Ask:
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    category: str
    road_class: str
    road_no: str
    road_name: str
    km: float | None
    text: str
    on: date
    heading: float | None = None


@dataclass(frozen=True)
class Other:
    body: str
    unit: str
    when: str


@dataclass(frozen=True)
class Choice:
    body: str
    words: str


@dataclass(frozen=True)
class Clarify:
    words: str
    choices: tuple[Choice, ...]
    kind: str


@dataclass(frozen=True)
class Route:
    body: str
    unit: str
    others: tuple[Other, ...]
    clarify: Clarify | None
    confidence: float
    reason: str
    law: tuple[str, ...]
    rule: str
    versions: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[str, ...] = ()

    def reason_in(self, language: str) -> str:
        return self.reason if language == "ko" else ""
