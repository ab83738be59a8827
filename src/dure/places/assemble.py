"""Pieces of a generation on their way into the database, and what is computed of them. No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from dure.engines.areas import to_degrees, to_metres


@dataclass(slots=True)
class Piece:
    """An area before it is stored; `geometry` in WGS84 degrees. Centre and size may be given or are measured."""

    level: str
    code: str
    name_ko: str
    name_en: str
    parent: str
    geometry: Any
    approximate: bool
    lon: float | None = None
    lat: float | None = None
    km2: float | None = None


def measure(pieces: Sequence[Piece]) -> None:
    """Fill in centre and size where they are missing, measured in EPSG:5179."""
    rest = [piece for piece in pieces if piece.km2 is None]
    if not rest:
        return
    metric = to_metres(np.array([piece.geometry for piece in rest], dtype=object))
    centres = shapely.get_coordinates(to_degrees(shapely.centroid(metric)))
    for piece, (lon, lat), size in zip(rest, centres.tolist(), shapely.area(metric).tolist(), strict=True):
        piece.lon, piece.lat, piece.km2 = lon, lat, size / 1e6


def polygons_only(geometry: Any) -> Any:
    """The geometry's polygons as one (multi)polygon, valid; empty where it has no area."""
    if not shapely.is_valid(geometry):
        geometry = shapely.make_valid(geometry, method="structure")
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return geometry
    return shapely.union_all([g for g in shapely.get_parts(geometry) if g.geom_type in ("Polygon", "MultiPolygon")])


def dissolve(parts: Sequence[Any]) -> Any:
    """Several areas as one, without the lines between them."""
    return parts[0] if len(parts) == 1 else polygons_only(shapely.union_all(list(parts)))


def simplify(geometries: Any, tolerance_m: float) -> Any:
    """Degrees in and out; common borders stay common (GEOS coverage simplification), nothing vanishes."""
    if tolerance_m <= 0:
        return geometries
    metric = to_metres(geometries)
    # the tolerance of a coverage is the side of a triangle of the largest detail that may go
    simple = shapely.coverage_simplify(metric, tolerance_m)
    bad = shapely.is_empty(simple) | ~shapely.is_valid(simple)
    simple[bad] = metric[bad]
    return to_degrees(simple)
