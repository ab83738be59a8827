"""A report's public page, and the status link of whoever reported it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dure.core import live
from dure.core.events import timeline
from dure.core.viewer import Viewer
from dure.reports import policy, queries
from dure.reports.categories import category
from dure.reports.models import Report
from dure.reports.parts import sections

LINES = 30


def context_of(where: str, report: Report, viewer: Viewer) -> dict[str, Any]:
    """What both pages show of a report."""
    watched = [report.urn]
    if where == "status" and (watch := queries.crew_watch(report)):
        watched.append(watch)
    live_url = live.address(watched)
    boxes = sections(where, report, viewer)
    files, closed = queries.files_of(viewer, report.urn)
    return {
        "report": report,
        "category": category(report.category),
        "route": report.route,
        "decisions": queries.decisions(report),
        "moves": queries.moves(report),
        "said": queries.said(viewer, report),
        "files": files,
        "closed_files": closed,
        "original": report.original if policy.may_read_original(viewer, report) else "",
        "lines": timeline(report.urn, viewer, limit=LINES),
        "main_boxes": [box for box in boxes if not box.side],
        "side_boxes": [box for box in boxes if box.side],
        "live_url": live_url,
        "urn": report.urn,
    }


@require_GET
def report(request: HttpRequest, receipt: str) -> HttpResponse:
    found = queries.access(request.viewer, receipt)
    context = context_of("report", found, request.viewer)
    context["crumbs"] = [(_("신고"), "/reports/"), (found.receipt, "")]
    return render(request, "reports/report.html", context)


@require_GET
def status(request: HttpRequest, token: str) -> HttpResponse:
    """The status link: no account, no other key than the link itself."""
    found, viewer = queries.by_token(token)
    context = {**context_of("status", found, viewer), "token": token}
    # The mark that a message's short link leaves; the page itself then says that somebody looks at it.
    context["counted"] = request.GET.get("via") == "link"
    response = render(request, "reports/status.html", context)
    # Not `no-referrer`: browsers then send `Origin: null` with the page's forms, and those would be refused.
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
