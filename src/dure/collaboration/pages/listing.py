"""The list of collaborations, its feed and its files."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dure.bodies.queries import provinces
from dure.collaboration.models import ResourceKind, ServiceField
from dure.collaboration.queries import ListFilter, collaboration_list, every_row, withheld_summary
from dure.collaboration.queries.listing import Row
from dure.core import clock
from dure.core.asked import number
from dure.core.tables import table_response
from dure.core.visibility import Withheld

STATES = ("open", "closed", "agreeing", "working", "ended", "withdrawn", "all")


def wanted_of(request: HttpRequest) -> ListFilter:
    """The filter in the address; what is not among the choices counts as not given."""
    got = request.GET
    state = got.get("state", "open")
    province_codes = {body.code for body in provinces()}
    return ListFilter(
        q=got.get("q", "")[:200],
        field=got.get("field", "") if got.get("field", "") in ServiceField.values else "",
        state=state if state in STATES else "open",
        sido=got.get("sido", "") if got.get("sido", "") in province_codes else "",
        wants=got.get("wants", "") if got.get("wants", "") in ResourceKind.values else "",
        sort=got.get("sort", "newest"),
    )


@require_GET
def collaborations(request: HttpRequest) -> HttpResponse:
    wanted = wanted_of(request)
    found = collaboration_list(request.viewer, wanted, page=number(request, "page"))
    context: dict[str, Any] = {
        "wanted": wanted,
        "found": found,
        "fields": ServiceField.choices,
        "resources": ResourceKind.choices,
        "provinces": provinces(),
        "states": [
            ("open", _("제안 받는 중")),
            ("closed", _("마감")),
            ("agreeing", _("협약을 준비하는 중")),
            ("working", _("함께 일하는 중")),
            ("ended", _("마침")),
            ("withdrawn", _("거둠")),
            ("all", _("모두")),
        ],
        "sorts": [
            ("newest", _("새로 올라온 차례")),
            ("closing", _("마감이 가까운 차례")),
            ("talked", _("의견이 많은 차례")),
        ],
        "withheld": withheld_summary(request.viewer),
        "filtered": bool(wanted.q or wanted.field or wanted.sido or wanted.wants or wanted.state != "open"),
        "crumbs": [(_("함께 푸는 일"), "")],
    }
    return render(request, "collaboration/list.html", context)


@require_GET
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    """The filtered list as a file; all of it, withheld parts marked as such."""
    heads = [
        _("번호"),
        _("제목"),
        _("기관"),
        _("상태"),
        _("분야"),
        _("올린 때"),
        _("제안 마감"),
        _("풀려는 문제"),
        _("바라는 결과"),
        _("모자란 것"),
        _("제안"),
        _("의견"),
    ]
    rows = (_cells(row) for row in every_row(request.viewer, wanted_of(request)))
    return table_response("collaborations", kind, heads, rows)


def _cells(row: Row) -> list[str]:
    call = row.call
    return [
        call.receipt,
        call.title,
        call.body.name,
        call.stage_label,
        call.field_label,
        f"{clock.local(call.asked_at):%Y-%m-%d %H:%M}" if call.asked_at else "",
        str(call.join_until or ""),
        _text(call.parts["problem"]),
        _text(call.parts["goal"]),
        _text(call.parts["lacks"]),
        str(row.offers),
        str(row.opinions),
    ]


def _text(value: Any) -> str:
    if isinstance(value, Withheld):
        said = _("공개되지 않음: %(reason)s, 다시 볼 날 %(day)s")
        return said % {"reason": value.reason_label, "day": value.review_on}
    return value if isinstance(value, str) else " · ".join(item.text for item in value)
