"""Small maps as SVG text, made on the server: the country by values, and one area with its neighbours.

No style attribute and no script, so that they stand under a strict Content-Security-Policy; colours are presentation
attributes, which a style sheet may override by the classes `q1` to `q5`, `none`. A map never stands alone: whoever
shows one puts the same figures in a table beside it.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from dure.engines.areas import to_metres
from dure.places import queries
from dure.places.models import Area

# Light to dark, each step at least 1.3 : 1 apart, the darkest 7 : 1 against white; grey where nothing is known.
FILLS = ("#dbe7fb", "#a9c6f5", "#6c9de8", "#2f6fd0", "#12418c")
NONE = "#e6e8ea"
UNIT_M = 250.0  # one step of the coordinates in a country map
DETAIL_M = (600.0, 900.0, 1350.0, 2000.0, 3000.0)  # bends smaller than this go, until a country map is small enough
CORNERS = {"sido": 450, "sigungu": 2600}  # about 3 KB and 12 KB of a page, compressed


@dataclass(frozen=True, slots=True)
class Step:
    """One of up to five classes: smallest and largest value in it, how many areas, its class name and colour."""

    low: float
    high: float
    count: int
    css: str
    fill: str


@dataclass(frozen=True, slots=True)
class Outline:
    """Path data of every area, in steps of UNIT_M from the top left, and the size of the whole."""

    width: int
    height: int
    paths: dict[str, str]
    names: dict[str, str]
    approximate: bool


def quantiles(values: Sequence[float], steps: int = 5) -> list[tuple[float, float]]:
    """Borders (low, high) of at most `steps` classes of about the same size; equal values share a class.

    Fewer where there are fewer different values; none for no values.
    """
    ordered = sorted(values)
    distinct = sorted(set(ordered))
    if len(distinct) <= steps:
        return [(v, v) for v in distinct]
    tops: list[float] = []
    for part in range(1, steps + 1):
        top = ordered[min(len(ordered) - 1, max(0, round(len(ordered) * part / steps) - 1))]
        if not tops or top > tops[-1]:
            tops.append(top)
    bounds, low = [], distinct[0]
    for top in tops:
        bounds.append((low, top))
        low = next((v for v in distinct if v > top), top)
    return bounds


def classes(values: Mapping[str, float]) -> list[Step]:
    bounds = quantiles(list(values.values()))
    spread = {1: [3], 2: [1, 4], 3: [0, 2, 4], 4: [0, 1, 3, 4], 5: [0, 1, 2, 3, 4]}.get(len(bounds), [])
    return [
        Step(low, high, sum(low <= v <= high for v in values.values()), f"q{k + 1}", FILLS[k])
        for (low, high), k in zip(bounds, spread, strict=True)
    ]


def country_map(
    values: Mapping[str, float | None],
    level: str = "sigungu",
    *,
    title: str,
    desc: str = "",
    unit: str = "",
    ident: str = "map",
    on: date | None = None,
) -> SafeString:
    """The country as one SVG, each area of `level` (sido, sigungu) in the colour of its fifth of the values.

    `values` by ten-digit code of the day; old codes are followed where they became one area. Areas without a value are
    grey: missing is not zero. `ident` must be unique on the page. Empty text before any area was loaded.
    """
    here = queries.generation(on)
    outline = _outline(here.pk, level)
    if outline is None:
        return SafeString()
    known = by_present_code(values, outline.paths, on)
    steps = classes(known)
    groups: list[tuple[str, str, list[str]]] = [*((s.css, s.fill, []) for s in steps), ("none", NONE, [])]
    for code, path in outline.paths.items():
        value = known.get(code)
        place = next((i for i, s in enumerate(steps) if value is not None and s.low <= value <= s.high), len(steps))
        said = _("자료 없음") if value is None else number(value) + unit
        groups[place][2].append(f'<path d="{path}"><title>{escape(outline.names[code])} {escape(said)}</title></path>')
    body = "".join(f'<g class="{css}" fill="{fill}">{"".join(paths)}</g>' for css, fill, paths in groups if paths)
    return _svg(ident, title, desc, outline.width, outline.height, body)


def by_present_code(
    values: Mapping[str, float | None], present: Container[str], on: date | None = None
) -> dict[str, float]:
    """The values that are known, by the codes of the day; values of several old codes that became one are left out."""
    known: dict[str, float] = {}
    twice: set[str] = set()
    for code, value in values.items():
        if value is None:
            continue
        codes = (code,) if code in present else queries.resolve(code, on)
        if len(codes) == 1 and codes[0] in present:
            if codes[0] in known:
                twice.add(codes[0])
            known[codes[0]] = float(value)
    return {code: value for code, value in known.items() if code not in twice}


def span(step: Step) -> str:
    low, high = number(step.low), number(step.high)
    return low if low == high else f"{low}–{high}"


def number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _svg(ident: str, title: str, desc: str, width: int, height: int, body: str) -> SafeString:
    label = f"{ident}-t {ident}-d" if desc else f"{ident}-t"
    about = f'<desc id="{ident}-d">{escape(desc)}</desc>' if desc else ""
    return mark_safe(  # every text in it went through escape
        f'<svg class="area-map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{label}"><title id="{ident}-t">{escape(title)}</title>{about}'
        f'<g stroke="#fff" stroke-width="2" stroke-linejoin="round" fill-rule="evenodd">{body}</g></svg>'
    )


@lru_cache(maxsize=8)
def _outline(generation_id: UUID, level: str) -> Outline | None:
    rows = list(
        Area.objects.filter(generation_id=generation_id, level=level)
        .order_by("code")
        .values_list("code", "name_ko", "geometry", "approximate")
    )
    if not rows:
        return None
    shapes = np.array([shapely.from_wkb(bytes(row[2])) for row in rows], dtype=object)
    metric = _main_parts(to_metres(shapes))
    for detail in DETAIL_M:
        simple = shapely.coverage_simplify(metric, detail)
        if shapely.get_num_coordinates(simple).sum() <= CORNERS.get(level, 4000):
            break
    metric = simple
    x0, y0, x1, y1 = shapely.total_bounds(metric)

    def steps(xy: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.rint(np.column_stack([xy[:, 0] - x0, y1 - xy[:, 1]]) / UNIT_M)

    drawn = shapely.transform(metric, steps)
    return Outline(
        width=int(np.ceil((x1 - x0) / UNIT_M)),
        height=int(np.ceil((y1 - y0) / UNIT_M)),
        paths={row[0]: path_data(shape) for row, shape in zip(rows, drawn, strict=True)},
        names={row[0]: row[1] for row in rows},
        approximate=any(row[3] for row in rows),
    )


def _main_parts(metric: Any, least_m2: float = 8e6) -> Any:
    """Without islands below 8 km², which would be dots; the largest part of an area always stays."""
    kept = []
    for geometry in metric:
        parts = sorted(shapely.get_parts(geometry), key=lambda part: -part.area)
        kept.append(shapely.multipolygons([parts[0], *(part for part in parts[1:] if part.area >= least_m2)]))
    return np.array(kept, dtype=object)


def path_data(geometry: Any) -> str:
    """Path data of a (multi)polygon with whole coordinates, in relative steps."""
    text = []
    for polygon in shapely.get_parts(geometry):
        for ring in [polygon.exterior, *polygon.interiors]:
            xy = shapely.get_coordinates(ring)[:-1].astype(int)
            moved = np.diff(xy, axis=0)
            moved = moved[(moved != 0).any(axis=1)]
            bends = " ".join(f"{dx} {dy}" for dx, dy in moved.tolist()).replace(" -", "-")
            text.append(f"M{xy[0, 0]} {xy[0, 1]}l{bends}z")
    return "".join(text)


def area_map(area: Area, *, title: str, desc: str = "", ident: str = "area", on: date | None = None) -> SafeString:
    """One area dark among its neighbours, as SVG of 600 steps in width."""
    beside = [one.area.pk for one in queries.neighbours(area.code, on)]
    rows = [area, *Area.objects.filter(pk__in=beside).order_by("code")]
    metric = to_metres(np.array([shapely.from_wkb(bytes(row.geometry)) for row in rows], dtype=object))
    x0, y0, x1, y1 = shapely.bounds(metric[0]).tolist()
    pad = 0.25 * max(x1 - x0, y1 - y0)
    x0, y0, x1, y1 = x0 - pad, y0 - pad, x1 + pad, y1 + pad
    unit = (x1 - x0) / 600
    around = shapely.clip_by_rect(shapely.coverage_simplify(metric, 3 * unit), x0, y0, x1, y1)
    drawn = shapely.transform(around, lambda xy: np.rint(np.column_stack([xy[:, 0] - x0, y1 - xy[:, 1]]) / unit))
    body = ""
    for row, shape in reversed(list(zip(rows, drawn, strict=True))):
        polygons = [g for g in shapely.get_parts(shape) if g.geom_type == "Polygon"]
        if polygons:
            css, fill = ("q4", FILLS[3]) if row is area else ("none", NONE)
            body += (
                f'<g class="{css}" fill="{fill}"><path d="{path_data(shapely.MultiPolygon(polygons))}">'
                f"<title>{escape(row.name)}</title></path></g>"
            )
    return _svg(ident, title, desc, 600, round((y1 - y0) / unit), body)
