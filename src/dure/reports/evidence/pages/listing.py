"""The list of reports, its feed and its files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from dure.core import clock
from dure.core.feeds import ENTRIES, Entry, feed
from dure.core.tables import table_response
from dure.core.viewer import Viewer
from dure.reports.categories import category, name_of
from dure.reports.evidence import areas, queries
from dure.reports.evidence.pages.choices import choices
from dure.reports.evidence.wanted import Wanted, wanted_of
from dure.reports.models import Report

LICENCE = "https://www.kogl.or.kr/info/licenseType1.do"


@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    wanted = wanted_of(request.GET, request.viewer)
    found = queries.listed(request.viewer, wanted, request.GET.get("after", ""))
    count, more = queries.how_many(request.viewer, wanted)
    names = areas.names(row.area_code for row in found.items)
    context = {
        **choices(wanted, Wanted(sort=wanted.sort)),
        "rows": [(row, names.get(row.area_code, "")) for row in found.items],
        "count": count,
        "more": more,
        "withheld": queries.withheld(request.viewer, wanted),
        "next": f"?{wanted.query(after=found.next)}" if found.next else "",
        "first": f"?{wanted.query()}" if request.GET.get("after") else "",
        "query": wanted.query(),
        "map_query": wanted.query("open", sort="newest"),
        "counted_off": f"?{wanted.query(counted=False)}",
        "crumbs": [(_("알리기"), "/reports/"), (_("신고 목록"), "")],
    }
    return render(request, "reports/evidence/list.html", context)


@require_GET
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    """The filtered list as open data: what anybody may read, whoever asks. CSV, XLSX or GeoJSON (RFC 7946)."""
    anybody = Viewer.anonymous()
    wanted = wanted_of(request.GET, anybody)
    rows = queries.every_row(anybody, wanted)
    closed = queries.withheld(anybody, wanted)
    response: StreamingHttpResponse | FileResponse
    if kind == "geojson":
        response = StreamingHttpResponse(_geojson(rows, closed), content_type="application/geo+json; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="dure-reports-{clock.today():%Y%m%d}.geojson"'
    else:
        response = table_response("reports", kind, _heads(), _lines(rows, closed))
    response["Link"] = f'<{LICENCE}>; rel="license"'
    return response


def _heads() -> list[str]:
    return [
        _("접수번호"),
        _("종류 번호"),
        _("종류"),
        _("상태"),
        _("결과"),
        _("맡은 기관"),
        _("기관 코드"),
        _("시군구 코드"),
        _("시군구"),
        _("주소"),
        _("위도"),
        _("경도"),
        _("내용"),
        _("접수한 때"),
        _("기한"),
        _("마친 때"),
        _("넘긴 횟수"),
        _("다시 살펴본 때"),
        _("합친 곳"),
        _("주소(URL)"),
    ]


def _lines(rows: Iterator[Any], closed: Sequence[tuple[str, int]]) -> Iterator[list[str]]:
    """One line for each report; at the end what is withheld, and the licence."""
    known: dict[str, str] = {"": ""}
    for row in rows:
        if row.area_code not in known:
            known |= areas.names([row.area_code])
        yield [
            row.receipt,
            row.category,
            name_of(row.category),
            str(row.get_state_display()),
            str(row.get_outcome_display()) if row.outcome else "",
            row.body.name if row.body else "",
            row.body.code if row.body else "",
            row.area_code,
            known[row.area_code],
            row.address,
            "" if row.lat is None else f"{row.lat:.6f}",
            "" if row.lon is None else f"{row.lon:.6f}",
            row.words,
            _moment(row.created_at),
            _moment(row.due_at),
            _moment(row.closed_at),
            str(row.moves_count),
            _moment(row.second_look_at),
            "" if row.joined_to_id is None else f"dure:report:{row.joined_to_id}",
            settings.SITE_URL + row.get_absolute_url(),
        ]
    for reason, count in closed:
        yield [_("공개되지 않음: %(reason)s %(n)s건") % {"reason": reason, "n": count}]
    yield [_licence()]


def _moment(at: Any) -> str:
    return f"{clock.local(at):%Y-%m-%d %H:%M}" if at else ""


def _licence() -> str:
    said = _("출처: 두레 신고 자료(%(site)s), 공공누리 제1유형: 출처를 밝히면 자유롭게 쓸 수 있습니다. %(url)s")
    return said % {"site": settings.SITE_URL, "url": LICENCE}


def _geojson(rows: Iterator[Any], closed: Sequence[tuple[str, int]]) -> Iterator[str]:
    """A FeatureCollection, written feature by feature; a report without a place has the geometry null."""
    head = {
        "type": "FeatureCollection",
        "license": LICENCE,
        "attribution": _licence(),
        "generated_at": clock.now().isoformat(timespec="seconds"),
        "withheld": [{"reason": reason, "count": count} for reason, count in closed],
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [\n'
    between = ""
    for row in rows:
        yield between + json.dumps(_feature(row), ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"


def _feature(row: Report) -> dict[str, Any]:
    kind = category(row.category)
    return {
        "type": "Feature",
        "id": row.receipt,
        "geometry": None
        if row.lon is None or row.lat is None
        else {"type": "Point", "coordinates": [round(row.lon, 6), round(row.lat, 6)]},
        "properties": {
            "receipt": row.receipt,
            "category": row.category,
            "category_name": kind.ko if kind else "",
            "group": kind.group if kind else "",
            "state": row.state,
            "outcome": row.outcome,
            "body": row.body.code or row.body.slug if row.body else "",
            "body_name": row.body.full_name_ko if row.body else "",
            "area_code": row.area_code,
            "address": row.address,
            "words": row.words,
            "created_at": row.created_at.isoformat(),
            "due_at": row.due_at.isoformat() if row.due_at else None,
            "closed_at": row.closed_at.isoformat() if row.closed_at else None,
            "moves": row.moves_count,
            "second_look_at": row.second_look_at.isoformat() if row.second_look_at else None,
            "joined_to": f"dure:report:{row.joined_to_id}" if row.joined_to_id else None,
            "url": settings.SITE_URL + row.get_absolute_url(),
        },
    }


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """The newest reports that fit the filter, as anybody sees them."""
    anybody = Viewer.anonymous()
    wanted = wanted_of(request.GET, anybody).but(sort="newest")
    rows = queries.matching(anybody, wanted).order_by("-created_at", "-pk")[:ENTRIES]
    address, query = reverse("reports:evidence_list"), wanted.query()
    entries = [Entry(row.pk, row.title, row.get_absolute_url(), row.created_at, row.words) for row in rows]
    whole = f"{address}?{query}" if query else address
    return feed(request, name=whole, title=_("두레: 신고"), url=whole, entries=entries)
