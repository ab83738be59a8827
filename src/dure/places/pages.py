"""Pages of areas: parse, ask once, render."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dure.core import rooms
from dure.core.links import resolve, urn
from dure.core.refused import Refused
from dure.places import queries, svg
from dure.places.models import Area

PAGE = 50
POINT = re.compile(r"\s*(-?\d{1,3}\.\d+)\s*[, ]\s*(-?\d{1,3}\.\d+)\s*")


@require_safe
def area_list(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:80]
    level = request.GET.get("level", "")
    level = level if level in queries.LEVELS else ""
    on, wrong_day = day_of(request)
    here = queries.generation(on)
    point = point_of(text)
    located = _located(point, on) if point else []
    rows = queries.search("" if point else text, level=level or (None if text else "sigungu"), on=on)
    page = _page(request, rows)
    context = {
        "generation": here,
        "crumbs": [(_("구역"), "")],
        "q": text,
        "level": level,
        "levels": _level_tabs(request, level, text),
        "point": point,
        "located": located,
        "on": on,
        "wrong_day": wrong_day,
        "with_map": "map" in request.GET,
        "map_values": {a.code: a.km2 for a in queries.areas(level="sido", on=on)} if "map" in request.GET else {},
        **page,
    }
    return render(request, "places/list.html", context)


@require_safe
def area_page(request: HttpRequest, code: str) -> HttpResponse:
    on, wrong_day = day_of(request)
    try:
        area = queries.area(code, on)
    except Refused as refused:
        if refused.code != "gone":
            raise
        return _split_page(request, code, on)
    above = queries.parents(area)
    neighbours = queries.neighbours(area.code, on)
    linked = queries.bodies_of(area.code)
    links = resolve([urn("body", body) for body, _role in linked], request.viewer)
    context = {
        "area": area,
        "generation": area.generation,
        "asked": code if code.ljust(10, "0") != area.code else "",
        "on": on,
        "wrong_day": wrong_day,
        "crumbs": [(_("구역"), reverse("places:list")), *((a.name, _url(a, on)) for a in above), (area.name, "")],
        "full_name": " ".join([*(a.name for a in above), area.name]),
        "neighbours": [(b.area, _url(b.area, on), b.shared_m / 1000) for b in neighbours],
        "children": [(child, _url(child, on)) for child in queries.children(area)],
        "history": _told(area.code),
        "panels": rooms.panels(urn("area", area.urn_id), request.viewer),
        "bodies": [links[urn("body", body)] for body, _role in linked if urn("body", body) in links],
        "map": svg.area_map(
            area,
            on=on,
            title=_("맞닿은 구역: %(name)s") % {"name": area.name},
            desc=_("가운데 짙은 곳이 %(name)s입니다.") % {"name": area.name},
        ),
    }
    return render(request, "places/area.html", context)


def _split_page(request: HttpRequest, code: str, on: date | None) -> HttpResponse:
    """An old code that stands for several areas now: all of them, with what happened when."""
    context = {
        "code": code,
        "name": queries.names_of([code.ljust(10, "0")]).get(code.ljust(10, "0"), code),
        "crumbs": [(_("구역"), reverse("places:list")), (code, "")],
        "became": [(area, _url(area, on)) for area in queries.became(code.ljust(10, "0"), on)],
        "history": _told(code.ljust(10, "0")),
    }
    return render(request, "places/split.html", context)


def _told(code: str) -> list[dict[str, Any]]:
    """Changes of the code with the names of both sides."""
    rows = queries.history(code)
    names = queries.names_of([c for row in rows for c in (row.change.old, row.change.new)])
    return [
        {
            "change": row.change,
            "old": row.old.name if row.old else names.get(row.change.old, ""),
            "new": row.new.name if row.new else names.get(row.change.new, ""),
        }
        for row in rows
    ]


def _url(area: Area, on: date | None) -> str:
    return area.get_absolute_url() + (f"?on={on}" if on else "")


def day_of(request: HttpRequest) -> tuple[date | None, str]:
    """The day of `?on=`, and what was typed where it is none."""
    text = request.GET.get("on", "").strip()
    try:
        return (date.fromisoformat(text), "") if text else (None, "")
    except ValueError:
        return None, text[:20]


def point_of(text: str) -> tuple[float, float] | None:
    """Longitude and latitude out of `37.5665, 126.978` in either order, as maps show them; None for anything else."""
    found = POINT.fullmatch(text)
    if not found:
        return None
    one, other = float(found[1]), float(found[2])
    return (other, one) if abs(one) < abs(other) else (one, other)


def _located(point: tuple[float, float], on: date | None) -> list[dict[str, Any]]:
    found = []
    for level in ("sido", "sigungu", "emd"):
        try:
            here = queries.locate(*point, level=level, on=on)
        except Refused:
            return []
        if here:
            found.append({"area": here.area, "url": _url(here.area, on), "km": here.distance_m / 1000})
    return found


def _level_tabs(request: HttpRequest, level: str, text: str) -> list[dict[str, Any]]:
    shown = [
        ("", _("모두") if text else _("시군구")),
        *((v, n) for v, n in Area.Level.choices if text or v != "sigungu"),
    ]
    tabs = []
    for value, label in shown:
        kept = {name: request.GET[name] for name in ("q", "on") if request.GET.get(name)}
        query = urlencode(kept | ({"level": value} if value else {}))
        url = reverse("places:list") + (f"?{query}" if query else "")
        tabs.append({"label": label, "url": url, "current": value == level, "count": None})
    return tabs


def _page(request: HttpRequest, rows: Any) -> dict[str, Any]:
    """One page by code, with the addresses of the ones before and after."""

    def address(**edge: str) -> str:
        kept = {name: request.GET[name] for name in ("q", "level", "on", "map") if name in request.GET}
        return "?" + urlencode(kept | edge)

    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    if before:
        areas = list(rows.filter(code__lt=before).order_by("-code")[: PAGE + 1])
        more_before, more_after = len(areas) > PAGE, True
        areas = areas[:PAGE][::-1]
    else:
        areas = list((rows.filter(code__gt=after) if after else rows)[: PAGE + 1])
        more_before, more_after = bool(after), len(areas) > PAGE
        areas = areas[:PAGE]
    above = _names_above(areas)
    return {
        "areas": [(area, above.get(area.parent_code, "")) for area in areas],
        "prev": address(before=areas[0].code) if areas and more_before else "",
        "next": address(after=areas[-1].code) if areas and more_after else "",
    }


def _names_above(areas: list[Area]) -> dict[str, str]:
    if not areas:
        return {}
    rows = queries.areas_by_code([a.parent_code for a in areas], areas[0].generation_id)
    return {row.code: row.name for row in rows}
