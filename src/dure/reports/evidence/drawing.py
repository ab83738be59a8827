"""The common map as SVG text: areas to press with their counts, or matters at their places, gathered by a grid.

Coordinates are steps of a square of SIZE; lengths on the ground are metres of the Korean unified grid (EPSG:5179).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from dure.core.refused import Refused
from dure.engines.areas import to_degrees, to_metres
from dure.places import queries as places
from dure.places.models import Area
from dure.places.svg import FILLS, NONE, classes, path_data

SIZE = 600
CELLS = 8
RADIUS = 25  # 27 px on a phone of 360: a finger finds it, and two cells never overlap
MOST_CORNERS = 1400
GROUND = ("#eceef0", "#f4f5f6")
LEAST_M, MOST_M = 100.0, 120_000.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Areas drawn to fit the square: path data and a place for the label, by code."""

    paths: dict[str, str]
    labels: dict[str, tuple[int, int]]
    approximate: bool
    height: int


@dataclass(frozen=True, slots=True)
class View:
    """A square piece of the ground: its middle in degrees, how many metres it is wide, and its box in degrees."""

    lon: float
    lat: float
    width_m: float
    box: tuple[float, float, float, float]

    def moved(self, east: float = 0.0, north: float = 0.0, zoom: float = 1.0) -> tuple[float, float, float]:
        """Middle and width after a move by parts of the width, and a change of the width."""
        x, y = _metres(self.lon, self.lat)
        lon, lat = _degrees(x + east * self.width_m, y + north * self.width_m)
        return lon, lat, min(max(self.width_m * zoom, LEAST_M), MOST_M)


def view_at(lon: float, lat: float, width_m: float) -> View:
    width_m = min(max(width_m, LEAST_M), MOST_M)
    x, y = _metres(lon, lat)
    half = width_m / 2
    west, south, east, north = shapely.bounds(to_degrees(shapely.box(x - half, y - half, x + half, y + half))).tolist()
    return View(lon, lat, width_m, (west, south, east, north))


def _metres(lon: float, lat: float) -> tuple[float, float]:
    point = to_metres(shapely.Point(lon, lat))
    return float(point.x), float(point.y)


def _degrees(x: float, y: float) -> tuple[float, float]:
    point = to_degrees(shapely.Point(x, y))
    return float(point.x), float(point.y)


def view_of(area: Area) -> View:
    """The piece that holds the whole area."""
    x0, y0, x1, y1 = shapely.bounds(to_metres(shapely.from_wkb(bytes(area.geometry)))).tolist()
    lon, lat = _degrees((x0 + x1) / 2, (y0 + y1) / 2)
    return view_at(lon, lat, 1.05 * max(x1 - x0, y1 - y0))


