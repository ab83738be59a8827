"""The crew's page: no account, the link is the key."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dure.core import attachments, live
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import queries as room
from dure.reports.categories import category
from dure.reports.live import actions, queries
from dure.reports.live.forms import DoneForm, SaidForm
from dure.reports.live.pages.common import map_of, private, row_of
from dure.reports.models import Dispatch

EVERY = 5
"""Seconds between two positions."""


@require_GET
def page(request: HttpRequest, token: str) -> HttpResponse:
    dispatch, viewer = queries.by_crew_token(token)
    return _show(request, token, dispatch, viewer, DoneForm(), SaidForm())


def _show(
    request: HttpRequest, token: str, dispatch: Dispatch, viewer: Viewer, done: DoneForm, said: SaidForm
) -> HttpResponse:
    report = dispatch.report
    live_url = live.address([report.urn])
    own = [one for one in queries.crews_of(report, viewer) if one.dispatch.pk == dispatch.pk]
    files, closed = room.files_of(Viewer.link(report.urn), report.urn)
    context = {
        "token": token,
        "dispatch": dispatch,
        "report": report,
        "category": category(report.category),
        "row": row_of(own[0]) if own else None,
        "drawn": map_of(report, own),
        "alerts": queries.alerts_of(report),
        "contact": queries.contact_for_crew(dispatch, viewer),
        "files": files,
        "closed_files": closed,
        "live_url": live_url if dispatch.open else "",
        "every": EVERY,
        "seq": queries.last_event(report.pk),
        "done": done,
        "said": said,
        "moved_away": report.body_id != dispatch.body_id,
    }
    wrong = bool(done.errors or said.errors)
    return private(render(request, "reports/live/crew.html", context, status=422 if wrong else 200))


@require_POST
def do(request: HttpRequest, token: str, word: str) -> HttpResponse:
    """Pressing a button. `word`: start, stop, arrive, missing, done, place."""
    dispatch, viewer = queries.by_crew_token(token)
    id = dispatch.pk
    if word == "start":
        actions.crew_start(by=viewer, id=id, share=request.POST.get("share") == "1")
    elif word == "stop":
        actions.sharing_stop(by=viewer, id=id, why=request.POST.get("why", "asked"))
    elif word == "arrive":
        actions.crew_arrive(by=viewer, id=id)
        messages.success(request, _("도착했다고 알렸습니다. 위치는 더 나누지 않고 지웠습니다."))
    elif word == "missing":
        actions.crew_not_found(by=viewer, id=id)
        messages.success(request, _("찾지 못한다고 담당자와 신고하신 분에게 알렸습니다."))
    elif word == "place":
        said = SaidForm(request.POST)
        if not said.is_valid():
            return _show(request, token, dispatch, viewer, DoneForm(), said)
        actions.place_say(by=viewer, id=id, text=said.cleaned_data["place"])
    elif word == "done":
        return _done(request, token, dispatch, viewer)
    else:
        raise Refused("not_found", _("없는 주소입니다."))
    return private(redirect("reports:live-crew", token=token))


def _done(request: HttpRequest, token: str, dispatch: Dispatch, viewer: Viewer) -> HttpResponse:
    form = DoneForm(request.POST)
    if form.is_valid():
        try:
            files = request.FILES.getlist("photos")[: actions.crew.MOST_PHOTOS + 1]
            taken = [attachments.take_in(file) for file in files]
            actions.crew_done(by=viewer, id=dispatch.pk, text=form.cleaned_data["text"], photos=taken)
        except Refused as refused:
            if refused.field is None:
                raise
            form.add_error("text" if refused.field == "text" else None, str(refused.message))
        else:
            messages.success(request, _("마쳤다고 알렸습니다. 수고하셨습니다. 답과 마무리는 담당자가 합니다."))
            return private(redirect("reports:live-crew", token=token))
    return _show(request, token, dispatch, viewer, form, SaidForm())


@require_POST
def position(request: HttpRequest, token: str) -> HttpResponse:
    """A position, in the body of the request, never in an address. Answers with the number of the report's newest
    event, by which the page notices a new place even where no stream reaches it."""
    dispatch, viewer = queries.sharing_by_token(token)
    try:
        lon, lat = float(request.POST.get("lon", "")), float(request.POST.get("lat", ""))
        exact = float(request.POST["accuracy"]) if request.POST.get("accuracy") else None
    except ValueError as error:
        raise Refused("invalid", _("자리를 숫자로 보내 주세요."), "lon") from error
    actions.position_set(by=viewer, dispatch=dispatch, lon=lon, lat=lat, accuracy_m=exact)
    return private(JsonResponse({"seq": queries.last_event(dispatch.report_id)}))
