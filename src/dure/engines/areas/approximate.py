"""Areas made from points alone, for where no official boundary file has been loaded.

Each area is what lies nearest to its point (Voronoi), within an outline of the country that is made from the same
points: discs as large as each area, grown together. Coarse by nature: on the 2021 and 2018 borders about three in four
places of the land fall into the right municipality. Whoever shows such an area has to say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from dure.engines.areas import grid as grids
from dure.engines.areas.errors import AreasError

Array = np.ndarray[Any, Any]

DISC = 1.15  # radius of a disc of the same area, times this: coasts are not round
CLOSE_M = 10_000.0  # gaps between discs narrower than twice this are land


def _metric_points(lon: Sequence[float], lat: Sequence[float]) -> Array:
    return grids.to_metres(shapely.points(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)))


def outline(lon: Sequence[float], lat: Sequence[float], km2: Sequence[float]) -> Any:
    """The land round points (degrees) that stand for areas of `km2` each: one (multi)polygon in degrees."""
    return grids.to_degrees(_outline(_metric_points(lon, lat), np.asarray(km2, dtype=float)))


def _outline(points: Array, km2: Array) -> Any:
    discs = shapely.buffer(points, DISC * np.sqrt(km2 * 1e6 / np.pi))
    land = shapely.buffer(shapely.buffer(shapely.union_all(discs), CLOSE_M), -CLOSE_M)
    holes_filled = shapely.polygons([shapely.get_exterior_ring(part) for part in shapely.get_parts(land)])
    return shapely.simplify(shapely.union_all(holes_filled), 400.0)


def approximate(
    lon: Sequence[float], lat: Sequence[float], km2: Sequence[float], groups: Sequence[str] | None = None
) -> dict[str, Any]:
    """{group: (multi)polygon in degrees}: areas nearest to their points; points of one group make one area.

    `lon`, `lat` in degrees, `km2` > 0, all of one length; without `groups` each point is its own ("0", "1", …).
    Neighbouring areas share exactly the same border. The same points give the same areas, in any order and on any
    machine with the same GEOS. Raises AreasError for no points, two at one place, or a size that is not positive.
    """
    names = [str(i) for i in range(len(lon))] if groups is None else list(groups)
    if not len(lon) == len(lat) == len(km2) == len(names):
        raise AreasError("lon, lat, km2 and groups must have one length")
    sizes = np.asarray(km2, dtype=float)
    if not len(sizes) or not (sizes > 0).all():
        raise AreasError("every point needs a size above 0 km²")
    if len(set(zip(lon, lat, strict=True))) < len(names):
        raise AreasError("two points stand at the same place")

    order = sorted(range(len(names)), key=lambda i: (names[i], lon[i], lat[i]))
    points = _metric_points([lon[i] for i in order], [lat[i] for i in order])
    land = _outline(points, sizes[order])
    if len(points) == 1:
        return {names[0]: grids.to_degrees(land)}
    edges = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=shapely.buffer(land, 1.0), only_edges=True)
    # One network of lines, cut into faces, gives both sides of a border the very same corners.
    network = shapely.union_all([edges, shapely.boundary(land)], grid_size=1.0)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(network)))
    inner = shapely.point_on_surface(faces)
    kept = shapely.intersects(land, inner)
    faces, inner = faces[kept], inner[kept]
    nearest = shapely.STRtree(points).nearest(inner)

    faces = grids.to_degrees(faces)
    sorted_names = [names[i] for i in order]
    found: dict[str, list[Any]] = {name: [] for name in sorted_names}
    for face, number in zip(faces, nearest.tolist(), strict=True):
        found[sorted_names[number]].append(face)
    if empty := [name for name, parts in found.items() if not parts]:
        raise AreasError(f"no land is left for {empty[0]}")
    return {name: shapely.normalize(shapely.coverage_union_all(parts)) for name, parts in found.items()}
