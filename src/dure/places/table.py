"""Our own table of municipalities (`data/places`), as plain rows. No database."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings

from dure.engines.areas import Reference

BODY_NAMESPACE = uuid5(NAMESPACE_URL, "urn:dure:body")
SEJONG_STATISTICS, SEJONG = "3611000000", "3600000000"


@dataclass(frozen=True, slots=True)
class Row:
    """A province, municipality or district: codes of ten digits, centre in degrees, days both included."""

    code: str
    level: str
    name_ko: str
    name_en: str
    parent: str
    lon: float
    lat: float
    km2: float
    kostat: str
    valid_from: date | None
    valid_to: date | None

    def valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    @property
    def reference(self) -> Reference:
        return Reference(self.lon, self.lat, self.km2)


@dataclass(frozen=True, slots=True)
class Change:
    """On the day `on` the code `old` became `new`, or a part of it did."""

    old: str
    new: str
    on: date
    kind: str


def folder() -> Path:
    return Path(settings.BASE_DIR) / "data" / "places"


def _lines(name: str) -> list[dict[str, str]]:
    with (folder() / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def rows() -> tuple[Row, ...]:
    return tuple(
        Row(
            code=line["code"],
            level=line["level"],
            name_ko=line["name_ko"],
            name_en=line["name_en"],
            parent=line["parent"],
            lon=float(line["lon"]),
            lat=float(line["lat"]),
            km2=float(line["km2"]),
            kostat=line["kostat"],
            valid_from=_day(line["valid_from"]),
            valid_to=_day(line["valid_to"]),
        )
        for line in _lines("municipalities.csv")
    )


@cache
def changes() -> tuple[Change, ...]:
    return tuple(
        Change(line["old"], line["new"], date.fromisoformat(line["date"]), line["kind"])
        for line in _lines("successions.csv")
    )


@cache
def splits() -> Mapping[tuple[str, str], str]:
    """(old code, town's name) → the code of the district that the town belongs to now."""
    return {(line["old"], line["town"]): line["new"] for line in _lines("splits.csv")}


@cache
def by_code() -> Mapping[str, Row]:
    return {row.code: row for row in rows()}


def on(day: date, *levels: str) -> list[Row]:
    """The rows valid on that day, of these levels (all levels where none is named), by code."""
    return [row for row in rows() if row.valid_on(day) and (not levels or row.level in levels)]


def last_change(day: date) -> date:
    """The day of the newest change of codes up to `day`."""
    return max(change.on for change in changes() if change.on <= day)


def follow(code: str, day: date, known: Iterable[Change]) -> tuple[str, ...]:
    """The code or codes that stand on `day` for the place that `code` names, whichever side of a change it is from.

    Forward through every change up to that day, else back through every later one; `code` itself where nothing
    happened. Several where an area was split, or, looking back, merged.
    """
    forward: dict[str, list[str]] = defaultdict(list)
    back: dict[str, list[str]] = defaultdict(list)
    for change in known:
        if change.on <= day:
            forward[change.old].append(change.new)
        else:
            back[change.new].append(change.old)
    for steps in (forward, back):
        here, found, seen = [code], set(), {code}
        while here:
            place = here.pop()
            later = [other for other in steps.get(place, ()) if other not in seen]
            seen.update(later)
            here += later
            if place not in steps:
                found.add(place)
        if found and found != {code}:
            return tuple(sorted(found))
    return (code,)


def body_id(code: str) -> UUID:
    """The row id that the room of bodies gives the body listed under this code (same rule there, by design)."""
    return uuid5(BODY_NAMESPACE, code)


def governing_codes(row: Row) -> list[str]:
    """Codes of the bodies that govern the area: itself; for Sejong and the cities of Jeju also the province above."""
    if row.code == SEJONG_STATISTICS:
        return [SEJONG]
    return [row.code, row.parent] if row.code.startswith("50") and row.parent else [row.code]


def version() -> str:
    """Changes whenever a file of the table does."""
    return "1-" + sha256(b"".join(file.read_bytes() for file in sorted(folder().glob("*.csv")))).hexdigest()[:12]
