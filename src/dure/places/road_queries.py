"""Questions about roads. All of it is public; the viewer decides nothing here and is therefore not asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from dure.core.refused import Refused
from dure.engines.areas import to_degrees, to_metres
from dure.engines.roads import FAMILIES, NetworkBuilder, RoadNetwork, RoadsError, Snap
from dure.engines.roads import Link as EngineLink
from dure.engines.roads import Road as EngineRoad
from dure.places.models import Road, RoadGeneration, RoadLink, road_urn_id

CLASSES = tuple(value for value in Road.Class.values if value)
BATCH = 5_000
SHOWN_LINKS = 400
SHOWN_POINTS = 4_000


@dataclass(frozen=True, slots=True)
class NearRoad:
    """A road near a point: the engine's answer and the road's row."""

    snap: Snap
    road: Road


@dataclass(frozen=True, slots=True)
class NearRoads:
    """All roads near a point, nearest first; `none` is the share of 'none of them'."""

    generation: RoadGeneration
    roads: tuple[NearRoad, ...]
    none: float


def road_generation(on: date | None = None) -> RoadGeneration | None:
    """The network for a day: the active one for today and as far back as its date, else the one that held.

    A day before the oldest is answered with the oldest; None before any was loaded.
    """
    rows = RoadGeneration.objects.filter(complete=True)
    active = rows.filter(active=True).first()
    if active and (on is None or on >= active.dated):
        return active
    rows = rows.order_by("-dated", "-active", "-loaded_at")
    return (rows.filter(dated__lte=on).first() if on else active) or rows.last()


_building = Lock()


def road_network(on: date | None = None) -> RoadNetwork | None:
    """The network of the day in this process: built once, and anew when another becomes active. None without any.

    Which network is active is read from the database every time; a loaded one never changes. Every link knows its
    road; `Road.id` is the link's id in its file.
    """
    here = road_generation(on)
    return None if here is None else _kept(here.pk)


def _kept(generation_id: UUID) -> RoadNetwork:
    with _building:
        return _network(generation_id)


def surveyed_network() -> RoadNetwork | None:
    """The active network where it was surveyed, not drawn from memory: what new files are held against."""
    here = road_generation()
    return None if here is None or here.approximate else road_network()


@lru_cache(maxsize=2)
def _network(generation_id: UUID) -> RoadNetwork:
    names = {row[0]: row[1:] for row in Road.objects.filter(generation_id=generation_id).values_list(
        "pk", "road_class", "number", "name", "section", "owner")}  # fmt: skip
    builder = NetworkBuilder()
    for rows in _links(generation_id):
        builder.add(
            [bytes(row[3]) for row in rows],
            [_engine_link(row, names[row[1]]) for row in rows],
        )
    return builder.build(str(generation_id))


def _engine_link(row: tuple[Any, ...], named: tuple[str, str, str, str, str]) -> EngineLink:
    _pk, _road, link_id, _line, lanes, directed, approximate, multi, km_from, km_to = row
    kind, number, name, section, owner = named
    routes = tuple((other, no) for other, no in multi)
    return EngineLink(
        EngineRoad(link_id, kind, number, name, section, owner, approximate, routes), lanes, directed, km_from, km_to
    )


def _links(generation_id: UUID) -> Iterator[list[tuple[Any, ...]]]:
    """Links by their key, a batch at a time: a cursor held open would keep SQLite from writing."""
    fields = ("pk", "road_id", "link_id", "geometry", "lanes", "directed", "approximate", "multi", "km_from", "km_to")
    last = 0
    while True:
        rows = list(
            RoadLink.objects.filter(generation_id=generation_id, pk__gt=last)
            .order_by("pk")
            .values_list(*fields)[:BATCH]
        )
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def roads_near(
    lon: float,
    lat: float,
    *,
    accuracy_m: float | None = None,
    heading: float | None = None,
    on: date | None = None,
) -> NearRoads:
    """Roads near a point (WGS84 degrees) with how likely each is; see `RoadNetwork.near`.

    Refused `invalid` for a point, accuracy or heading that is none; `not_found` before any network was loaded.
    """
    here = road_generation(on)
    if here is None:
        raise Refused("not_found", _("도로망이 아직 없습니다. 운영자가 `load_roads`로 넣어야 합니다."))
    try:
        snaps = _kept(here.pk).near(lon, lat, accuracy_m=accuracy_m, heading=heading)
    except RoadsError as error:
        raise Refused("invalid", _("좌표, 정확도, 방향을 다시 확인해 주세요."), "lon") from error
    keys = [_key(snap.road) for snap in snaps]
    rows = {row.urn_id: row for row in Road.objects.filter(generation=here, urn_id__in=keys)}
    found = tuple(NearRoad(snap, rows[key]) for snap, key in zip(snaps, keys, strict=True))
    return NearRoads(here, found, snaps.none)


def _key(road: EngineRoad) -> UUID:
    return road_urn_id(road.road_class, road.number, road.name, road.section, road.owner)


def roads(text: str = "", *, road_class: str = "", number: str = "", on: date | None = None) -> QuerySet[Road]:
    """Roads of the day, higher ranks first, then by number and key; `unknown` finds those of no known class.

    A family (`national`, `municipal`) also finds the classes it may be. Every word of `text` must be in the name or
    section, or be the number. Refused `invalid` for a class that is none.
    """
    here = road_generation(on)
    found = Road.objects.filter(generation=here).order_by("rank", "number", "pk") if here else Road.objects.none()
    if road_class == "unknown":
        found = found.filter(road_class="")
    elif road_class:
        if road_class not in CLASSES:
            raise Refused("invalid", _("알 수 없는 도로 종류입니다."), "road_class")
        found = found.filter(road_class__in=[road_class, *FAMILIES.get(road_class, ())])
    if number:
        found = found.filter(number=number)
    for word in text.split():
        plain = word.removesuffix("호선").removesuffix("호")
        found = found.filter(Q(name__icontains=word) | Q(section__icontains=word) | (Q(number=plain) if plain else Q()))
    return found


def class_counts(on: date | None = None) -> list[tuple[str, int, float]]:
    """(class, roads, kilometres of line) of the day, higher ranks first."""
    here = road_generation(on)
    if here is None:
        return []
    rows = Road.objects.filter(generation=here).values("road_class", "rank").annotate(n=Count("pk"), km=Sum("km"))
    return [(row["road_class"], row["n"], row["km"]) for row in rows.order_by("rank", "road_class")]


def road(urn_id: UUID, on: date | None = None) -> Road:
    """The road with that id on that day. Refused `not_found`."""
    here = road_generation(on)
    found = Road.objects.filter(generation=here, urn_id=urn_id).select_related("generation").first() if here else None
    if found is None:
        raise Refused("not_found", _("그 도로가 없습니다. 도로망이 바뀌면서 이름이나 번호가 달라졌을 수 있습니다."))
    return found


def known_roads(ids: Sequence[UUID]) -> list[Road]:
    """The newest row of each id, for links from elsewhere."""
    rows = Road.objects.filter(urn_id__in=ids, generation__complete=True)
    return list(rows.order_by("generation__active", "generation__dated", "generation__loaded_at"))


def road_links(one: Road) -> QuerySet[RoadLink]:
    """The links of a road without their lines, in the order of the file."""
    return RoadLink.objects.filter(road=one).defer("geometry").order_by("pk")


def routes_beside(one: Road) -> list[tuple[str, str]]:
    """Other routes, as (class, number), on at least one of the first links of the road, most frequent first."""
    rows = RoadLink.objects.filter(road=one).exclude(multi=[]).order_by("pk").values_list("multi", flat=True)
    counted = Counter((kind, number) for multi in rows[:SHOWN_LINKS] for kind, number in multi)
    return [route for route, _many in counted.most_common()]


def road_lines(one: Road) -> Any:
    """Lines of a road for drawing: at most SHOWN_LINKS of them, simplified until SHOWN_POINTS do; degrees."""
    rows = RoadLink.objects.filter(road=one).order_by("pk").annotate(line=F("geometry")).values_list("line", flat=True)
    lines = to_metres(np.array([shapely.from_wkb(bytes(row)) for row in rows[:SHOWN_LINKS]], dtype=object))
    tolerance = 2.0
    while shapely.get_num_coordinates(lines).sum() > SHOWN_POINTS and tolerance < 2_000:
        lines = shapely.simplify(lines, tolerance)
        tolerance *= 2
    return to_degrees(lines)
