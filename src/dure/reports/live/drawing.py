"""A small map as SVG text, made on the server: where the report is, how exactly, who is on the way, what lies around.

No style attribute and no script (strict Content-Security-Policy). A map never stands alone: the same stands in a table
beside it. Around are the borders of areas that are loaded; roads are not drawn before there are any.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import numpy as np
import shapely
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dure.core.refused import Refused
from dure.places import queries as places
from dure.places.models import Area
from dure.places.svg import path_data

WIDTH, HEIGHT = 600, 360
STEPS_M = (400, 800, 1500, 3000, 6000, 12_000, 25_000, 50_000, 100_000, 200_000, 400_000)
"""Widths of the picture in metres."""
M_PER_DEGREE = 111_195.0
MOST_AREAS = 12
GROUND, LAND, LINE = "#eef1f4", "#f8faf7", "#8a949e"


@dataclass(frozen=True, slots=True)
class Mark:
    """A point with what it is called; `accuracy_m` draws the circle in which it lies. kind: report|crew|old."""

    lon: float
    lat: float
    name: str
    kind: str = "crew"
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The piece of the world in the picture: its centre, and metres for each step of the picture."""

    lon: float
    lat: float
    unit: float

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        x = (lon - self.lon) * M_PER_DEGREE * math.cos(math.radians(self.lat)) / self.unit + WIDTH / 2
        y = (self.lat - lat) * M_PER_DEGREE / self.unit + HEIGHT / 2
        return round(x, 1), round(y, 1)

    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        dy = HEIGHT / 2 * self.unit / M_PER_DEGREE
        dx = WIDTH / 2 * self.unit / (M_PER_DEGREE * max(0.01, math.cos(math.radians(self.lat))))
        return self.lon - dx, self.lat - dy, self.lon + dx, self.lat + dy


def window_of(marks: Sequence[Mark], *, least: int = STEPS_M[1]) -> Window:
    """The narrowest step in which all marks stand with a margin; its centre jumps in eighths of the picture, so that
    a map that is drawn anew every few seconds does not swim."""
    west, east = min(m.lon for m in marks), max(m.lon for m in marks)
    south, north = min(m.lat for m in marks), max(m.lat for m in marks)
    lon, lat = (west + east) / 2, (south + north) / 2
    across = (east - west) * M_PER_DEGREE * math.cos(math.radians(lat))
    up = (north - south) * M_PER_DEGREE * WIDTH / HEIGHT
    round_m = max(((m.accuracy_m or 0) for m in marks if m.kind == "report"), default=0.0)
    need = max(across * 1.5, up * 1.5, round_m * 4, least)
    step = next((one for one in STEPS_M if one >= need), STEPS_M[-1])
    if len(marks) > 1:
        grid = step / 8 / M_PER_DEGREE
        lon, lat = round(lon / grid) * grid, round(lat / grid) * grid
    return Window(round(lon, 6), round(lat, 6), step / WIDTH)


def draw(marks: Sequence[Mark], *, title: str, ident: str = "where", pick: bool = False) -> SafeString:
    """The map of these marks; empty text without any. With `pick` it says where it lies (`data-` in degrees), so that
    a script can turn a press into a place."""
    if not marks:
        return SafeString()
    window = window_of(marks)
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{GROUND}"/>', _around(window), _scale(window)]
    parts += [_mark(mark, window) for mark in sorted(marks, key=lambda mark: mark.kind == "crew")]
    west, south, east, north = window.box()
    data = f' data-pick="{west:.6f} {south:.6f} {east:.6f} {north:.6f}"' if pick else ""
    return mark_safe(  # every text in it went through escape
        f'<svg class="area-map" xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img"{data} '
        f'aria-labelledby="{ident}-t"><title id="{ident}-t">{escape(title)}</title>{"".join(parts)}</svg>'
    )


def _mark(mark: Mark, window: Window) -> str:
    x, y = window.at(mark.lon, mark.lat)
    name = f'<text x="{x}" y="{y - 22}" text-anchor="middle" font-size="21" font-weight="700" stroke="#fff" '
    name += f'stroke-width="4" paint-order="stroke" fill="#1e2124">{escape(mark.name)}</text>'
    if mark.kind == "report":
        r = (mark.accuracy_m or 0) / window.unit
        circle = f'<circle cx="{x}" cy="{y}" r="{r:.1f}" fill="#256ef4" fill-opacity=".14" stroke="#256ef4"/>'
        pin = f'<path d="M{x} {y}l-11-20a12.5 12.5 0 1 1 22 0z" fill="#bd2c0f" stroke="#fff" stroke-width="2"/>'
        above = name.replace(f'y="{y - 22}"', f'y="{y - 44}"')
        return (circle if r > 6 else "") + f"{pin}<circle cx='{x}' cy='{y - 26}' r='4.5' fill='#fff'/>" + above
    if mark.kind == "old":
        return f'<path d="M{x - 8} {y - 8}l16 16m0-16l-16 16" stroke="#58616a" stroke-width="4"/>' + name
    return (
        f'<circle cx="{x}" cy="{y}" r="13" fill="#12418c" stroke="#fff" stroke-width="3"/>'
        f'<path d="M{x - 6} {y + 4}h12v-5l-3-4h-9z" fill="#fff"/>{name}'
    )


def _scale(window: Window) -> str:
    """A bar of a round length, at the lower left."""
    metres = next(m for m in (50_000, 20_000, 10_000, 5000, 2000, 1000, 500, 200, 100, 50, 20) if m / window.unit < 170)
    words = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    end = 14 + metres / window.unit
    return (
        f'<path d="M14 340v6h{end - 14:.0f}v-6" fill="none" stroke="#1e2124" stroke-width="2"/>'
        f'<text x="18" y="336" font-size="19" fill="#1e2124">{words}</text>'
        f'<path d="M578 34v-22m-6 8l6-8 6 8" fill="none" stroke="#1e2124" stroke-width="2"/>'
        f'<text x="578" y="52" text-anchor="middle" font-size="19" fill="#1e2124">{escape(_("북"))}</text>'
    )


def _around(window: Window) -> str:
    try:
        generation = places.generation()
    except Refused:
        return ""
    return _areas(generation.pk, window, get_language() or "ko")


@lru_cache(maxsize=256)
def _areas(generation_id: UUID, window: Window, language: str) -> str:
    """Borders and names (in the language that is active) of the cities and counties in the window."""
    west, south, east, north = window.box()
    rows = Area.objects.filter(
        generation_id=generation_id, level="sigungu", west__lte=east, east__gte=west, south__lte=north, north__gte=south
    ).order_by("code")[:MOST_AREAS]
    text = ""
    for row in rows:
        shape = shapely.clip_by_rect(shapely.from_wkb(bytes(row.geometry)), west, south, east, north)
        shape = shapely.transform(shape, lambda xy: np.array([window.at(*pair) for pair in xy]).round().reshape(-1, 2))
        polygons = [g for g in shapely.get_parts(shape.simplify(1.5)) if g.geom_type == "Polygon" and g.area > 40]
        if not polygons:
            continue
        middle = max(polygons, key=lambda g: g.area).representative_point()
        text += (
            f'<path d="{path_data(shapely.MultiPolygon(polygons))}" fill="{LAND}" stroke="{LINE}" stroke-width="1.5" '
            f'stroke-dasharray="6 4"/><text x="{middle.x:.0f}" y="{middle.y:.0f}" text-anchor="middle" font-size="19" '
            f'fill="#464c53">{escape(row.name)}</text>'
        )
    return text
