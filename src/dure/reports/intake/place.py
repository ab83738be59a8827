"""From what somebody gave of a place to a point, its accuracy, and words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dure.core.refused import Refused
from dure.places import queries as places
from dure.reports.intake import coordinates

LARGEST_M = 100_000.0


@dataclass(frozen=True)
class Spot:
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    address: str


def spot_of(typed: Mapping[str, Any]) -> Spot:
    """The point that was given; else the one in the words; else the middle of the chosen municipality, with a radius
    (metres) that holds most of it. Half a pair of coordinates stays half: the action says what is missing."""
    lon, lat, address = typed.get("lon"), typed.get("lat"), str(typed.get("address") or "").strip()
    accuracy = typed.get("accuracy_m")
    if lon is not None or lat is not None:
        bad = accuracy is None or not 0 <= accuracy <= LARGEST_M
        return Spot(lon, lat, None if bad else accuracy, address)
    if found := coordinates.find(address):
        return Spot(*found, None, address)
    if code := typed.get("area"):
        try:
            area = places.area(code)
        except Refused:
            return Spot(None, None, None, address)
        names = [one.name_ko for one in (*places.parents(area), area)]
        radius = min(1.5 * math.sqrt(area.km2 / math.pi) * 1000, LARGEST_M)
        return Spot(area.lon, area.lat, round(radius), " ".join([*names, address]).strip())
    return Spot(None, None, None, address)


def name_of(lon: float, lat: float) -> str:
    """`경기도 가평군` for a point; '' outside every area or before any was loaded."""
    try:
        found = places.locate(lon, lat)
        if found is None:
            return ""
        return " ".join(one.name for one in (*places.parents(found.area), found.area))
    except Refused:
        return ""
