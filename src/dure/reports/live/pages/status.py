"""The reporter's side: the short link, what is going on now, 'wrong place!', the answer to the one question."""

from __future__ import annotations

import math
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.core import limits, tokens
from dure.core.refused import Refused
from dure.reports import queries
from dure.reports.actions import report_reroute
from dure.reports.live import actions, drawing, links
from dure.reports.live.drawing import M_PER_DEGREE, Mark
from dure.reports.live.forms import PlaceForm
from dure.reports.live.pages.common import now_context, private
from dure.reports.models import Report, RouteDecision

MISSES, WINDOW = 20, 600
"""Wrong short codes from one client in ten minutes; see `live.codes` for the reckoning."""
KOREA = (127.8, 36.3)
MOVES = {"n": (0, 1), "s": (0, -1), "e": (1, 0), "w": (-1, 0)}
STEPS = (20, 100, 1000)


@require_GET
def short(request: HttpRequest, code: str) -> HttpResponse:
    key = f"status.code:{limits.client(request)}"
    if limits.spent(key, times=MISSES, seconds=WINDOW):
        raise Refused("too_many", _("잠시 동안 너무 많이 하셨습니다. 조금 뒤에 다시 해 주세요."))
    try:
        report = links.report_of(code)
    except Refused:
        limits.count(key, times=MISSES, seconds=WINDOW)
        raise
    where = reverse("reports:status", args=[tokens.token_of("report", report.pk)])
    return private(redirect(f"{where}?via=link"))


@require_GET
def now(request: HttpRequest, token: str) -> HttpResponse:
    """The part of the status link that changes; its page fetches the rest anew where an event happened since `seq`."""
    report, viewer = queries.by_token(token)
    context = {**now_context(report, viewer), "token": token}
    response = render(request, "reports/live/now.html", context)
    if request.GET.get("seq", "") != str(context["seq"]):
        response["HX-Trigger"] = "report-changed"
    return private(response)


@require_POST
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """Sent by the page itself some seconds after it is shown to somebody who came by a message; makers of previews
    fetch pages and run nothing."""
    report, _viewer = queries.by_token(token)
    links.link_opened(report)
    return private(HttpResponse(status=204))


@require_POST
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The answer to the one question that decides who is in charge; back to the receipt where it was asked there."""
    report, viewer = queries.by_token(token)
    links.link_opened(report)
    picked = request.POST.get("choice", "")[:4]
    chosen = request.POST.get("asked", ""), int(picked) if picked.isascii() and picked.isdecimal() else -1
    try:
        report_reroute(by=viewer, id=report.pk, cause=RouteDecision.Cause.ANSWER, changes={}, chosen=chosen)
        messages.success(request, _("답해 주셔서 고맙습니다. 맡을 기관을 정했습니다."))
    except Refused as refused:
        if refused.code not in ("conflict", "invalid"):
            raise
        messages.error(request, str(refused.message))
    back = "reports:intake_received" if request.POST.get("back") == "received" else "reports:status"
    return private(redirect(back, token=token))


@require_http_methods(["GET", "POST"])
def place(request: HttpRequest, token: str) -> HttpResponse:
    """'Wrong place!': on the map, by this device, or in words."""
    report, viewer = queries.by_token(token)
    start = {"lat": _degrees(report.lat), "lon": _degrees(report.lon)}
    move = request.POST.get("move", "")
    form = PlaceForm(request.POST if request.method == "POST" and not move else None, initial=start)
    if move:
        form = PlaceForm(initial=_moved(request, move, report))
    elif request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if not said["address"] and (said["lat"], said["lon"]) == (report.lat, report.lon) and report.lat is not None:
            form.add_error("address", _("자리가 그대로입니다. 지도에서 옮기거나 말로 적어 주세요."))
        else:
            try:
                _say(viewer, report, said)
            except Refused as refused:
                if refused.field is None or refused.field not in form.fields:
                    raise
                form.add_error(refused.field, str(refused.message))
            else:
                messages.success(request, _("알려 주신 자리를 담당자와 출동조에게 바로 보냈습니다."))
                return private(redirect("reports:status", token=token))
    context = {"form": form, "report": report, "token": token, "drawn": _drawn(form, report), "steps": STEPS}
    context["step"] = request.POST.get("step", "100")
    return private(render(request, "reports/live/place.html", context, status=422 if form.errors else 200))


def _say(viewer: Any, report: Report, said: dict[str, Any]) -> None:
    lon, lat = said["lon"], said["lat"]
    same = (lon, lat) == (report.lon, report.lat)
    # Words and a point that nobody moved: the words count, the old point is the wrong one.
    if said["address"] and same:
        lon = lat = None
    actions.wrong_place(
        by=viewer,
        report_id=report.pk,
        id=said["id"],
        lon=lon,
        lat=lat,
        accuracy_m=said["accuracy_m"] if lon is not None else None,
        address=said["address"],
        note=said["note"],
    )
    links.link_opened(report)


def _moved(request: HttpRequest, move: str, report: Report) -> dict[str, Any]:
    """What was typed, with the point moved by a button: for browsers without script."""
    typed = {name: request.POST.get(name, "")[:300] for name in ("id", "address", "note")}
    lon = _number(request.POST.get("lon"), report.lon, KOREA[0], 180)
    lat = _number(request.POST.get("lat"), report.lat, KOREA[1], 89)
    step = float(next((one for one in STEPS if str(one) == request.POST.get("step")), 100))
    east, north = MOVES.get(move, (0, 0))
    lat += north * step / M_PER_DEGREE
    lon += east * step / (M_PER_DEGREE * math.cos(math.radians(lat)))
    try:
        UUID(typed["id"])
    except ValueError:
        del typed["id"]
    return {**typed, "lon": _degrees(lon), "lat": _degrees(lat)}


def _number(text: str | None, known: float | None, otherwise: float, limit: float) -> float:
    try:
        value = float(text or "")
    except ValueError:
        return known if known is not None else otherwise
    return value if -limit < value < limit else otherwise


def _degrees(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _drawn(form: PlaceForm, report: Report) -> str:
    def shown(name: str) -> float | None:
        try:
            return float(form[name].value())
        except (TypeError, ValueError):
            return None

    lon, lat = shown("lon"), shown("lat")
    marks = []
    if report.lon is not None and report.lat is not None and (lon, lat) != (_degrees(report.lon), _degrees(report.lat)):
        marks.append(Mark(report.lon, report.lat, _("지금까지의 자리"), "old"))
    if lon is not None and lat is not None and -180 <= lon <= 180 and -90 < lat < 90:
        marks.append(Mark(lon, lat, _("고른 자리") if marks else _("신고 자리"), "report"))
    marks = marks or [Mark(*KOREA, _("여기서부터 옮겨 주세요"), "report", 60_000)]
    return drawing.draw(marks, title=_("자리를 고르는 지도"), ident="pick", pick=True)
