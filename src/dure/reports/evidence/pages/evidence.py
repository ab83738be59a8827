"""What reports tell together: how many, how long, where again and again. A figure leads to the list that makes it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.core.tables import table_response
from dure.engines.fairness import DRAWS, LEAST
from dure.engines.hotspots import ROUNDS
from dure.reports import categories
from dure.reports.evidence import areas, figures
from dure.reports.evidence.figures import MONTHS, RADII_M, HotSpot, Scope
from dure.reports.evidence.wanted import numbers

SHOWN = 100
SPOTS_SHOWN = 50
MOST_URNS = 20
LEASTS = (3, 5, 10, 20)


def scope_of(request: HttpRequest) -> Scope:
    """The scope in the address; what is not among the choices counts as not given."""
    got = request.GET
    months, sido = got.get("months", ""), got.get("sido", "")
    category = got.get("category", "")
    kind = categories.category(category)
    group = got.get("group", "")
    group = group if group in {one.id for one in categories.groups()} else ""
    if kind is None or (group and kind.group != group):
        category = ""
    return Scope(
        months=int(months) if months in {str(one) for one in MONTHS} else 12,
        group=group or (kind.group if kind and category else ""),
        category=category,
        area=sido if len(sido) == 2 and sido.isascii() and sido.isdigit() else "",
    )


def _query(scope: Scope, **more: Any) -> str:
    pairs = {
        "months": "" if scope.months == 12 else scope.months,
        "group": scope.group,
        "category": scope.category,
        "sido": scope.area,
        **more,
    }
    return urlencode({name: value for name, value in pairs.items() if value})


def _list(scope: Scope, **changes: Any) -> str:
    """The list of the matters that make a figure."""
    return f"{reverse('reports:evidence_list')}?{scope.wanted.query(**changes)}"


def _context(scope: Scope, page: str, title: str) -> dict[str, Any]:
    query = _query(scope)
    pages = [
        ("evidence", _("한눈에")),
        ("evidence_times", _("걸린 시간")),
        ("evidence_rates", _("인구와 도로에 견주어")),
        ("evidence_spots", _("되풀이되는 곳")),
        ("evidence_method", _("어떻게 셌나")),
    ]
    known = categories.category(scope.category)
    group = next((one for one in categories.groups() if one.id == scope.group), None)
    return {
        "scope": scope,
        "title": title,
        "what": known.name if known else group.name if group else "",
        "months": [(one, _("지난 %(n)s달") % {"n": one}) for one in MONTHS],
        "groups": categories.groups(),
        "group_categories": group.categories if group else (),
        "provinces": areas.provinces(),
        "tabs": [
            {
                "label": label,
                "url": reverse(f"reports:{name}") + (f"?{query}" if query else ""),
                "current": name == page,
                "count": None,
            }
            for name, label in pages
        ],
        "crumbs": [
            (_("알리기"), "/reports/"),
            (_("모아서 보기"), "" if page == "evidence" else reverse("reports:evidence")),
            *([] if page == "evidence" else [(title, "")]),
        ],
    }


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    whole = figures.whole(scope)
    counted = figures.by_category(scope)
    rows = [
        (categories.name_of(id) or _("종류를 모름"), n, _list(scope, category=id, group="") if id else "")
        for id, n in counted.rows[:20]
    ]
    facts = [
        (f"{whole['received']:,}", _("들어온 신고"), _list(scope)),
        (f"{whole['closed']:,}", _("마친 신고"), _list(scope, state="closed")),
        (_percent(whole["share"]), _("기한 안에 마침"), _list(scope, only="in_time")),
        (f"{whole['moved']:,}", _("다른 기관으로 넘어감"), _list(scope, only="moved")),
        (f"{whole['again']:,}", _("다시 살펴봄"), _list(scope, only="again")),
    ]
    context = {
        **_context(scope, "evidence", _("모아서 보기")),
        "facts": facts,
        "rows": rows,
        "rest": max(len(counted.rows) - 20, 0),
        "made": counted,
    }
    return render(request, "reports/evidence/overview.html", context)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


@require_GET
def times(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    by = "area" if request.GET.get("by") == "area" else "body"
    made = figures.times(scope, by)
    sort = request.GET.get("sort", "")
    rows = sorted(made.rows, key=_by_ratio) if sort == "ratio" else made.rows
    context = {
        **_context(scope, "evidence_times", _("걸린 시간")),
        "made": made,
        "by": by,
        "sort": sort,
        "rows": [_time_row(scope, by, row) for row in rows[:SHOWN]],
        "rest": max(len(rows) - SHOWN, 0),
        "least": LEAST,
        "kinds": [
            {
                "label": label,
                "url": f"?{_query(scope, by=value, sort=sort)}",
                "current": (value or "body") == by,
                "count": None,
            }
            for value, label in (("", _("기관별")), ("area", _("시군구별")))
        ],
        "orders": [
            (f"?{_query(scope, by='area' if by == 'area' else '', sort=value)}", label, value == sort)
            for value, label in (("", _("신고가 많은 차례")), ("ratio", _("견주어 빠른 차례")))
        ],
    }
    return render(request, "reports/evidence/times.html", context)


def _by_ratio(row: figures.Taken) -> tuple[bool, float, str]:
    """Those with enough matters first, the quickest first."""
    one = row.compared
    known = one is not None and one.enough and one.ratio is not None
    return not known, (one.ratio or 0.0) if one and known else 0.0, row.id


def _time_row(scope: Scope, by: str, row: figures.Taken) -> dict[str, Any]:
    where: dict[str, Any] = {}
    if by == "area":
        where = {"area": row.slug} if row.slug else {"only": "placeless"}
    elif row.slug:
        where = {"body": row.slug}
    known = bool(where)
    bounds = row.share_bounds
    return {
        "row": row,
        "name": row.name or (_("시군구를 모름") if by == "area" else _("맡은 기관 없음")),
        "one": row.compared,
        "url": _list(scope, **where) if known else "",
        "closed_url": _list(scope, **{**where, "state": "closed"}) if known else "",
        "moved_url": _list(scope, **{**where, "only": "moved"}) if known and "only" not in where else "",
        "again_url": _list(scope, **{**where, "only": "again"}) if known and "only" not in where else "",
        "in_time_url": _list(scope, **{**where, "only": "in_time"}) if known and "only" not in where else "",
        "share": _percent(row.share),
        "bounds": f"{100 * bounds[0]:.0f}–{100 * bounds[1]:.0f} %" if bounds else "",
        "few": row.compared is None or not row.compared.enough,
    }


@require_GET
def rates(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    made = figures.rates(scope)
    context = {
        **_context(scope, "evidence_rates", _("인구와 도로에 견주어")),
        "made": made,
        "rows": [(row, _list(scope, area=row.code)) for row in made.rows[:SHOWN]],
        "rest": max(len(made.rows) - SHOWN, 0),
        "bars": [
            (row.name, round(row.per_thousand, 2), _list(scope, area=row.code))
            for row in made.rows[:15]
            if row.per_thousand is not None
        ],
        "roads_known": any(row.km for row in made.rows),
        "residents_on": areas.RESIDENTS_ON,
        "unknown": [row.name for row in made.rows if row.residents is None],
    }
    return render(request, "reports/evidence/rates.html", context)


def _spot_choices(request: HttpRequest) -> tuple[int, int]:
    radius, least = request.GET.get("radius", ""), request.GET.get("least", "")
    return (
        int(radius) if radius in {str(one) for one in RADII_M} else 100,
        int(least) if least in {str(one) for one in LEASTS} else 3,
    )


@require_GET
def hot_spots(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    radius, least = _spot_choices(request)
    chosen = bool(scope.category or scope.group)
    made = figures.hot_spots(scope, radius=radius, least=least) if chosen else None
    names = areas.names(spot.area for spot in made.rows) if made else {}
    query = _query(scope, radius=radius, least=least)
    may_ask = request.viewer.may_act_for(request.viewer.body_id)
    there, asking = reverse("reports:evidence_map"), reverse("reports:evidence_spot_ask")
    context = {
        **_context(scope, "evidence_spots", _("되풀이되는 곳")),
        "made": made,
        "radius": radius,
        "least": least,
        "radii": RADII_M,
        "leasts": LEASTS,
        "seen": [(group.name, n, f"?{_query(scope, group=group.id)}") for group, n in figures.groups_seen(scope)]
        if not chosen
        else [],
        "spots": [
            {
                "spot": spot,
                "name": names.get(spot.area, ""),
                "url": _spot_list(scope, spot),
                "map": f"{there}?c={spot.lon:.6f},{spot.lat:.6f}&w={max(4 * radius, 300)}&state=all",
                "ask": f"{asking}?{query}&at={spot.lon:.6f},{spot.lat:.6f}" if may_ask else "",
            }
            for spot in (made.rows[:SPOTS_SHOWN] if made else [])
        ],
        "rest": max(len(made.rows) - SPOTS_SHOWN, 0) if made else 0,
        "signs": sum(1 for spot in made.rows if spot.p is not None and spot.p <= 0.05) if made else 0,
        "query": query,
        "rounds": ROUNDS,
    }
    return render(request, "reports/evidence/spots.html", context)


def _spot_list(scope: Scope, spot: HotSpot) -> str:
    return _list(scope, near=(spot.lon, spot.lat), radius=float(math.ceil(spot.extent_m) + 2))


@require_GET
def spots_file(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    """The spots as CSV, XLSX or GeoJSON. Refused `invalid` while no group or category is chosen."""
    scope = scope_of(request)
    radius, least = _spot_choices(request)
    if not (scope.category or scope.group):
        raise Refused("invalid", _("종류나 종류 묶음을 먼저 골라 주세요."), "group")
    made = figures.hot_spots(scope, radius=radius, least=least)
    names = areas.names(spot.area for spot in made.rows)
    if kind == "geojson":
        response = StreamingHttpResponse(_spots_geojson(scope, made.rows), content_type="application/geo+json")
        response["Content-Disposition"] = f'attachment; filename="dure-spots-{clock.today():%Y%m%d}.geojson"'
        return response
    heads = [_("위도"), _("경도"), _("시군구"), _("건수"), _("반경(m)"), _("그 자리의 모든 신고"), _("우연이라면"),
             "p", _("처음"), _("마지막"), _("목록")]  # fmt: skip
    lines = (
        [
            f"{spot.lat:.6f}",
            f"{spot.lon:.6f}",
            names.get(spot.area, ""),
            str(spot.count),
            f"{spot.extent_m:.0f}",
            str(spot.around),
            f"{spot.expected:.2f}",
            "" if spot.p is None else f"{spot.p:.3f}",
            f"{clock.local(spot.first):%Y-%m-%d}",
            f"{clock.local(spot.last):%Y-%m-%d}",
            settings.SITE_URL + _spot_list(scope, spot),
        ]
        for spot in made.rows
    )
    return table_response("spots", kind, heads, lines)


def _spots_geojson(scope: Scope, rows: list[HotSpot]) -> Iterator[str]:
    yield '{"type": "FeatureCollection", "features": [\n'
    between = ""
    for spot in rows:
        feature = {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [spot.lon, spot.lat]},
            "properties": {
                "count": spot.count,
                "extent_m": round(spot.extent_m),
                "around": spot.around,
                "expected": round(spot.expected, 2),
                "p": spot.p,
                "first": spot.first.isoformat(),
                "last": spot.last.isoformat(),
                "area_code": spot.area,
                "reports": list(spot.urns),
                "url": settings.SITE_URL + _spot_list(scope, spot),
            },
        }
        yield between + json.dumps(feature, ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"


@require_GET
def spot_ask(request: HttpRequest) -> HttpResponse:
    """To the request for collaboration, with what is known of the spot written into it already."""
    viewer = request.viewer
    viewer.must_act_for(viewer.body_id, _("협업 요청은 기관의 담당자만 할 수 있습니다."))
    scope = scope_of(request)
    radius, least = _spot_choices(request)
    at = numbers(request.GET.get("at", "")[:60], 2)
    rows = figures.hot_spots(scope, radius=radius, least=least).rows if at and (scope.category or scope.group) else []
    spot = next((one for one in rows if at and (one.lon, one.lat) == (round(at[0], 6), round(at[1], 6))), None)
    if spot is None:
        raise Refused("not_found", _("그 자리가 이제 목록에 없습니다. 되풀이되는 곳을 다시 열어 주세요."))
    what = categories.name_of(scope.category) or next(g.name for g in categories.groups() if g.id == scope.group)
    said = _("%(place)s 한 자리에서 %(first)s부터 %(last)s까지 ‘%(what)s’ 신고가 %(n)s건 되풀이되었습니다.") % {
        "place": areas.names([spot.area]).get(spot.area, f"{spot.lat:.5f},{spot.lon:.5f}"),
        "first": f"{clock.local(spot.first):%Y-%m-%d}",
        "last": f"{clock.local(spot.last):%Y-%m-%d}",
        "what": what,
        "n": spot.count,
    }
    more = [settings.SITE_URL + _spot_list(scope, spot), *spot.urns[:MOST_URNS]]
    address = reverse("collaboration:ask", args=[uuid7()])
    return redirect(f"{address}?{urlencode({'said': chr(10).join([said, *more])})}")


@require_GET
def method(request: HttpRequest) -> HttpResponse:
    context = {
        **_context(scope_of(request), "evidence_method", _("어떻게 셌나")),
        "least": LEAST,
        "draws": DRAWS,
        "rounds": ROUNDS,
        "residents_on": areas.RESIDENTS_ON,
    }
    return render(request, "reports/evidence/method.html", context)
