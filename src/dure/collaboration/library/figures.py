"""Counts of the library for its page of figures and its API."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import pgettext_lazy

from dure.collaboration.library.tables import Comparison, Count, comparisons, counted, field_by_partner
from dure.collaboration.library.wording import FIELDS, SIDOS, SUBTYPE_CHOICES
from dure.collaboration.models.case import PartnerType
from dure.core.viewer import Viewer

TILES = {
    "인천광역시": (0, 0, pgettext_lazy("짧은 이름", "인천")),
    "서울특별시": (1, 0, pgettext_lazy("짧은 이름", "서울")),
    "경기도": (2, 0, pgettext_lazy("짧은 이름", "경기")),
    "강원도": (3, 0, pgettext_lazy("짧은 이름", "강원")),
    "충청남도": (0, 1, pgettext_lazy("짧은 이름", "충남")),
    "세종특별자치시": (1, 1, pgettext_lazy("짧은 이름", "세종")),
    "충청북도": (2, 1, pgettext_lazy("짧은 이름", "충북")),
    "경상북도": (3, 1, pgettext_lazy("짧은 이름", "경북")),
    "전라북도": (0, 2, pgettext_lazy("짧은 이름", "전북")),
    "대전광역시": (1, 2, pgettext_lazy("짧은 이름", "대전")),
    "대구광역시": (2, 2, pgettext_lazy("짧은 이름", "대구")),
    "울산광역시": (3, 2, pgettext_lazy("짧은 이름", "울산")),
    "광주광역시": (0, 3, pgettext_lazy("짧은 이름", "광주")),
    "전라남도": (1, 3, pgettext_lazy("짧은 이름", "전남")),
    "경상남도": (2, 3, pgettext_lazy("짧은 이름", "경남")),
    "부산광역시": (3, 3, pgettext_lazy("짧은 이름", "부산")),
    "제주특별자치도": (0, 4, pgettext_lazy("짧은 이름", "제주")),
}
"""Column, row and short name of each province on a map of equal tiles, roughly where it lies"""
WIDE, HIGH, GAP = 69, 50, 4


@dataclass(frozen=True)
class Bar:
    key: str
    label: str
    number: int
    lasting: int
    """How many of them were judged to last (○ or △)"""


@dataclass(frozen=True)
class Tile:
    label: str
    number: int
    x: int
    y: int
    shade: str
    """Opacity of the tile's colour, 0.06 to 0.40: dark text stays readable on all of them"""


@dataclass(frozen=True)
class Figures:
    total: int
    lasting: int
    in_depth: int
    regions: list[Bar]
    no_region: int
    fields: list[Bar]
    partner_types: list[Bar]
    subtypes: list[Bar]
    tiles: list[Tile]
    cross: list[tuple[str, str, list[tuple[str, int]], int]]
    tables: list[Comparison]


def figures(viewer: Viewer) -> Figures:
    """Everything that is counted, from one query. A case of two provinces counts in each, so regions add up to more."""
    rows = counted(viewer)
    regions = [_bar(key, str(name), [row for row in rows if f";{key};" in row.sido]) for key, name in SIDOS]
    return Figures(
        total=len(rows),
        lasting=_lasting(rows),
        in_depth=sum(row.depth_no is not None for row in rows),
        regions=sorted(regions, key=lambda bar: (-bar.number, bar.key)),
        no_region=sum(not row.sido for row in rows),
        fields=[_bar(key, str(name), [row for row in rows if row.service_field == key]) for key, name in FIELDS],
        partner_types=[
            _bar(kind.value, str(kind.label), [row for row in rows if row.partner_type == kind]) for kind in PartnerType
        ],
        subtypes=[_bar(key, str(name), [row for row in rows if row.subtype == key]) for key, name in SUBTYPE_CHOICES],
        tiles=_tiles({bar.key: bar.number for bar in regions}),
        cross=field_by_partner(rows),
        tables=comparisons(rows),
    )


def _bar(key: str, label: str, rows: list[Count]) -> Bar:
    return Bar(key, label, len(rows), _lasting(rows))


def _lasting(rows: list[Count]) -> int:
    return Counter(row.sustainable != "no" for row in rows)[True]


def _tiles(numbers: dict[str, int]) -> list[Tile]:
    most = max(numbers.values(), default=0) or 1
    return [
        Tile(str(short), numbers[key], x * (WIDE + GAP), y * (HIGH + GAP), f"{0.06 + 0.34 * numbers[key] / most:.2f}")
        for key, (x, y, short) in TILES.items()
    ]
