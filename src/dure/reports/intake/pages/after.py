"""What comes after sending: the receipt, putting right, joining, looking."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import queries as room
from dure.reports.actions import report_reroute
from dure.reports.categories import category
from dure.reports.guess import guess
from dure.reports.intake import actions, place, queries
from dure.reports.intake.forms import CorrectForm
from dure.reports.intake.pages.door import add_refusal, crumbs
from dure.reports.intake.qr import qr_svg
from dure.reports.models import Report, RouteDecision


def private(response: HttpResponse) -> HttpResponse:
    """A page whose address is a key: not kept by caches, not told to other sites, not found by search machines. Not
    `no-referrer`: browsers then send `Origin: null` with its forms, which the protection against forgery refuses."""
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def state_of(report: Report, viewer: Viewer) -> dict[str, Any]:
    """What the receipt and the status link say about how the report came in."""
    row = queries.intake_of(report)
    ask = report.open and not (row and (row.held or row.same_asked))
    return {
        "report": report,
        "intake": row,
        "token": report.status_path.split("/")[2],
        "near": queries.near_report(Viewer.anonymous(), report) if ask else [],
        "joined": queries.joined_counts([report.pk]).get(report.pk, 0),
    }


@require_GET
def received(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt: what to do when it is urgent, the number, who has it and why, by when, and the link to follow."""
    report, viewer = room.by_token(token)
    link = settings.SITE_URL + report.status_path
    guessed = guess(report.words) if report.category_by == Report.CategoryBy.WORDS else None
    context = {
        **state_of(report, viewer),
        "category": category(report.category),
        "spoke": guessed.words[:3] if guessed else (),
        "route": report.route,
        "question": report.route.question if report.route and report.open else None,
        "moves": room.moves(report),
        "contact": getattr(report, "contact", None),
        "link": link,
        "qr": qr_svg(link, _("상황 링크의 QR 코드")),
        "crumbs": crumbs((_("접수했습니다"), "")),
    }
    return private(render(request, "reports/intake/received.html", context))


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, token: str) -> HttpResponse:
    """Put the category or the place right; the report goes where it belongs then."""
    report, viewer = room.by_token(token)
    now = {name: getattr(report, name) for name in ("category", "address", "lon", "lat", "accuracy_m")}
    if request.method == "GET":
        return _correct(request, report, CorrectForm(initial=now))
    form = CorrectForm(request.POST)
    if form.is_valid():
        try:
            changes = _changes(form, now)
            placed = any(name in changes for name in ("lon", "lat", "address"))
            cause = RouteDecision.Cause.PLACE if placed else RouteDecision.Cause.CATEGORY
            if changes:
                report_reroute(by=viewer, id=report.pk, cause=cause, changes=changes)
            messages.success(request, _("바로잡았습니다.") if changes else _("바뀐 것이 없습니다."))
            return redirect("reports:intake_received", token)
        except Refused as refused:
            add_refusal(form, refused)
    return _correct(request, report, form, 422)


def _correct(request: HttpRequest, report: Report, form: CorrectForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "report": report, "crumbs": crumbs((_("바로잡기"), ""))}
    return private(render(request, "reports/intake/correct.html", context, status=status))


def _changes(form: CorrectForm, now: dict[str, Any]) -> dict[str, Any]:
    """The fields that differ. Nobody corrects a place to nowhere: where all of it is empty it stays."""
    spot = place.spot_of(form.cleaned_data)
    if spot.lon is None and not spot.address:
        spot = place.Spot(now["lon"], now["lat"], now["accuracy_m"], now["address"])
    wanted = {"lon": spot.lon, "lat": spot.lat, "accuracy_m": spot.accuracy_m, "address": spot.address}
    changes = {name: value for name, value in wanted.items() if value != now[name]}
    if "lon" in changes or "lat" in changes:
        changes |= {"lon": spot.lon, "lat": spot.lat, "accuracy_m": spot.accuracy_m}
    elif set(changes) == {"accuracy_m"}:
        changes = {}
    if "category" in form.data and form.cleaned_data["category"] != now["category"]:
        changes |= {"category": form.cleaned_data["category"], "category_by": Report.CategoryBy.PERSON}
    return changes


@require_POST
def join(request: HttpRequest, token: str) -> HttpResponse:
    report, viewer = room.by_token(token)
    actions.report_join(by=viewer, id=report.pk, to=request.POST.get("to", ""))
    messages.success(request, _("합쳤습니다. 이제 같은 일의 소식을 함께 받으십니다."))
    return redirect("reports:intake_received", token)


@require_POST
def part(request: HttpRequest, token: str) -> HttpResponse:
    report, viewer = room.by_token(token)
    actions.report_part(by=viewer, id=report.pk)
    messages.success(request, _("다시 따로 접수했습니다."))
    return redirect("reports:intake_received", token)


@require_POST
def official_join(request: HttpRequest, receipt: str) -> HttpResponse:
    report = room.access(request.viewer, receipt)
    to = request.POST.get("to", "")
    actions.report_join(by=request.viewer, id=report.pk, to=to)
    messages.success(request, _("%(to)s 신고에 합쳤습니다.") % {"to": to})
    return redirect(report)


@require_POST
def official_part(request: HttpRequest, receipt: str) -> HttpResponse:
    report = room.access(request.viewer, receipt)
    actions.report_part(by=request.viewer, id=report.pk)
    messages.success(request, _("다시 따로 접수했습니다."))
    return redirect(report)


@require_POST
def look(request: HttpRequest, receipt: str) -> HttpResponse:
    report = room.access(request.viewer, receipt)
    actions.report_look(by=request.viewer, id=report.pk)
    messages.success(request, _("살펴본 것으로 적고 모두에게 열었습니다."))
    return redirect(reverse("reports:report", args=[report.receipt]))
