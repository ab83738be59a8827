"""The ledger of use."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dure.core import clock
from dure.core.asked import number
from dure.core.tables import table_response
from dure.resources.models import LedgerEntry
from dure.resources.pages.common import crumbs, day, price_of
from dure.resources.queries import entries, months, sums
from dure.resources.when import say_month

A_PAGE = 50


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What our body used and gave in a month, or in all."""
    viewer = request.viewer
    month = day(request, "month")
    known = months(viewer)
    month = month if month in known else None
    found = Paginator(entries(viewer, month), A_PAGE).get_page(number(request, "page"))
    context = {
        "found": found,
        "rows": [(row, price_of(row.price, row.price_per)) for row in found],
        "months": [(one, say_month(one)) for one in known],
        "month": month,
        "sums": sums(viewer, month),
        "mine": viewer.body_id,
        "crumbs": crumbs((_("이용 장부"), "")),
    }
    return render(request, "resources/ledger.html", context)


@require_GET
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    heads = [
        _("돌려받은 때"),
        _("번호"),
        _("자원"),
        _("빌려준 기관"),
        _("쓴 기관"),
        _("수"),
        _("분"),
        _("늦은 분"),
        _("쓰는 값"),
        _("단위 수"),
        _("금액(원)"),
        _("파손"),
    ]
    month = day(request, "month")
    rows = (_cells(row) for row in entries(request.viewer, month).iterator(chunk_size=500))
    return table_response("ledger", kind, heads, rows, widths=[18, 18, 30, 20, 20])


def _cells(row: LedgerEntry) -> list[str]:
    return [
        f"{clock.local(row.at):%Y-%m-%d %H:%M}",
        row.booking.receipt,
        row.resource.title,
        row.owner.name,
        row.user.name,
        str(row.quantity),
        str(row.minutes),
        str(row.overdue_minutes),
        price_of(row.price, row.price_per),
        str(row.units),
        str(row.amount),
        str(row.damages),
    ]
