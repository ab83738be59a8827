"""Kinds of roads: their order in law, the families that only the area can tell apart, and how wide they are."""

from __future__ import annotations

from typing import NamedTuple

RANKS: dict[str, int] = {
    "expressway": 1,
    "national": 2,
    "national-outside-dong": 2,
    "national-dong-of-si": 2,
    "national-dong-of-metro": 2,
    "national-bypass": 2,
    "national-delegated": 2,
    "metro-road": 3,
    "local-road": 4,
    "state-aided-local-road": 4,
    "jeju-former-national": 4,
    "municipal": 5,
    "si-road": 5,
    "gun-road": 6,
    "gu-road": 7,
    "rural-road": 8,
    "private-road": 9,
    "non-statutory": 9,
    "apartment-road": 9,
    "forest-road": 9,
    "": 10,
}
"""Class → place in the order of 도로법 제10조 (1 first); roads outside that law come after it, unknown ones last.

All ids are those of the authority table, except two that a map alone cannot tell apart: see FAMILIES.
"""

FAMILIES: dict[str, tuple[str, ...]] = {
    "national": (
        "national-outside-dong",
        "national-dong-of-si",
        "national-dong-of-metro",
        "national-bypass",
        "national-delegated",
        "jeju-former-national",
    ),
    "municipal": ("si-road", "gun-road", "gu-road"),
}
"""What a map says (a 일반국도, a 시군도) → the classes it may be.

Which one depends on the area that holds the point on the day: `municipal` is a `gu-road` in a 자치구, a `gun-road` in a
군, else a `si-road`; `national` is one of the dong classes where the point lies in a 동 (도로법 제23조제2항) and
`national-outside-dong` in 읍·면, unless the road is a bypass or delegated. Whoever routes decides this, not the
network, so that a new generation of areas does not ask for the roads again.
"""


class Carriageway(NamedTuple):
    """Lanes of both directions where a file says nothing, width of one lane, and shoulder on each side, in metres."""

    lanes: float
    lane_m: float
    shoulder_m: float


_WIDE, _MIDDLE, _NARROW = Carriageway(4, 3.5, 2.5), Carriageway(2, 3.25, 1.25), Carriageway(2, 3.0, 0.5)
CARRIAGEWAYS: dict[int, Carriageway] = {
    1: Carriageway(4, 3.6, 3.0),
    2: _WIDE,
    3: Carriageway(6, 3.25, 0.5),
    4: _MIDDLE,
    5: _MIDDLE,
    6: _NARROW,
    7: _NARROW,
    8: Carriageway(1, 3.0, 0.5),
    9: Carriageway(1, 3.0, 0.5),
    10: _MIDDLE,
}
"""By rank. Lanes are 3 to 3.6 m wide (도로의 구조·시설 기준에 관한 규칙 제10조); number of lanes: what is usual."""


def half_width_m(road_class: str, lanes: float | None = None) -> float:
    """From the middle of the road to the edge of its shoulder, in metres; unknown classes count as ''."""
    way = CARRIAGEWAYS[RANKS.get(road_class, RANKS[""])]
    return (lanes or way.lanes) * way.lane_m / 2 + way.shoulder_m


def rank(road_class: str) -> int:
    return RANKS.get(road_class, RANKS[""])
