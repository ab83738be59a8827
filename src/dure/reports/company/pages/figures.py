"""Figures of the company desk, for everybody."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dure.bodies.models import Body
from dure.core.tables import table_response
from dure.reports.company.pages.common import open_crumbs, page_of
from dure.reports.company.queries import figures as counted
from dure.reports.models import RuleChange


@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    body = counted.body_of(request.GET.get("body", "")[:80])
    now = counted.now(body)
    more = f"&body={body.slug}" if body else ""
    rules = reverse("reports:company_rules")
    page = None if body else page_of(request, counted.by_body())
    facts = [
        (f"{now.open:,}", _("열린 어려움"), ""),
        (f"{now.overdue:,}", _("기한이 지난 것"), ""),
        (f"{now.answered:,}", _("답한 것"), ""),
        (days(now.days), _("답까지 걸린 날 (지난 1년 가운뎃값)"), ""),
        (f"{now.cared:,}", _("담당자가 있는 회사"), ""),
    ]
    context = {
        "body": body,
        "facts": facts,
        "states": [
            (label, now.rules[value], f"{rules}?state={value}{more}") for value, label in RuleChange.State.choices
        ],
        "rows": [(row, days(row.days)) for row in counted.quarters(body)],
        "page": page,
        "bodies": [(row, days(row.days)) for row in page] if page else [],
        "query": f"?body={body.slug}" if body else "",
        "crumbs": open_crumbs(
            (_("숫자로 보기"), reverse("reports:company_figures") if body else ""),
            *([(body.name, "")] if body else []),
        ),
    }
    return render(request, "reports/company/figures.html", context)


def days(value: float | None) -> str:
    return "–" if value is None else _("%(n)s일") % {"n": f"{value:g}"}


@require_GET
def figures_file(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    """By quarter; with `?by=body` the bodies beside each other."""
    if request.GET.get("by") == "body":
        head = [_("기관"), _("열린 어려움"), _("기한이 지난 것"), _("답한 것"), _("걸린 날"), _("지난 1년 방문")]
        return table_response("company-bodies", kind, [*head, _("돌보는 회사"), _("바뀐 규정")], _bodies())
    body = counted.body_of(request.GET.get("body", "")[:80])
    head = [_("분기"), _("들어온 어려움"), _("답한 것"), _("기한 안에 답한 것"), _("분기 끝에 열린 것"), _("걸린 날")]
    head += [_("방문"), _("찾아간 회사"), _("담당자가 있는 회사"), _("모은 제안"), _("보낸 제안"), _("답이 온 제안")]
    head += [_("바뀐 규정"), _("받아들여지지 않은 제안")]
    return table_response("company-quarters", kind, head, _quarters(body))


def _quarters(body: Body | None) -> Iterator[list[str]]:
    for row in counted.quarters(body, count=40):
        names = ("received", "answered", "in_time", "open", "days", "visits", "companies", "cared", "collected", "sent")
        found = [getattr(row, name) for name in (*names, "replied", "changed", "refused")]
        yield [row.quarter.key, *("" if one is None else str(one) for one in found)]


def _bodies() -> Iterator[list[str]]:
    for row in counted.by_body():
        found = [row.open, row.overdue, row.answered, row.days, row.visits, row.cared, row.changed]
        yield [row.body.full_name_ko, *("" if one is None else str(one) for one in found)]
