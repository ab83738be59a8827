"""Pages of roads: parse, ask once, render."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import shapely
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dure.core.keyset import page
from dure.core.links import resolve, urn
from dure.core.tables import table_response
from dure.places import road_queries as queries
from dure.places import table
from dure.places.models import Road
from dure.places.pages import day_of, point_of
from dure.places.roads_shown import class_name, road_map, road_title

PAGE = 50
ORDER = ("rank", "number", "pk")
LINKS = 50


@require_safe
def road_list(request: HttpRequest) -> HttpResponse:
    text, chosen, on, wrong_day = _asked(request)
    point = point_of(text)
    generation = queries.road_generation(on)
    near = queries.roads_near(*point, on=on) if point and generation and _inside(point) else None
    rows = queries.roads("" if point else text, road_class=chosen, on=on)
    found = page(rows, order=ORDER, after=request.GET.get("after", ""), limit=PAGE, name="roads")
    context = {
        "crumbs": [(_("도로"), "")],
        "generation": generation,
        "q": text,
        "on": on,
        "wrong_day": wrong_day,
        "point": point,
        "near": [(one.snap, one.road, road_title(one.road), round(100 * one.snap.weight)) for one in near.roads]
        if near else [],
        "none": round(100 * near.none) if near else 100,
        "tabs": _tabs(request, chosen, on),
        "roads": [(road, road_title(road), _url(road, on)) for road in found.items],
        "next": "?" + urlencode(_kept(request) | {"after": found.next}) if found.next else "",
        "first": "?" + urlencode(_kept(request)) if request.GET.get("after") else "",
        "export": reverse("places:roads_csv") + "?" + urlencode(_kept(request)),
    }  # fmt: skip
    return render(request, "places/roads.html", context)


@require_safe
def road_table(request: HttpRequest) -> HttpResponseBase:
    """The same list as a file, whole."""
    text, chosen, on, _wrong = _asked(request)
    rows = queries.roads(text, road_class=chosen, on=on)
    head = [
        "id",
        _("도로 종류"),
        _("노선 번호"),
        _("도로 이름"),
        _("도로 구간"),
        _("관리하는 기관"),
        _("선 길이") + " (km)",
        _("구간 수"),
        _("어림 선"),
    ]
    lines = (
        [str(r.urn_id), class_name(r.road_class), r.number, r.name, r.section, r.owner, f"{r.km:.3f}",
         str(r.links_count), _("예") if r.approximate else _("아니요")]
        for r in rows.iterator(chunk_size=2000)
    )  # fmt: skip
    return table_response("roads", "csv", head, lines)


@require_safe
def road_page(request: HttpRequest, id: UUID) -> HttpResponse:
    on, wrong_day = day_of(request)
    road = queries.road(id, on)
    title = road_title(road)
    owner = urn("body", table.body_id(road.owner)) if road.owner else ""
    links = list(queries.road_links(road)[: LINKS + 1])
    context = {
        "road": road,
        "title": title,
        "kind": class_name(road.road_class),
        "generation": road.generation,
        "on": on,
        "wrong_day": wrong_day,
        "crumbs": [(_("도로"), reverse("places:roads")), (title, "")],
        "owner": resolve([owner], request.viewer).get(owner) if owner else None,
        "beside": [f"{class_name(kind)} {number}" for kind, number in queries.routes_beside(road)],
        "links": links[:LINKS],
        "more": max(0, road.links_count - LINKS),
        "lines": reverse("places:road_lines", args=[road.urn_id]) + (f"?on={on}" if on else ""),
        "map": road_map(
            queries.road_lines(road),
            title=_("%(name)s의 선") % {"name": title},
            desc=_("북쪽이 위입니다. 위도 %(south)s~%(north)s, 경도 %(west)s~%(east)s.")
            % {k: f"{getattr(road, k):.3f}" for k in ("south", "north", "west", "east")},
        ),
        "shown": queries.SHOWN_LINKS if road.links_count > queries.SHOWN_LINKS else 0,
    }
    return render(request, "places/road.html", context)


@require_safe
def road_geojson(request: HttpRequest, id: UUID) -> HttpResponse:
    """The drawn lines as GeoJSON: at most SHOWN_LINKS of them, simplified where they are long."""
    on, _wrong = day_of(request)
    road = queries.road(id, on)
    lines = queries.road_lines(road)
    feature = {
        "type": "Feature",
        "id": str(road.urn_id),
        "bbox": [road.west, road.south, road.east, road.north],
        "properties": {
            "road_class": road.road_class,
            "number": road.number,
            "name": road.name,
            "section": road.section,
            "owner": road.owner,
            "approximate": road.approximate,
            "links": road.links_count,
            "links_here": len(lines),
        },
        "geometry": {
            "type": "MultiLineString",
            "coordinates": [
                [[round(x, 6), round(y, 6)] for x, y in shapely.get_coordinates(part).tolist()]
                for part in shapely.get_parts(lines)
            ],
        },
    }
    return JsonResponse(feature, content_type="application/geo+json")


def _asked(request: HttpRequest) -> tuple[str, str, date | None, str]:
    text = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    chosen = request.GET.get("class", "")
    chosen = chosen if chosen in (*queries.CLASSES, "unknown") else ""
    return text, chosen, *day_of(request)


def _inside(point: tuple[float, float]) -> bool:
    return abs(point[0]) <= 180 and abs(point[1]) < 90


def _kept(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in ("q", "class", "on") if request.GET.get(name)}


def _url(road: Road, on: date | None) -> str:
    return road.get_absolute_url() + (f"?on={on}" if on else "")


def _tabs(request: HttpRequest, chosen: str, on: date | None) -> list[dict[str, Any]]:
    """The classes that are there, with how many roads; the one chosen also where it is not."""
    counts = {kind or "unknown": many for kind, many, _km in queries.class_counts(on)}
    values = ["", *counts, *([chosen] if chosen and chosen not in counts else [])]
    tabs = []
    for value in values:
        kept = {name: text for name, text in _kept(request).items() if name != "class"}
        query = urlencode(kept | ({"class": value} if value else {}))
        label = class_name("" if value == "unknown" else value) if value else _("모두")
        url = reverse("places:roads") + (f"?{query}" if query else "")
        tabs.append({"label": label, "url": url, "current": value == chosen, "count": counts.get(value)})
    return tabs
