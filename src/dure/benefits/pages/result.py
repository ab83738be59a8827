"""What comes of it, on paper too; and the few ways to keep anything, each asked for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dure.benefits import actions, guide, papers, policy, queries, shown
from dure.benefits.forms import WatchForm
from dure.benefits.pages.carried import Visit, carrying
from dure.benefits.pages.find import next_address, steps
from dure.core import clock, limits
from dure.core.refused import Refused


def _result(visit: Visit, lang: str) -> tuple[shown.Result, guide.Asking]:
    asking = guide.asking(visit.told, visit.day)
    return shown.result(visit.told, asking, visit.day, lang), asking


@require_http_methods(["GET", "HEAD"])
@carrying
def result(visit: Visit) -> HttpResponse:
    if "people" not in visit.told.done:
        return redirect("benefits:people" if visit.told.members else "benefits:find")
    found, asking = _result(visit, visit.lang)
    context: dict[str, Any] = {
        "result": found,
        "left": len(asking.open),
        "next": next_address(visit),
        "today": clock.today(),
        "version": visit.library.rules.version,
        "consent": _consent(visit),
        **steps(visit, "result"),
    }
    return visit.show("benefits/result.html", context)


def _consent(visit: Visit) -> Any:
    """The consent under which an official enters this, where it is one of theirs and still holds."""
    if not visit.told.consent:
        return None
    try:
        return queries.consent(visit.request.viewer, queries.consent_id(visit.told.consent))
    except Refused:
        return None


@require_http_methods(["GET", "HEAD"])
@carrying
def paper(visit: Visit) -> HttpResponse:
    """The result as PDF in the language of the reader; `?in=ko`: in Korean, for the office."""
    if "people" not in visit.told.done:
        return redirect("benefits:find")
    language = "ko" if visit.request.GET.get("in") == "ko" else visit.language
    made = papers.result_pdf(visit.told, visit.day, language, visit.library.rules.version)
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="benefits.pdf"'
    return response


@require_http_methods(["GET", "POST"])
@carrying
def watch(visit: Visit) -> HttpResponse:
    """Tell me when it changes: what would be kept is shown before anything is."""
    if "people" not in visit.told.done:
        return redirect("benefits:find")
    request, viewer = visit.request, visit.request.viewer
    found, _asking = _result(visit, visit.lang)
    cards = [*found.yes, *found.replaced, *found.open, *found.near, *found.no]
    births = [one["birth_date"] for one in visit.told.members if one.get("birth_date")]
    residence = str(visit.told.facts.get("residence") or "")
    form = WatchForm(request.POST if request.method == "POST" and not viewer.is_person else None)
    if request.method == "POST" and (viewer.is_person or form.is_valid()):
        limits.check(request, "benefits.watch", times=10, seconds=3600)
        chosen = [one for one in request.POST.getlist("benefit") if one in {card.id for card in cards}]
        try:
            actions.watch_start(
                by=viewer,
                births=births,
                residence=residence,
                benefits=chosen,
                email="" if viewer.is_person else form.cleaned_data["email"],
                language=visit.language,
                client=request.META.get("REMOTE_ADDR", ""),
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused.message))
        else:
            return redirect("benefits:watching")
    first = {card.id for card in [*found.open, *found.near]}
    context = {
        "form": form,
        "cards": [(card, card.id in first) for card in cards],
        "births": births,
        "area": queries.areas(clock.today(), visit.lang).get(residence, ""),
        "signed_in": viewer.is_person,
    }
    return visit.show("benefits/watch.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD"])
@carrying
def watching(visit: Visit) -> HttpResponse:
    return visit.show("benefits/watching.html", {"signed_in": visit.request.viewer.is_person})


@require_POST
@carrying
def save(visit: Visit) -> HttpResponse:
    actions.household_save(by=visit.request.viewer, told=visit.told)
    return redirect("benefits:kept")


@require_POST
@carrying
def load(visit: Visit) -> HttpResponse:
    visit.told = queries.saved_told(visit.request.viewer)
    visit.told.consent = ""
    return visit.go("result")


@require_POST
@carrying
def refer(visit: Visit) -> HttpResponse:
    """At the counter: hand over to applications, under the consent that was recorded."""
    viewer = visit.request.viewer
    policy.must_serve_at_a_counter(viewer)
    if not visit.told.consent:
        raise Refused("conflict", _("동의 기록이 없습니다. 창구 화면에서 동의를 먼저 받아 주세요."))
    found, _asking = _result(visit, visit.lang)
    allowed = {card.id for card in [*found.yes, *found.open]}
    chosen = [one for one in visit.request.POST.getlist("benefit") if one in allowed]
    actions.benefits_refer(
        by=viewer,
        id=queries.consent_id(visit.told.consent),
        told=visit.told,
        benefits=chosen,
    )
    messages.success(visit.request, _("신청으로 넘겼습니다. 신청 요약을 인쇄해 드릴 수 있습니다."))
    return redirect("benefits:application")


@require_http_methods(["GET", "HEAD"])
@carrying
def application(visit: Visit) -> HttpResponse:
    """The summary to print for applications: what was said, which benefits, which papers to bring."""
    policy.must_serve_at_a_counter(visit.request.viewer)
    consent = _consent(visit)
    if consent is None:
        raise Refused("not_found", _("이런 동의 기록이 없습니다."))
    found, _asking = _result(visit, visit.lang)
    cards = [card for card in [*found.yes, *found.open] if card.id in consent.referred]
    common = [(code, value) for code, value in visit.told.facts.items()]
    today, catalogue = clock.today(), visit.day.catalogue
    areas = queries.areas(today, visit.lang)

    def rows(said: list[tuple[str, Any]]) -> list[tuple[str, str]]:
        listed = [(catalogue.facts[code], value) for code, value in said if code in catalogue.facts]
        return [
            (shown.text(fact.names, visit.lang), shown.fact_value(fact, value, visit.lang, areas))
            for fact, value in listed
        ]

    people = [
        (shown.member_name(visit.told, place, today), rows(list(one.items())))
        for place, one in enumerate(visit.told.members)
    ]
    documents = list(dict.fromkeys(one for card in cards for one in card.facts.documents))
    context = {
        "consent": consent,
        "cards": cards,
        "common": rows(common),
        "people": people,
        "documents": documents,
        "today": today,
    }
    return visit.show("benefits/application.html", context)


__all__ = ["application", "load", "paper", "refer", "result", "save", "watch", "watching"]
