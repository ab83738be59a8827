"""JSON of roads: the same questions as the pages. The public API mounts `router`."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from dure.core.keyset import page
from dure.places import road_queries as queries
from dure.places.api import Problem
from dure.places.models import Road, RoadGeneration
from dure.places.roads_shown import road_title

router = Router(tags=["roads"])
MAX_LIMIT = 200
ORDER = ("rank", "number", "pk")


class NetworkOut(Schema):
    """Which network: its date, kind of file, source, and whether all of its lines are approximate."""

    dated: date
    kind: str
    source: str
    approximate: bool
    links: int


class RoadOut(Schema):
    """A road: all links of one class, number, name, section and owner.

    `road_class` is an id of the table of road authorities, `national` or `municipal` where only the area can tell more,
    or empty where it is not known. `approximate` lines were drawn from general knowledge.
    """

    id: UUID
    road_class: str
    number: str
    name: str
    section: str
    owner: str = Field(description="code of the body that keeps it, where the source names one; else empty")
    title: str
    km: float = Field(description="length of all its lines; both directions count where both are drawn")
    links: int
    bbox: tuple[float, float, float, float] = Field(description="west, south, east, north in degrees")
    approximate: bool
    url: str


class RouteOut(Schema):
    road_class: str
    number: str


class NearOut(Schema):
    """A road near the point. `weight` is how likely the point was reported from it; all weights and `none` sum to 1."""

    road: RoadOut
    link: str = Field(description="the nearest link, as its source numbers it")
    distance_m: float
    side: str = Field(description="left or right of the link's direction, or on")
    km: float | None
    weight: float
    heading_off: float | None = Field(description="degrees between the heading given and the road")
    inside: bool = Field(description="the point lies on the carriageway")
    multi: list[RouteOut] = Field(description="other routes on the same link")


class NearRoadsOut(Schema):
    items: list[NearOut]
    none: float = Field(description="share of 'none of these roads'")
    network: NetworkOut


class RoadPage(Schema):
    items: list[RoadOut]
    next: str | None = Field(description="give it as `after` for the next page; null at the end")


def network_out(one: RoadGeneration) -> dict[str, Any]:
    return {
        "dated": one.dated,
        "kind": one.kind,
        "source": one.source,
        "approximate": one.approximate,
        "links": one.links_count,
    }


def out(road: Road) -> dict[str, Any]:
    return {
        "id": road.urn_id,
        "road_class": road.road_class,
        "number": road.number,
        "name": road.name,
        "section": road.section,
        "owner": road.owner,
        "title": road_title(road),
        "km": round(road.km, 3),
        "links": road.links_count,
        "bbox": (road.west, road.south, road.east, road.north),
        "approximate": road.approximate,
        "url": road.get_absolute_url(),
    }


@router.get("/roads", response={200: RoadPage, 422: Problem}, summary="Roads by class, number or name")
def list_roads(
    request: HttpRequest,
    q: str = Query("", max_length=80),
    road_class: str = Query("", max_length=24, description="an id of the table of road authorities, or `unknown`"),
    number: str = Query("", max_length=20),
    on: date | None = None,
    after: str = Query("", max_length=400),
    limit: int = Query(50, ge=1, le=MAX_LIMIT),
) -> dict[str, Any]:
    rows = queries.roads(q.replace("\x00", ""), road_class=road_class, number=number.replace("\x00", ""), on=on)
    found = page(rows, order=ORDER, after=after, limit=limit, name="roads")
    return {"items": [out(road) for road in found.items], "next": found.next or None}


@router.get("/roads/near", response={200: NearRoadsOut, 404: Problem, 422: Problem}, summary="Roads near a point")
def near(
    request: HttpRequest,
    lon: float = Query(..., ge=-180, le=180),
    lat: float = Query(..., ge=-89, le=89),
    accuracy: float | None = Query(None, ge=0, le=1_000_000, description="metres; holds 95 of 100 true places"),
    heading: float | None = Query(None, ge=0, le=360, description="degrees clockwise from north, of whoever drove"),
    on: date | None = None,
) -> dict[str, Any]:
    found = queries.roads_near(lon, lat, accuracy_m=accuracy, heading=heading, on=on)
    return {
        "items": [
            {
                "road": out(one.road),
                "link": one.snap.road.id,
                "distance_m": round(one.snap.distance_m, 1),
                "side": one.snap.side,
                "km": one.snap.km,
                "weight": round(one.snap.weight, 4),
                "heading_off": one.snap.heading_off,
                "inside": one.snap.inside,
                "multi": [{"road_class": kind, "number": number} for kind, number in one.snap.road.multi],
            }
            for one in found.roads
        ],
        "none": round(found.none, 4),
        "network": network_out(found.generation),
    }


@router.get("/roads/{id}", response={200: RoadOut, 404: Problem, 422: Problem}, summary="One road")
def get_road(request: HttpRequest, id: UUID, on: date | None = None) -> dict[str, Any]:
    return out(queries.road(id, on))
