"""The dispatcher's side: sending a crew, who is out, alerts, crews, and how many links were opened."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.core import live, tables
from dure.core.refused import Refused
from dure.reports import policy as room
from dure.reports import queries as reports
from dure.reports.live import actions, drawing, policy, queries
from dure.reports.live.drawing import Mark
from dure.reports.live.forms import CrewForm, DispatchForm
from dure.reports.live.pages.common import map_of, row_of

BOARD = "/reports/dispatch/"


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("신고"), "/reports/"), (_("출동 상황"), BOARD if more else ""), *more]


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer
    found_live = live.address([f"dure:dispatch_board:{viewer.body_id}"]) if viewer.body_id else ""
    found = queries.board(viewer)
    marks = []
    for one in found.out:
        report = one.dispatch.report
        if report.lon is not None and report.lat is not None:
            marks.append(Mark(report.lon, report.lat, report.receipt[-6:], "report"))
        if one.position:
            marks.append(Mark(one.position.lon, one.position.lat, one.dispatch.crew.name))
    context = {
        "alerts": found.alerts,
        "rows": [row_of(one) for one in found.out],
        "more": found.more,
        "drawn": drawing.draw(marks, title=_("나가 있는 출동조와 신고 자리"), ident="board"),
        "may": viewer.may_act_for(viewer.body_id),
        "live_url": found_live,
        "crumbs": _crumbs(),
    }
    response = render(request, "reports/live/board.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, receipt: str) -> HttpResponse:
    """Sending a crew out for a report; who is out for it already."""
    viewer = request.viewer
    report = reports.access(viewer, receipt)
    room.must_work(viewer, report)
    found_live = live.address([report.urn])
    contact = queries.can_be_reached(report)
    crews = queries.crews(viewer)
    form = DispatchForm(crews, request.POST if request.method == "POST" else None, contact=contact)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.dispatch_send(
                by=viewer,
                report_id=report.pk,
                crew_id=said["crew"],
                id=said["id"],
                note=said["note"],
                share_contact=said.get("share_contact", False),
            )
        except Refused as refused:
            if refused.field is None:
                raise
            form.add_error(refused.field if refused.field in form.fields else None, str(refused.message))
        else:
            messages.success(request, _("출동조를 보냈습니다. 아래 링크를 출동조의 전화기로 보내 주세요."))
            return redirect("reports:live-send", receipt=report.receipt)
    seen = queries.crews_of(report, viewer)
    context = {
        "report": report,
        "form": form,
        "crews": crews,
        "rows": [{**row_of(one), "link": settings.SITE_URL + one.dispatch.crew_path} for one in seen],
        "drawn": map_of(report, seen),
        "live_url": found_live,
        "crumbs": [*_crumbs((report.receipt, report.get_absolute_url())), (_("출동조 보내기"), "")],
    }
    response = render(request, "reports/live/send.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def cancel(request: HttpRequest, id: UUID) -> HttpResponse:
    actions.dispatch_cancel(by=request.viewer, id=id)
    messages.success(request, _("출동조를 돌아오게 했습니다."))
    return redirect("reports:live-board")


@require_POST
def arrived(request: HttpRequest, id: UUID) -> HttpResponse:
    """Said by telephone."""
    actions.crew_arrive(by=request.viewer, id=id)
    messages.success(request, _("도착했다고 적었습니다."))
    return redirect("reports:live-board")


@require_POST
def alert_seen(request: HttpRequest, id: UUID) -> HttpResponse:
    actions.wrong_place_seen(by=request.viewer, id=id)
    return redirect("reports:live-board")


@require_http_methods(["GET", "POST"])
def crews(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        policy.must_dispatch_for(request.viewer)
    found = queries.crews(request.viewer)
    form = CrewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.crew_save(by=request.viewer, id=said["id"], name=said["name"], phone=said["phone"])
        except Refused as refused:
            if refused.field is None:
                raise
            form.add_error(refused.field, str(refused.message))
        else:
            messages.success(request, _("출동조를 적었습니다."))
            return redirect("reports:live-crews")
    context = {
        "crews": found,
        "form": form,
        "may": request.viewer.may_act_for(request.viewer.body_id),
        "crumbs": _crumbs((_("출동조"), "")),
    }
    return render(request, "reports/live/crews.html", context, status=422 if form.errors else 200)


@require_POST
def crew_end(request: HttpRequest, id: UUID) -> HttpResponse:
    actions.crew_end(by=request.viewer, id=id)
    messages.success(request, _("이제 이 출동조는 목록에 나오지 않습니다."))
    return redirect("reports:live-crews")


@require_GET
def figures(request: HttpRequest) -> HttpResponseBase:
    """How many of the links that were sent have been opened, beside the original's share."""
    months = queries.figures(request.viewer)
    if kind := request.GET.get("format", ""):
        head = [_("달"), _("보낸 링크"), _("열어 본 링크"), _("열어 본 비율(%)")]
        rows = [
            [f"{m.first:%Y-%m}", str(m.sent), str(m.opened), "" if m.percent is None else str(m.percent)]
            for m in months
        ]
        return tables.table_response("status-links", kind, head, rows)
    sent, opened = sum(m.sent for m in months), sum(m.opened for m in months)
    context = {
        "months": months,
        "sent": sent,
        "opened": opened,
        "percent": round(100 * opened / sent) if sent else None,
        "original": queries.ORIGINAL,
        "crumbs": _crumbs((_("링크를 열어 본 비율"), "")),
    }
    return render(request, "reports/live/figures.html", context)
