"""`{% area_map values level="sido" title="…" %}`: the country by values, with its legend and the table beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template

from dure.places import queries, svg

register = template.Library()


@register.inclusion_tag("places/area_map.html")
def area_map(
    values: Mapping[str, float | None],
    level: str = "sigungu",
    title: str = "",
    desc: str = "",
    unit: str = "",
    head: str = "",
    ident: str = "map",
    on: date | None = None,
    table: bool = True,
) -> dict[str, Any]:
    """`values` by ten-digit code; `head` names the value's column, `unit` follows each figure.

    The table stands beside the map, opened by one press; `table=False` only where the page shows the same figures in a
    table of its own.
    """
    rows = list(queries.areas(level=level, on=on))
    known = svg.by_present_code(values, {row.code for row in rows}, on)
    ordered = sorted(rows, key=lambda row: (row.code not in known, -known.get(row.code, 0.0), row.code))
    return {
        "svg": svg.country_map(values, level, title=title, desc=desc, unit=unit, ident=ident, on=on),
        "steps": [(f"{svg.span(step)}{unit}", step.css, step.fill, step.count) for step in svg.classes(known)],
        "unknown": len(rows) - len(known),
        "none_fill": svg.NONE,
        "approximate": any(row.approximate for row in rows),
        "rows": [(row, svg.number(known[row.code]) + unit if row.code in known else "") for row in ordered],
        "title": title,
        "head": head or title,
        "table": table,
    }
