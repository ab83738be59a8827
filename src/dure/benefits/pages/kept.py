"""What was kept because somebody asked for it: to look at, and to delete."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dure.benefits import actions, policy, queries, shown
from dure.benefits.reading import library
from dure.benefits.speaking import rule_language, show, spoken
from dure.core import clock


@require_http_methods(["GET", "POST"])
@spoken
def kept(request: HttpRequest) -> HttpResponse:
    """A person's saved answers and watches."""
    policy.must_have_an_account(request.viewer)
    if request.method == "POST":
        actions.household_forget(by=request.viewer)
        messages.success(request, _("저장한 것을 지웠습니다."))
        return redirect("benefits:kept")
    names = library().rules.benefits
    lang = rule_language(request.speaks)  # type: ignore[attr-defined]
    watches = [
        (row, [shown.text(names[id].names, lang) for id in row.benefits if id in names])
        for row in queries.watches_of(request.viewer)
    ]
    return show(request, "benefits/kept.html", {"saved": queries.saved(request.viewer), "watches": watches})


@require_http_methods(["GET", "HEAD"])
@spoken
def watch(request: HttpRequest, id: UUID, token: str) -> HttpResponse:
    row = queries.watch(request.viewer, id, token)
    names = library().rules.benefits
    lang = rule_language(request.speaks)  # type: ignore[attr-defined]
    listed = [shown.text(names[one].names, lang) for one in row.benefits if one in names]
    area = queries.areas(clock.today(), lang).get(row.residence, "")
    response = show(request, "benefits/watch_one.html", {"watch": row, "names": listed, "area": area})
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@spoken
def watch_end(request: HttpRequest, id: UUID, token: str) -> HttpResponse:
    actions.watch_end(by=request.viewer, id=id, token=token)
    messages.success(request, _("알림을 끝내고 남긴 것을 모두 지웠습니다."))
    return redirect("benefits:kept" if request.viewer.is_person else "benefits:index")


__all__ = ["kept", "watch", "watch_end"]
