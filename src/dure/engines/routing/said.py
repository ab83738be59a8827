"""What is asked of the router and what it answers: plain values, none of them Django's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol


@dataclass(frozen=True)
class Ask:
    """One question. `lon`, `lat` WGS84 degrees; `accuracy_m` the radius in metres in which the place certainly lies.

    `category` is an id of categories.yaml, `road_class` one of authority.yaml (several joined by `|` run on one road);
    either is "" where nobody said. `heading` in degrees from north, clockwise.
    """

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
    """A runner-up: body, unit and, in one sentence, Korean and English, what would make it right."""

    body: str
    unit: str
    when: str
    when_en: str = ""


@dataclass(frozen=True)
class Choice:
    """One answer to the question that decides, the body that it leads to, and why: as a `Route` would say it if the
    answer had been known. `area` is the code of the municipality that the place then lies in; `category` is set where
    the answer names one."""

    body: str
    words: str
    words_en: str = ""
    unit: str = ""
    reason: str = ""
    reason_en: str = ""
    law: tuple[str, ...] = ()
    rule: str = ""
    confidence: float = 0.0
    area: str = ""
    category: str = ""


@dataclass(frozen=True)
class Clarify:
    """The one question that decides. `kind` is border, road, category or ground."""

    words: str
    choices: tuple[Choice, ...]
    kind: str
    words_en: str = ""


@dataclass(frozen=True)
class Route:
    """The answer. `body` is a code of bodies.csv, "" where nobody could be found.

    `faults` are the rules that failed on the way, each with its error; `versions` names everything that was used.
    """

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
    reasons: Mapping[str, str] = field(default_factory=dict)

    def reason_in(self, language: str) -> str:
        """The reason in `ko` or `en`; Korean for any other language."""
        return self.reasons.get(language.split("-")[0], self.reason)


class RoadLike(Protocol):
    """A road as the router needs it; `multi` are (class, number) of lines that run on the same road."""

    @property
    def road_class(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def multi(self) -> tuple[tuple[str, str], ...]: ...


class SnapLike(Protocol):
    @property
    def road(self) -> Any: ...
    @property
    def distance_m(self) -> float: ...
    @property
    def weight(self) -> float: ...


class RoadNetworkLike(Protocol):
    """The part of `dure.engines.roads.RoadNetwork` that the router asks."""

    def near(self, lon: float, lat: float, *, accuracy_m: float, heading: float | None = None) -> Any:
        """Roads near the point (`SnapLike`), the most likely first."""
        ...
