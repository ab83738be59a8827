"""Coordinates in pasted text: as numbers, in degrees and minutes, or inside the address of a map."""

from __future__ import annotations

import re

# Korea and its seas; which of two numbers is the latitude follows from it.
LON, LAT = (124.0, 132.0), (33.0, 39.5)
_NUMBER = r"-?\d{2,3}\.\d{3,12}"
_PAIR = re.compile(rf"(?<![\d.])({_NUMBER})[^\d-]{{1,20}}({_NUMBER})(?![\d.])")
_PART = (
    r"(\d{2,3})\s{0,2}[°도]\s{0,2}(\d{1,2}(?:\.\d{1,6})?)\s{0,2}['′분](?:\s{0,2}(\d{1,2}(?:\.\d{1,4})?)\s{0,2}[\"″초])?"
)
_DEGREES = re.compile(rf"{_PART}[^\d]{{1,12}}{_PART}")


def find(text: str) -> tuple[float, float] | None:
    """(lon, lat) in WGS84 degrees of the first pair of coordinates in Korea that the text holds, in either order."""
    for match in _PAIR.finditer(text):
        if found := _ordered(float(match[1]), float(match[2])):
            return found
    for match in _DEGREES.finditer(text):
        if found := _ordered(_degrees(match.groups()[:3]), _degrees(match.groups()[3:])):
            return found
    return None


def _degrees(parts: tuple[str | None, ...]) -> float:
    whole, minutes, seconds = (float(part or 0) for part in parts)
    return whole + minutes / 60 + seconds / 3600


def _ordered(one: float, two: float) -> tuple[float, float] | None:
    if LON[0] <= one <= LON[1] and LAT[0] <= two <= LAT[1]:
        return round(one, 7), round(two, 7)
    if LON[0] <= two <= LON[1] and LAT[0] <= one <= LAT[1]:
        return round(two, 7), round(one, 7)
    return None
