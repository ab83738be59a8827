"""Does a file of roads lie where it says it lies? Its points are held against a network that is known to lie right.

Reading Bessel degrees as WGS84 moves a road by 300 to 400 m, into another road's place. Roads have no centres to
compare as areas have, but the same road lies under a file's points in one coordinate system only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import Transformer
from pyproj.exceptions import CRSError, ProjError

from dure.engines.areas import CANDIDATES, crs_name
from dure.engines.roads.network import RoadNetwork

Array = np.ndarray[Any, Any]

KOREA = (124.0, 32.5, 132.5, 39.5)
SEARCH_M = 500.0
CLOSE_M = 12.0  # two surveys of one road agree this well
SHARE = 30  # per cent of points that must: networks differ in what they hold


@dataclass(frozen=True, slots=True)
class Fit:
    """Read as `crs`, this per cent (SHARE) of the `compared` points lie at most `metres` from a known road."""

    crs: str
    metres: float
    compared: int


@dataclass(frozen=True, slots=True)
class RoadDatum:
    """What a file declares, what was found, and the evidence, best first.

    `reason`: agrees, differs (declaration overruled), missing (nothing declared, found), undecided (points near known
    roads, but no system clearly better), too_few (nothing to compare with). `found` is None for the last two.
    """

    declared: str | None
    found: str | None
    reason: str
    fits: tuple[Fit, ...] = ()


def inside_korea(points: Array) -> Array:
    west, south, east, north = KOREA
    with np.errstate(invalid="ignore"):
        return (points[:, 0] > west) & (points[:, 0] < east) & (points[:, 1] > south) & (points[:, 1] < north)


def read_as(points: Array, crs: str) -> Array | None:
    """`points` (n, 2) of the file as WGS84 degrees; None where `crs` is none or cannot be brought there."""
    try:
        x, y = Transformer.from_crs(crs, 4326, always_xy=True).transform(points[:, 0], points[:, 1])
    except (CRSError, ProjError):
        return None
    return np.column_stack([x, y])


def check_roads(points: Array, declared: str | None, network: RoadNetwork | None, *, at_least: int = 20) -> RoadDatum:
    """Hold `points` (n, 2) of a file, in its own coordinates, against `network`, as read in each of CANDIDATES."""
    own = crs_name(declared)
    fits = []
    if network is not None and len(network):
        west, south, east, north = network.bounds
        for crs in dict.fromkeys([*([own] if own else []), *CANDIDATES]):
            here = read_as(points, crs)
            if here is None:
                continue
            with np.errstate(invalid="ignore"):
                near = (here[:, 0] >= west) & (here[:, 0] <= east) & (here[:, 1] >= south) & (here[:, 1] <= north)
            if int(near.sum()) < max(at_least, len(points) // 20):
                continue
            away = [_nearest(network, lon, lat) for lon, lat in here[near].tolist()]
            fits.append(Fit(crs, float(np.percentile(away, SHARE)), len(away)))
    fits.sort(key=lambda fit: fit.metres)
    if not fits:
        return RoadDatum(own, None, "too_few")
    best = fits[0]
    alike = [fit for fit in fits if fit.metres <= 3 * best.metres + CLOSE_M / 2]
    if best.metres > CLOSE_M:
        return RoadDatum(own, None, "undecided", tuple(fits))
    if own in [fit.crs for fit in alike]:
        return RoadDatum(own, own, "agrees", tuple(fits))
    if len(alike) > 1:
        return RoadDatum(own, None, "undecided", tuple(fits))
    return RoadDatum(own, best.crs, "differs" if own else "missing", tuple(fits))


def _nearest(network: RoadNetwork, lon: float, lat: float) -> float:
    found = network.near(lon, lat, accuracy_m=SEARCH_M, limit_m=SEARCH_M)
    return found[0].distance_m if found else SEARCH_M
