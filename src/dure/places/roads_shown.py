"""How roads are called and drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dure.engines.areas import to_metres
from dure.places.models import Road

WIDTH = 600
LEAST_M = 400.0  # a short road is shown with some air round it


def class_name(road_class: str) -> str:
    """The class in words; '' is said to be unknown."""
    return str(Road.Class(road_class).label) if road_class else _("종류 모름")


def road_title(road: Road) -> str:
    """The name, with the route number where the name does not say it; else class and number; else the class."""
    kind = class_name(road.road_class)
    if road.name:
        return f"{road.name} ({kind} {road.number})" if road.number and road.number not in road.name else road.name
    if road.number:
        return pgettext("road", "%(kind)s %(number)s호선") % {"kind": kind, "number": road.number}
    return _("이름 없는 길 (%(kind)s)") % {"kind": kind}


def road_map(lines: Any, *, title: str, desc: str, ident: str = "road") -> SafeString:
    """Lines (degrees) as SVG of 600 steps in width; north is up. Empty text without any."""
    metric = to_metres(lines)
    if not len(metric):
        return SafeString()
    x0, y0, x1, y1 = shapely.total_bounds(metric).tolist()
    side = max(x1 - x0, y1 - y0, LEAST_M) * 1.16
    x0, x1 = (x0 + x1 - side) / 2, (x0 + x1 + side) / 2
    high = max(y1 - y0 + 0.16 * side, side / 3)
    y0, y1 = (y0 + y1 - high) / 2, (y0 + y1 + high) / 2
    unit = side / WIDTH
    drawn = []
    for line in shapely.get_parts(shapely.simplify(metric, unit)):
        xy = np.rint((shapely.get_coordinates(line) - (x0, y1)) / (unit, -unit)).astype(int)
        drawn.append("M" + "L".join(f"{x} {y}" for x, y in xy.tolist()))
    text = (
        f'<svg class="area-map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {round(high / unit)}" '
        f'role="img" aria-labelledby="{ident}-t {ident}-d"><title id="{ident}-t">{escape(title)}</title>'
        f'<desc id="{ident}-d">{escape(desc)}</desc>'
        f'<g fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round">'
        f'<path d="{"".join(drawn)}" stroke-width="5"></path>{_bar(unit, round(high / unit))}</g></svg>'
    )
    return mark_safe(text)  # every text in it went through escape


def _bar(unit: float, bottom: int) -> str:
    """A scale: a bar of a round length, at most a third of the width."""
    size = max(s for s in (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000)
               if s == 50 or s / unit <= WIDTH / 3)  # fmt: skip
    label = f"{size // 1000} km" if size >= 1000 else f"{size} m"
    end, y = 12 + round(size / unit), bottom - 12
    return (
        f'<path d="M12 {y - 6}V{y}H{end}V{y - 6}" stroke-width="2"></path>'
        f'<text x="{end + 8}" y="{y}" font-size="26" fill="currentColor" stroke="none">{label}</text>'
    )