@lru_cache(maxsize=32)
def _shape(generation_id: UUID, level: str, prefix: str) -> Shape | None:
    rows = list(
        Area.objects.filter(generation_id=generation_id, level=level, code__startswith=prefix)
        .order_by("code")
        .values_list("code", "geometry", "approximate")
    )
    if not rows:
        return None
    metric = _without_islets(to_metres(np.array([shapely.from_wkb(bytes(row[1])) for row in rows], dtype=object)))
    x0, y0, x1, y1 = shapely.total_bounds(metric)
    unit = max(x1 - x0, y1 - y0) / SIZE
    for detail in (1.5, 2.5, 4.0, 7.0, 12.0):
        simple = shapely.coverage_simplify(metric, detail * unit)
        if shapely.get_num_coordinates(simple).sum() <= MOST_CORNERS:
            break
    left = x0 - (SIZE * unit - (x1 - x0)) / 2

    def steps(xy: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.rint(np.column_stack([xy[:, 0] - left, y1 - xy[:, 1]]) / unit)

    drawn = shapely.transform(simple, steps)
    inside = shapely.point_on_surface(drawn)
    return Shape(
        {row[0]: path_data(shape) for row, shape in zip(rows, drawn, strict=True)},
        {row[0]: (round(point.x), round(point.y)) for row, point in zip(rows, inside, strict=True)},
        any(row[2] for row in rows),
        int(np.ceil((y1 - y0) / unit)),
    )


def _without_islets(metric: Any, least: float = 0.004) -> Any:
    """Without islands below 0.4 % of their area, which would be dots; the largest part always stays."""
    kept = []
    for geometry in metric:
        parts = sorted(shapely.get_parts(geometry), key=lambda part: -part.area)
        kept.append(
            shapely.multipolygons([parts[0], *(p for p in parts[1:] if p.area >= max(least * geometry.area, 1e6))])
        )
    return np.array(kept, dtype=object)


def areas_map(
    counts: Mapping[str, int],
    names: Mapping[str, str],
    links: Mapping[str, str],
    *,
    level: str,
    prefix: str,
    title: str,
    desc: str,
) -> SafeString:
    """Areas of a level below `prefix` in the colour of their count, each a link. '' before any area was loaded.

    The links are not stops of the Tab key: the table beside holds the same ones.
    """
    try:
        generation = places.generation()
    except Refused:
        return SafeString()
    shape = _shape(generation.pk, level, prefix)
    if shape is None:
        return SafeString()
    steps = classes({code: float(count) for code, count in counts.items() if count and code in shape.paths})
    body, labels = [], []
    for code, path in shape.paths.items():
        count = counts.get(code, 0)
        step = next((one for one in steps if one.low <= count <= one.high), None) if count else None
        name = escape(f"{names.get(code, code)} {count:,}")
        css, fill = (step.css, step.fill) if step else ("none", NONE)
        body.append(
            f'<a href="{escape(links[code])}" tabindex="-1" data-map-go><path class="{css}" fill="{fill}" d="{path}">'
            f"<title>{name}</title></path></a>"
        )
        if count:
            x, y = shape.labels[code]
            dark = step is not None and step.fill in FILLS[3:]
            labels.append(f'<text x="{x}" y="{y}" fill="{"#fff" if dark else "#1e2124"}">{count:,}</text>')
    inner = (
        f'<g stroke="#fff" stroke-width="2" stroke-linejoin="round" fill-rule="evenodd">{"".join(body)}</g>'
        f'<g font-size="22" font-weight="700" text-anchor="middle" dominant-baseline="middle" pointer-events="none" '
        f'aria-hidden="true">{"".join(labels)}</g>'
    )
    return _svg(title, desc, shape.height, inner, None)


@dataclass(frozen=True, slots=True)
class Cell:
    """Matters of one cell of the grid: how many, where in the middle, how many of them are overdue, what it opens."""

    column: int
    row: int
    lon: float
    lat: float
    count: int
    overdue: int
    url: str
    label: str


def cell_size(view: View) -> tuple[float, float]:
    """Width and height of a cell in degrees."""
    west, south, east, north = view.box
    return (east - west) / CELLS, (north - south) / CELLS


def places_map(view: View, cells: Sequence[Cell], *, title: str, desc: str, me: bool = False) -> SafeString:
    """The piece of the ground with the borders of municipalities, and a marker for each cell that holds anything."""
    x, y = _metres(view.lon, view.lat)
    half, unit = view.width_m / 2, view.width_m / SIZE
    side = SIZE / CELLS

    def steps(xy: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.rint(np.column_stack([xy[:, 0] - (x - half), (y + half) - xy[:, 1]]) / unit)

    ground = "".join(
        f'<path fill="{GROUND[number % 2]}" d="{path_data(shape)}"><title>{escape(name)}</title></path>'
        for number, (name, shape) in enumerate(_ground(view, x - half, y - half, x + half, y + half, steps))
    )
    marks = []
    for cell in cells:
        px, py = steps(np.array([_metres(cell.lon, cell.lat)]))[0]
        left, top = cell.column * side, SIZE - (cell.row + 1) * side
        px = min(max(px, left + RADIUS), left + side - RADIUS)
        py = min(max(py, top + RADIUS), top + side - RADIUS)
        fill = "#b3261e" if cell.overdue else FILLS[4]
        words = f"{cell.count:,}" if cell.count > 1 else "●"
        go = " data-map-go" if cell.count > 1 else ""
        marks.append(
            f'<a href="{escape(cell.url)}" aria-label="{escape(cell.label)}"{go}><circle cx="{px:.0f}" cy="{py:.0f}" '
            f'r="{RADIUS}" fill="{fill}" stroke="#fff" stroke-width="3"></circle><text x="{px:.0f}" y="{py:.0f}" '
            f'fill="#fff" aria-hidden="true">{words}</text></a>'
        )
    here = (
        f'<path d="M{SIZE // 2 - 14} {SIZE // 2}h28m-14-14v28" stroke="#1e2124" stroke-width="4"></path>' if me else ""
    )
    inner = (
        f'<rect width="{SIZE}" height="{SIZE}" fill="#dfe7ee"></rect>'
        f'<g stroke="#8a949e" stroke-width="1.5" stroke-linejoin="round" fill-rule="evenodd">{ground}</g>{here}'
        f'<g font-size="20" font-weight="700" text-anchor="middle" dominant-baseline="central">{"".join(marks)}</g>'
    )
    return _svg(title, desc, SIZE, inner, view)


def _ground(view: View, x0: float, y0: float, x1: float, y1: float, steps: Any) -> list[tuple[str, Any]]:
    west, south, east, north = view.box
    try:
        rows = list(
            places.areas(level="sigungu").filter(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
        )
    except Refused:
        return []
    wkb = dict(Area.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "geometry"))
    found = []
    for row in rows:
        metric = to_metres(shapely.from_wkb(bytes(wkb[row.pk])))
        cut = shapely.clip_by_rect(shapely.simplify(metric, 1.5 * view.width_m / SIZE), x0, y0, x1, y1)
        polygons = [part for part in shapely.get_parts(cut) if part.geom_type == "Polygon"]
        if polygons:
            found.append((row.name, shapely.transform(shapely.MultiPolygon(polygons), steps)))
    return found


def _svg(title: str, desc: str, height: int, inner: str, view: View | None) -> SafeString:
    data = f' data-lon="{view.lon:.6f}" data-lat="{view.lat:.6f}" data-width="{view.width_m:.0f}"' if view else ""
    return mark_safe(  # every text in it went through escape
        f'<svg class="area-map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {height}" role="group" '
        f'aria-labelledby="map-t" aria-describedby="map-d"{data}><title id="map-t">{escape(title)}</title>'
        f'<desc id="map-d">{escape(desc)}</desc>{inner}</svg>'
    )
