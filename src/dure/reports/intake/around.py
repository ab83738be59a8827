"""A small map around a point as SVG text: borders of municipalities and towns, in metres from the middle. No tiles."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from dure.core.refused import Refused
from dure.places import queries as places
from dure.places.models import Area
from dure.places.svg import path_data

SIZE = 600
"""Steps of the drawing in width and height."""
SPANS = (400.0, 1_000.0, 2_000.0, 5_000.0, 15_000.0, 50_000.0, 150_000.0, 600_000.0)
"""Widths in metres that can be shown, nearest first."""
COUNTRY_M = 300_000.0
MIDDLE = (127.8, 36.2, 600_000.0)
DEGREE_M = 111_320.0
MOST_AREAS = 260
FILLS = ("#eef3fb", "#f6f1e7", "#edf5ee", "#f5eef5")


@dataclass(frozen=True)
class Map:
    """`svg` is SIZE steps wide and shows `span` metres with the point in the middle; `nearer` and `wider` are the next
    spans, 0 for none. `metres_per_lon` and `metres_per_lat` are metres in a degree here."""

    svg: SafeString
    lon: float
    lat: float
    span: float
    nearer: float
    wider: float
    metres_per_lon: float
    metres_per_lat: float
    approximate: bool


def draw(lon: float, lat: float, span: float) -> Map:
    """The map with the nearest width to `span` metres. Empty of areas before any was loaded."""
    at = min(range(len(SPANS)), key=lambda i: abs(math.log(SPANS[i] / max(span, 1.0))))
    span = SPANS[at]
    per_lon, per_lat = DEGREE_M * max(math.cos(math.radians(lat)), 0.01), DEGREE_M
    box = (lon - span / 2 / per_lon, lat - span / 2 / per_lat, lon + span / 2 / per_lon, lat + span / 2 / per_lat)
    level = "sido" if span >= COUNTRY_M else "sigungu" if span > 20_000 else "emd"
    rows = _areas(box, level) or _areas(box, "sigungu")
    return Map(
        svg=_svg(rows, box, span),
        lon=lon,
        lat=lat,
        span=span,
        nearer=SPANS[at - 1] if at else 0,
        wider=SPANS[at + 1] if at + 1 < len(SPANS) else 0,
        metres_per_lon=per_lon,
        metres_per_lat=per_lat,
        approximate=any(row.approximate for row in rows),
    )


def _areas(box: tuple[float, float, float, float], level: str) -> list[Area]:
    try:
        here = places.generation()
    except Refused:
        return []
    west, south, east, north = box
    rows = Area.objects.filter(
        generation=here, level=level, west__lt=east, east__gt=west, south__lt=north, north__gt=south
    )
    return list(rows.order_by("code")[:MOST_AREAS])


def _svg(rows: list[Area], box: tuple[float, float, float, float], span: float) -> SafeString:
    west, south, east, north = box
    drawn, names = [], []
    for number, row in enumerate(rows):
        shape = shapely.clip_by_rect(shapely.from_wkb(bytes(row.geometry)), west, south, east, north)
        steps = _steps(shape, box)
        polygons = [one for one in shapely.get_parts(steps) if one.geom_type == "Polygon" and not one.is_empty]
        if not polygons:
            continue
        fill = FILLS[number % len(FILLS)]
        drawn.append(f'<path fill="{fill}" d="{path_data(shapely.MultiPolygon(polygons))}"/>')
        largest = max(polygons, key=lambda one: one.area)
        if largest.area > SIZE * SIZE / 120:
            middle = largest.representative_point()
            names.append(f'<text x="{middle.x:.0f}" y="{middle.y:.0f}">{escape(row.name)}</text>')
    body = (
        f'<g stroke="#5f6b7a" stroke-width="1.5" stroke-linejoin="round" fill-rule="evenodd">{"".join(drawn)}</g>'
        f'<g font-size="20" fill="#33363d" text-anchor="middle">{"".join(names)}</g>{_scale(span)}'
    )
    return mark_safe(  # every name went through escape, the rest are numbers
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="100%" aria-hidden="true">'
        f'<path fill="#e8eef4" d="M0 0h{SIZE}v{SIZE}H0z"/>{body}'
        '<g class="cross" fill="none" stroke="#d50136" stroke-width="4"><circle cx="300" cy="300" r="16"/>'
        '<path d="M300 270v60M270 300h60"/></g></svg>'
    )


def _steps(shape: Any, box: tuple[float, float, float, float]) -> Any:
    west, south, east, north = box
    scale = np.array([SIZE / (east - west), SIZE / (north - south)])

    def place(xy: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.rint(np.column_stack([(xy[:, 0] - west) * scale[0], (north - xy[:, 1]) * scale[1]]))

    return shapely.simplify(shapely.transform(shape, place), 1.0)


def _scale(span: float) -> str:
    """A bar of a round length at the bottom."""
    ten = 10 ** math.floor(math.log10(span / 3))
    metres = max(times * ten for times in (1, 2, 5) if times * ten <= span / 3)
    long = round(metres * SIZE / span)
    words = f"{metres / 1000:,.0f} km" if metres >= 1000 else f"{metres:,.0f} m"
    return (
        f'<path d="M20 572v10h{long}v-10" fill="none" stroke="#33363d" stroke-width="2.5"/>'
        f'<text x="{20 + long / 2:.0f}" y="564" font-size="18" text-anchor="middle" fill="#33363d">{words}</text>'
    )
