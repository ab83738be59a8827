"""Builds routers: from the areas that are loaded, or from boundary files for one run; and keeps them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
import shapely

from dure.core.refused import Refused
from dure.engines.areas import check_datum
from dure.engines.routing import Cell, Ground, Layer, Router, RuleSet, town_kind
from dure.engines.routing.ground import Meaning
from dure.engines.routing.said import RoadNetworkLike
from dure.places import builtin, queries, table
from dure.places.assemble import polygons_only
from dure.places.boundaries.match import find_coding, match, reference_codes
from dure.places.boundaries.read import Unreadable, read
from dure.places.models import Area
from dure.reports.routing import files

APPROXIMATE_SLACK_M = 2_500.0
FINENESS = {"emd": 0, "gu": 1, "sigungu": 1, "sido": 2}
_building = Lock()


def make(ground: Ground, *, roads: RoadNetworkLike | None = None, rules: RuleSet | None = None) -> Router:
    """A router over `ground` with the data of this checkout; `rules` to try others."""
    return Router(
        areas=ground,
        roads=roads,
        bodies=files.bodies(),
        categories=files.categories(),
        rules=rules or files.rules(),
        short_names=files.short_names(),
    )


def router(on: date, *, roads: RoadNetworkLike | None = None) -> Router:
    """The router for a day: over the generation of areas that holds then, built once in each process.

    Where no areas are loaded, approximate ones are made from the table of points.
    """
    try:
        generation = queries.generation(on)
    except Refused:
        key: UUID | None = None
    else:
        key = None if generation.approximate and not generation.file_name else generation.pk
    with _building:
        return _router(key) if roads is None else _with_roads(key, id(roads), roads)


@lru_cache(maxsize=8)
def _router(key: UUID | None) -> Router:
    return make(_ground(key))


_with: dict[tuple[UUID | None, int], Router] = {}


def _with_roads(key: UUID | None, number: int, roads: RoadNetworkLike) -> Router:
    """Kept by network: the router holds its network, so that no other can have the same id meanwhile."""
    found = _with.get((key, number))
    if found is None:
        if len(_with) >= 8:
            _with.clear()
        found = _with[key, number] = make(_ground(key), roads=roads)
    return found


@lru_cache(maxsize=4)
def _ground(key: UUID | None) -> Ground:
    """Of a loaded generation, or with None of the approximate areas alone."""
    if key is None:
        return ground([approximate_layer()], "approximate-" + table.version())
    rows = list(
        Area.objects.filter(generation_id=key).values_list(
            "level", "code", "parent_code", "name_ko", "geometry", "approximate"
        )
    )
    with_districts = {parent for level, _code, parent, *_rest in rows if level == "gu"}
    layers = []
    for name, levels in (("emd", ("emd",)), ("sigungu", ("sigungu", "gu"))):
        chosen = [r for r in rows if r[0] in levels and not (r[0] == "sigungu" and r[1] in with_districts)]
        if not chosen:
            continue
        cells = tuple(
            (Cell(parent, town, town_kind(town), rough),) if level == "emd" else (Cell(code, approximate=rough),)
            for level, code, parent, town, _wkb, rough in chosen
        )
        polygons = [shapely.from_wkb(bytes(row[4])) for row in chosen]
        layers.append(_layer(name, polygons, cells, approximate=all(row[5] for row in chosen)))
    return ground(layers, str(key))


def _layer(name: str, polygons: Sequence[Any], cells: Meaning, *, approximate: bool) -> Layer:
    """Cells known by the codes of their generation, brought to each day that is asked for."""

    def means(day: date) -> Meaning:
        return tuple(_moved(cell[0], day) for cell in cells)

    slack = APPROXIMATE_SLACK_M if approximate else 0.0
    return Layer.build(name, polygons, files.eras(), means, slack_m=slack, approximate=approximate)


def _moved(cell: Cell, day: date) -> tuple[Cell, ...]:
    codes = files.standing(cell.code, "", cell.town, day)
    return tuple(Cell(code, cell.town, cell.kind, cell.approximate, 1 / len(codes)) for code in codes)


@cache
def approximate_layer() -> Layer:
    """Municipalities and districts from points alone (data/places), for where no boundaries are loaded."""
    pieces = [piece for piece in builtin.pieces(builtin.DAYS[-1]) if piece.level in ("sigungu", "gu")]
    above = {piece.parent for piece in pieces if piece.level == "gu"}
    pieces = [piece for piece in pieces if piece.code not in above]
    cells = tuple((Cell(piece.code, approximate=True),) for piece in pieces)
    return _layer("approximate", [piece.geometry for piece in pieces], cells, approximate=True)


def ground(layers: Sequence[Layer], version: str) -> Ground:
    return Ground(layers, eras=files.eras(), towns=files.towns, version=version)


def from_files(paths: Sequence[Path], note: Callable[[str], None] = lambda text: None) -> Ground:
    """Ground from official boundary files, the finer level first; approximate areas fill what they do not hold.

    Raises Unreadable with one line for a file that cannot be used. Nothing is written to the database.
    """
    found: list[tuple[int, int, Layer]] = []
    digest = sha256()
    for order, path in enumerate(paths):
        for level, layer, one in _file_layers(path):
            found.append((FINENESS[level], order, layer))
            digest.update(one.encode())
        note(f"{path.name}: {', '.join(f'{len(layer.index.codes):,}' for _f, o, layer in found if o == order)}곳")
    layers = [layer for _fineness, _order, layer in sorted(found, key=lambda item: item[:2])]
    return ground([*layers, approximate_layer()], "files-" + digest.hexdigest()[:12])


def _file_layers(path: Path) -> list[tuple[str, Layer, str]]:
    file = read(path)
    coding = find_coding(file.columns)
    if coding is None:
        raise Unreadable(f"{file.name}: 아는 코드가 든 열이 없습니다 (행정표준코드 또는 통계청 코드).")
    newest = max(change.on for change in table.changes())
    matching = match(file.columns, coding, newest)
    reference = {code: row.reference for code, row in table.by_code().items()}
    datum = check_datum(file.geometries, reference_codes(matching), file.crs, reference)
    if datum.found is None:
        raise Unreadable(f"{file.name}: 좌표계를 알 수 없습니다.")
    geometries = datum.to_wgs84(file.geometries)
    by_level: dict[str, tuple[list[Any], list[tuple[str, str, str]]]] = {}
    for one in matching.rows:
        geometry = geometries[one.row]
        if geometry is None or geometry.is_empty or not (one.code or one.given):
            continue
        geometry = geometry if shapely.is_valid(geometry) else polygons_only(geometry)
        level = "sigungu" if one.level == "gu" else one.level
        if geometry.is_empty or level == "sido":
            continue
        polygons, names = by_level.setdefault(level, ([], []))
        polygons.append(geometry)
        names.append((one.code, one.given, one.name if level == "emd" else ""))
    if not by_level:
        raise Unreadable(f"{file.name}: 읍면동이나 시군구 구역이 없습니다.")
    return [
        (level, _named_layer(f"{file.name}:{level}", polygons, names), file.sha256)
        for level, (polygons, names) in by_level.items()
    ]


def _named_layer(name: str, polygons: Sequence[Any], names: Sequence[tuple[str, str, str]]) -> Layer:
    def means(day: date) -> Meaning:
        return tuple(_cells(code, given, town, day) for code, given, town in names)

    shapes = np.empty(len(polygons), dtype=object)
    shapes[:] = polygons
    return Layer.build(name, shapes, files.eras(), means)


def _cells(code: str, given: str, town: str, day: date) -> tuple[Cell, ...]:
    codes = files.standing(code, given, town, day)
    kind = town_kind(town) if town else ""
    return tuple(Cell(one, town, kind, False, 1 / len(codes)) for one in codes)


__all__ = ["approximate_layer", "from_files", "ground", "make", "router"]
