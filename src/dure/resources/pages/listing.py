"""The list of resources and its files."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dure.bodies.queries import provinces
from dure.core import clock
from dure.core.asked import number
from dure.core.tables import table_response
from dure.resources.models import ResourceKind
from dure.resources.pages.common import day, price_of, uuid_or_none
from dure.resources.queries import ListFilter, every_row, resource_list, withheld_count
from dure.resources.queries.listing import Row


def wanted_of(request: HttpRequest) -> ListFilter:
    """The filter in the address; what is not among the choices counts as not given."""
    got = request.GET
    kind, sido = got.get("kind", ""), got.get("sido", "")
    return ListFilter(
        q=got.get("q", "")[:200],
        kind=kind if kind in ResourceKind.values else "",
        sido=sido if sido in {body.code for body in provinces()} else "",
        free="free" in got,
        since=day(request, "since"),
        until=day(request, "until"),
        body_id=uuid_or_none(got.get("body", "")),
        resting_too="resting" in got,
    )


@require_GET
def resources(request: HttpRequest) -> HttpResponse:
    wanted = wanted_of(request)
    found = resource_list(request.viewer, wanted, page=number(request, "page"))
    filled = wanted.kind or wanted.sido or wanted.free or wanted.days or wanted.body_id or wanted.resting_too
    context: dict[str, Any] = {
        "wanted": wanted,
        "found": found,
        "cards": [(row, price_of(row.resource.price, row.resource.price_per)) for row in found.rows],
        "kinds": ResourceKind.choices,
        "provinces": provinces(),
        "filtered": bool(filled),
        "upside_down": bool(wanted.since and wanted.until and wanted.since > wanted.until),
        "too_long": wanted.too_long,
        "withheld": withheld_count(request.viewer),
        "may_register": request.viewer.may_act_for(request.viewer.body_id),
        "crumbs": [(_("자원"), "")],
    }
    return render(request, "resources/list.html", context)


@require_GET
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    """The filtered list as a file, whole."""
    heads = [
        _("자원"),
        _("종류"),
        _("기관"),
        _("수"),
        _("세는 말"),
        _("어디"),
        _("쓰는 값"),
        _("빌려주는 단위"),
        _("승인"),
        _("문의"),
        _("상태"),
        _("올린 날"),
    ]
    rows = (_cells(row) for row in every_row(request.viewer, wanted_of(request)))
    return table_response("resources", kind, heads, rows, widths=[30, 12, 20])


def _cells(row: Row) -> list[str]:
    one = row.resource
    return [
        one.title,
        str(one.get_kind_display()),
        one.body.name,
        str(one.quantity),
        one.unit,
        one.place,
        price_of(one.price, one.price_per),
        _("하루") if one.by_day else _("%(n)d분") % {"n": one.step},
        _("승인 필요") if one.needs_approval else _("바로 예약"),
        one.contact,
        str(one.get_state_display()),
        f"{clock.local(one.created_at):%Y-%m-%d}",
    ]
