"""What comes with a fresh clone: approximate areas, made from our own points, one generation for each reform; and a
few approximate roads."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import shapely
from django.conf import settings
from django.utils.translation import gettext_noop

from dure.engines.areas import approximate
from dure.places import table
from dure.places.assemble import Piece

# Codes of the table are whole from the first of these days on; earlier dates are answered with the first.
DAYS = (date(2024, 1, 18), date(2026, 7, 1))
BORDERS_OF = "2018, 2021"
SOURCE = gettext_noop("두레가 시군구의 점과 면적으로 만든 어림 구역 (data/places)")

ROADS_SOURCE = gettext_noop("두레가 일반 상식으로 어림하여 그린 도로 몇 곳 (data/roads-demo)")
ROADS_DAY = date(2026, 7, 1)


def roads_file() -> Path:
    return Path(settings.BASE_DIR) / "data" / "roads-demo" / "roads.geojson"


def roads_version() -> str:
    return "1-" + sha256(roads_file().read_bytes()).hexdigest()[:12]


def pieces(day: date) -> list[Piece]:
    """Provinces, municipalities and districts as of `day`, made from points; all of them approximate."""
    rows = table.on(day)
    by_code = {row.code: row for row in rows}
    with_districts = {row.parent for row in rows if row.level == "gu"}
    points = [row for row in rows if row.level == "gu" or (row.level == "sigungu" and row.code not in with_districts)]
    cells = approximate(
        [row.lon for row in points],
        [row.lat for row in points],
        [row.km2 for row in points],
        [row.code for row in points],
    )

    inside: dict[str, list[Any]] = {}
    for row in points:
        code = row.code
        while code:
            inside.setdefault(code, []).append(cells[row.code])
            code = by_code[code].parent
    return [
        Piece(
            level=by_code[code].level,
            code=code,
            name_ko=by_code[code].name_ko,
            name_en=by_code[code].name_en,
            parent=by_code[code].parent,
            geometry=shapely.coverage_union_all(parts),
            approximate=True,
            lon=by_code[code].lon,
            lat=by_code[code].lat,
            km2=by_code[code].km2,
        )
        for code, parts in sorted(inside.items())
    ]
