"""Straight line, times how much longer roads are, by how fast one drives there.

No road network is asked: the answer is a range between an easy and a slow way, never one minute that sounds certain.
Detour factors of road networks lie around 1.2 to 1.4 and higher where mountains, rivers or the sea lie between (Ballou,
Rahardja, Sakai: Selected country circuity factors for road travel distance estimation, Transportation Research A 36,
2002); the pairs below are a wide choice of ours around that, speeds likewise, not measured on Korean roads.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

EARTH_M = 6_371_008.8
"""Mean radius (IUGG)."""
NEAR_M = 150.0
"""From here on it is 'any moment now': positions of telephones are not better."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """Detour factors and speeds (km/h), each from easy to slow. `minutes` are added for turning round and crossings
    on the slow side."""

    name: str
    detour: tuple[float, float]
    kmh: tuple[float, float]
    minutes: float = 0.0


ASSUMED = {
    "expressway": Assumed("expressway", (1.2, 2.0), (90.0, 50.0), 5.0),
    "open": Assumed("open", (1.2, 1.7), (65.0, 35.0), 2.0),
    "town": Assumed("town", (1.2, 1.6), (40.0, 15.0), 2.0),
    "hill": Assumed("hill", (1.3, 2.2), (40.0, 15.0), 3.0),
}
"""An expressway is turned round on at junctions only, so its slow side is long."""

_KIND = {
    "expressway": "expressway",
    "national-outside-dong": "open",
    "national-bypass": "open",
    "national-delegated": "open",
    "jeju-former-national": "open",
    "local-road": "open",
    "state-aided-local-road": "open",
    "gun-road": "open",
    "rural-road": "hill",
    "forest-road": "hill",
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """`straight_m` as the crow flies; `road_m` and `minutes` from easy to slow, whole minutes, at least 1; `near`: any
    moment now."""

    straight_m: float
    road_m: tuple[float, float]
    minutes: tuple[int, int]
    near: bool
    assumed: Assumed


def distance_m(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    """Great circle in metres between two points in WGS84 degrees (haversine)."""
    a, b = math.radians(lat), math.radians(to_lat)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(to_lon - lon) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(min(1.0, half)))


def assumed_for(road_class: str) -> Assumed:
    """By the id of the kind of road (authority.yaml); a town's streets where it is unknown."""
    return ASSUMED[_KIND.get(road_class, "town")]


def estimate(lon: float, lat: float, to_lon: float, to_lat: float, *, road_class: str = "") -> Estimate:
    """How far and how long from the first point to the second, both WGS84 degrees. Monotone in the distance."""
    straight, assumed = distance_m(lon, lat, to_lon, to_lat), assumed_for(road_class)
    road = (straight * assumed.detour[0], straight * assumed.detour[1])
    low = road[0] / 1000 / assumed.kmh[0] * 60
    high = road[1] / 1000 / assumed.kmh[1] * 60 + assumed.minutes
    return Estimate(straight, road, (max(1, math.floor(low)), max(1, math.ceil(high))), straight <= NEAR_M, assumed)
