"""What the three kinds of pages share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from dure.core.viewer import Viewer
from dure.reports.live import drawing, queries, words
from dure.reports.live.drawing import Mark
from dure.reports.live.queries import Seen
from dure.reports.models import Report


def private(response: HttpResponse) -> HttpResponse:
    """For pages whose address is a key: kept by nobody on the way, told to no other site, found by no search.

    Not `no-referrer`: browsers then send `Origin: null` with forms of the page, which the CSRF check refuses.
    """
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def row_of(seen: Seen) -> dict[str, Any]:
    """A dispatch for a template."""
    far = seen.estimate
    return {
        "seen": seen,
        "dispatch": seen.dispatch,
        "position": seen.position,
        "distance": words.distance(far.straight_m) if far else "",
        "time_left": words.time_left(far) if far else "",
        "assumption": words.assumption(far) if far else "",
    }


def map_of(report: Report, crews: list[Seen], *, ident: str = "where") -> str:
    """The report's place and the crews that share theirs."""
    marks = []
    if report.lon is not None and report.lat is not None:
        marks.append(Mark(report.lon, report.lat, _("신고 자리"), "report", report.accuracy_m))
    marks += [Mark(one.position.lon, one.position.lat, one.dispatch.crew.name) for one in crews if one.position]
    return drawing.draw(marks, title=_("신고 자리와 출동조의 자리"), ident=ident)


def now_context(report: Report, viewer: Viewer) -> dict[str, Any]:
    """What changes while somebody is on the way."""
    crews = queries.crews_of(report, viewer)
    rows = [row_of(one) for one in crews]
    return {
        "report": report,
        "crews": rows,
        "sharing": any(one.position for one in crews),
        "coming": any(one.dispatch.open for one in crews),
        "not_found": any(one.dispatch.open and one.dispatch.not_found_at for one in crews),
        "drawn": map_of(report, crews),
        "alerts": queries.alerts_of(report),
        "seq": queries.last_event(report.pk),
    }
