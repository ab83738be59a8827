"""Point → area, neighbours, distance to the border, nearest areas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from dure.engines.areas import grid as grids
from dure.engines.areas.errors import AreasError

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An area beside another: its code and the length of the border they share, in metres."""

    code: str
    shared_m: float


@dataclass(frozen=True, slots=True)
class Near:
    """An area near a point: its code and its distance in metres, 0 where the point lies in it."""

    code: str
    distance_m: float


@dataclass(slots=True)
class AreaIndex:
    """Areas of one level and one date, made by `AreaIndex.build`; safe to share between threads.

    A border belongs to the areas on both sides of it. Where several areas hold a point (it lies exactly on a border,
    or the borders overlap), the one whose code sorts first answers, whatever order they came in.
    """

    codes: tuple[str, ...]
    polygons: Array
    tree: shapely.STRtree
    grid: grids.Grid
    _number: dict[str, int]
    _answers: Array
    _metric: tuple[Array, shapely.STRtree] | None = field(default=None, repr=False)

    @classmethod
    def build(cls, geometries: Sequence[Any] | Array, codes: Sequence[str], *, side: int | None = None) -> AreaIndex:
        """`geometries` are (multi)polygons in degrees, as Shapely objects or WKB bytes; `codes` one for each.

        `side` is the number of grid cells along one edge (default: chosen from the number of areas and vertices).
        Raises AreasError for none at all, a code given twice, an empty or non-polygonal geometry, or coordinates that
        are no degrees. Invalid polygons are not mended here: mend them before.
        """
        if len(geometries) != len(codes):
            raise AreasError(f"{len(geometries)} geometries but {len(codes)} codes")
        if not len(codes):
            raise AreasError("there is no area to index")
        if twice := {code for code in codes if list(codes).count(code) > 1} if len(set(codes)) < len(codes) else set():
            raise AreasError(f"code given twice: {', '.join(sorted(twice)[:5])}")
        order = sorted(range(len(codes)), key=lambda i: codes[i])
        polygons = np.empty(len(codes), dtype=object)
        for place, i in enumerate(order):
            one = geometries[i]
            polygons[place] = shapely.from_wkb(bytes(one)) if isinstance(one, bytes | memoryview) else one
        names = tuple(codes[i] for i in order)
        wrong = ~np.isin(shapely.get_type_id(polygons), (3, 6)) | shapely.is_empty(polygons)
        if wrong.any():
            raise AreasError(f"area {names[int(np.flatnonzero(wrong)[0])]} has no polygon")
        bounds = shapely.total_bounds(polygons)
        if not (
            np.isfinite(bounds).all() and bounds[0] >= -180 and bounds[2] <= 180 and abs(bounds[[1, 3]]).max() <= 90
        ):
            raise AreasError("the coordinates are not longitude and latitude in degrees")
        tree = shapely.STRtree(polygons)
        shapely.prepare(polygons)
        if side is None:
            side = grids.side_for(len(polygons), int(shapely.get_num_coordinates(polygons).sum()))
        answers = np.array([*names, None], dtype=object)
        return cls(
            names, polygons, tree, grids.build(polygons, tree, side), {c: i for i, c in enumerate(names)}, answers
        )

    def locate(self, lon: float, lat: float) -> str | None:
        """The code of the area that holds the point (degrees), or None outside all of them and for NaN."""
        g = self.grid
        x, y = (lon - g.x0) * g.per_x, (lat - g.y0) * g.per_y
        if not (0.0 <= x < g.side and 0.0 <= y < g.side):
            return None
        cell = g.cells.item(int(y), int(x))
        if cell >= 0:
            return self.codes[cell]
        if cell == grids.OUTSIDE:
            return None
        k = -2 - cell
        for number in g.areas[g.starts.item(k) : g.starts.item(k + 1)].tolist():
            if shapely.intersects_xy(self.polygons[number], lon, lat):
                return self.codes[number]
        return None

    def locate_many(self, points: Array) -> Array:
        """Codes for `points`, an array (n, 2) of longitude and latitude: an object array (n,) of str or None."""
        return self._answers[self.locate_numbers(points)]

    def locate_numbers(self, points: Array) -> Array:
        """As `locate_many`, but places in `codes` (int32), -1 for none: for counting without making strings."""
        points = np.asarray(points, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] != 2:
            raise AreasError(f"points must be an array (n, 2) of longitude and latitude, not {points.shape}")
        g = self.grid
        lon, lat = points[:, 0], points[:, 1]
        x, y = (lon - g.x0) * g.per_x, (lat - g.y0) * g.per_y
        with np.errstate(invalid="ignore"):
            inside = (x >= 0.0) & (x < g.side) & (y >= 0.0) & (y < g.side)
        if inside.all():
            found = g.cells[y.astype(np.int32), x.astype(np.int32)]
        else:
            found = np.full(len(points), grids.OUTSIDE, dtype=np.int32)
            found[inside] = g.cells[y[inside].astype(np.int32), x[inside].astype(np.int32)]
        border = np.flatnonzero(found < grids.OUTSIDE)
        if border.size:
            found[border] = self._test(lon[border], lat[border], -2 - found[border])
        return found

    def _test(self, lon: Array, lat: Array, cell: Array) -> Array:
        """The smallest area number of each border point's cell whose polygon holds it, else OUTSIDE."""
        g = self.grid
        first, many = g.starts[cell], g.starts[cell + 1] - g.starts[cell]
        answer = np.full(len(lon), grids.OUTSIDE, dtype=np.int32)
        open_ = np.arange(len(lon))
        step = 0
        while open_.size:
            number = g.areas[first[open_] + step]
            # one polygon after the other keeps its prepared form in the processor's cache
            order = np.argsort(number, kind="stable")
            open_, number = open_[order], number[order]
            hit = shapely.intersects_xy(self.polygons[number], lon[open_], lat[open_])
            answer[open_[hit]] = number[hit]
            step += 1
            open_ = open_[~hit & (many[open_] > step)]
        return answer

    def geometry(self, code: str) -> Any:
        """The polygon of `code` in degrees. Raises AreasError for an unknown code."""
        return self.polygons[self._of(code)]

    def neighbours(self, code: str, *, tolerance_m: float = 1.0) -> tuple[Neighbour, ...]:
        """Areas that share a border of more than 0 m with `code`, longest border first; touching corners do not count.

        Borders of two areas that run at most `tolerance_m` apart count as one, since files from different hands do not
        meet exactly; with a tolerance, what is shared must be longer than ten times it. Raises AreasError for an
        unknown code.
        """
        metric, tree = self._in_metres()
        number = self._of(code)
        mine = shapely.boundary(metric[number])
        beside = tree.query(metric[number], predicate="dwithin", distance=tolerance_m)
        found = []
        for other in beside[beside != number].tolist():
            theirs = shapely.boundary(metric[other])
            shared = shapely.length(shapely.intersection(mine, theirs))
            if tolerance_m > 0 and shared <= 10 * tolerance_m:
                near = shapely.intersection(theirs, shapely.buffer(mine, 2 * tolerance_m).envelope)
                shared = shapely.length(shapely.intersection(mine, shapely.buffer(near, tolerance_m)))
                if shared <= 10 * tolerance_m:
                    continue
            if shared > 0:
                found.append(Neighbour(self.codes[other], float(shared)))
        return tuple(sorted(found, key=lambda n: (-n.shared_m, n.code)))

    def distance_to_border_m(self, lon: float, lat: float, code: str | None = None) -> float | None:
        """Metres from the point to the border of `code`, or of the area that holds it; None outside all areas."""
        if code is None and (code := self.locate(lon, lat)) is None:
            return None
        metric, _ = self._in_metres()
        return float(shapely.distance(_point(lon, lat), shapely.boundary(metric[self._of(code)])))

    def nearest(self, lon: float, lat: float, k: int = 1) -> tuple[Near, ...]:
        """The `k` areas nearest to the point, nearest first, equal distances by code; fewer where there are fewer."""
        if k < 1:
            raise AreasError("k must be at least 1")
        metric, _ = self._in_metres()
        point = _point(lon, lat)
        x0, y0, x1, y1 = shapely.bounds(metric).T
        beside = np.maximum(np.maximum(x0 - point.x, point.x - x1), 0)
        above = np.maximum(np.maximum(y0 - point.y, point.y - y1), 0)
        apart = np.hypot(beside, above)
        found: list[tuple[float, int]] = []
        for number in np.argsort(apart, kind="stable").tolist():
            if len(found) == k and apart[number] > found[-1][0]:
                break
            found = sorted([*found, (float(shapely.distance(point, metric[number])), number)])[:k]
        return tuple(Near(self.codes[number], distance) for distance, number in found)

    def _of(self, code: str) -> int:
        if code not in self._number:
            raise AreasError(f"no area has the code {code}")
        return self._number[code]

    def _in_metres(self) -> tuple[Array, shapely.STRtree]:
        if self._metric is None:
            metric = grids.to_metres(self.polygons)
            shapely.prepare(metric)
            self._metric = metric, shapely.STRtree(metric)
        return self._metric


def _point(lon: float, lat: float) -> Any:
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise AreasError("the point is not longitude and latitude in degrees")
    return grids.to_metres(shapely.Point(lon, lat))
