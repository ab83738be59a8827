"""JSON of areas: the same questions as the pages. The public API mounts `router`."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import shapely
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from dure.core.refused import Refused
from dure.places import queries
from dure.places.models import Area, Generation

router = Router(tags=["areas"])
Level = Literal["sido", "sigungu", "gu", "emd"]
MAX_LIMIT = 200


class Problem(Schema):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    code: str


class GenerationOut(Schema):
    """Which borders: first day of the codes, what day the lines show, source, and whether all are approximate."""

    dated: date
    borders_of: str
    source: str
    approximate: bool


class AreaOut(Schema):
    """An area; `approximate` means that its border was made from points and may be wrong by kilometres."""

    code: str
    level: Level
    name_ko: str
    name_en: str
    parent: str | None
    lon: float
    lat: float
    bbox: tuple[float, float, float, float] = Field(description="west, south, east, north in degrees")
    km2: float
    approximate: bool
    url: str


class AreaDetail(AreaOut):
    generation: GenerationOut
    asked: str | None = Field(description="the old or later code that was asked for, where it was another")
    geometry: dict[str, Any] | None = Field(default=None, description="GeoJSON, with geometry=true")


class LocatedOut(Schema):
    area: AreaOut
    generation: GenerationOut
    distance_m: float = Field(description="0, or how far outside an approximate area the point lies")


class NeighbourOut(Schema):
    area: AreaOut
    shared_m: float


class AreaPage(Schema):
    items: list[AreaOut]
    next: str | None = Field(description="give it as `after` for the next page; null at the end")


def out(area: Area) -> dict[str, Any]:
    return {
        "code": area.code,
        "level": area.level,
        "name_ko": area.name_ko,
        "name_en": area.name_en,
        "parent": area.parent_code or None,
        "lon": area.lon,
        "lat": area.lat,
        "bbox": (area.west, area.south, area.east, area.north),
        "km2": area.km2,
        "approximate": area.approximate,
        "url": area.get_absolute_url(),
    }


def generation_out(one: Generation) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("dated", "borders_of", "source", "approximate")}


@router.get("/areas", response={200: AreaPage, 422: Problem}, summary="Areas by name, code or level")
def list_areas(
    request: HttpRequest,
    q: str = Query("", max_length=80),
    level: Level | None = None,
    on: date | None = None,
    after: str = Query("", max_length=10),
    limit: int = Query(50, ge=1, le=MAX_LIMIT),
) -> dict[str, Any]:
    rows = queries.search(q, level=level, on=on)
    found = list((rows.filter(code__gt=after) if after else rows)[: limit + 1])
    return {"items": [out(a) for a in found[:limit]], "next": found[limit - 1].code if len(found) > limit else None}


@router.get("/areas/locate", response={200: LocatedOut, 404: Problem, 422: Problem}, summary="The area of a point")
def locate(
    request: HttpRequest,
    lon: float = Query(..., ge=-180, le=180),
    lat: float = Query(..., ge=-90, le=90),
    level: Level = "sigungu",
    on: date | None = None,
) -> dict[str, Any]:
    found = queries.locate(lon, lat, level=level, on=on)
    if found is None:
        raise Refused("not_found", queries.nowhere())
    return {
        "area": out(found.area),
        "generation": generation_out(found.generation),
        "distance_m": round(found.distance_m, 1),
    }


@router.get("/areas/{code}", response={200: AreaDetail, 404: Problem, 410: Problem, 422: Problem}, summary="One area")
def get_area(request: HttpRequest, code: str, on: date | None = None, geometry: bool = False) -> dict[str, Any]:
    area = queries.area(code, on)
    return {
        **out(area),
        "generation": generation_out(area.generation),
        "asked": None if code.ljust(10, "0") == area.code else code,
        "geometry": shapely.geometry.mapping(shapely.from_wkb(bytes(area.geometry))) if geometry else None,
    }


@router.get(
    "/areas/{code}/neighbours",
    response={200: list[NeighbourOut], 404: Problem, 410: Problem, 422: Problem},
    summary="Areas with a common border, longest first",
)
def get_neighbours(request: HttpRequest, code: str, on: date | None = None) -> list[dict[str, Any]]:
    return [{"area": out(b.area), "shared_m": round(b.shared_m, 1)} for b in queries.neighbours(code, on)]
