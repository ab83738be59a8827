"""HTML of the needs surveys: asking, answering, and reading. Sorting and results stand in `pages_sorting`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.core.asked import number
from dure.core.attempts import attempt
from dure.core.events import timeline
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.needs import actions, policy, queries
from dure.needs.forms import AnswerForm, ExtendForm, NarrowForm, ReasonForm, SurveyForm
from dure.needs.models import NeedsSurvey

LINES = 30
STATES = ("running", "over", "mine", "draft", "all")


def crumbs(survey: NeedsSurvey | None = None, here: str = "") -> list[tuple[str, str]]:
    found = [(_("수요조사"), reverse("needs:list") if survey or here else "")]
    if survey:
        found.append((survey.title or _("제목 없는 수요조사"), survey.get_absolute_url() if here else ""))
    return [*found, (here, "")] if here else found


def tabs(survey: NeedsSurvey, here: str, *, owns: bool) -> list[dict[str, Any]]:
    names = [("survey", _("묻는 것과 답")), ("ranking", _("우선순위")), ("results", _("어떻게 되었나"))]
    if owns and survey.state in (NeedsSurvey.State.SORTING, NeedsSurvey.State.ANSWERED):
        names.append(("sort", _("모아서 정리하기")))
    return [
        {"label": label, "url": reverse(f"needs:{name}", args=[survey.receipt]), "current": name == here}
        for name, label in names
    ]


def _here(survey: NeedsSurvey, here: str) -> str:
    """The name of the page below the survey's own; '' for the survey's own."""
    if here in ("survey", ""):
        return ""
    return next((str(tab["label"]) for tab in tabs(survey, here, owns=True) if tab["current"]), "")


def inside(request: HttpRequest, survey: NeedsSurvey, here: str) -> dict[str, Any]:
    """What every page of one survey shows around its own."""
    owns = policy.may_own(request.viewer, survey)
    return {
        "survey": survey,
        "row": queries.counts(request.viewer, survey),
        "owns": owns,
        "tabs": tabs(survey, here, owns=owns),
        "crumbs": crumbs(survey, _here(survey, here)),
        "urn": survey.urn,
    }


@require_GET
def surveys(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer
    state = request.GET.get("state", "running")
    if state not in STATES or (state in ("mine", "draft") and viewer.body_id is None):
        state = "running"
    page, q = number(request, "page"), request.GET.get("q", "")[:200].strip()
    rows, more = queries.survey_list(viewer, state=state, q=q, page=page)
    labels = [("running", _("진행 중")), ("over", _("마친 것"))]
    if viewer.body_id:
        labels += [("mine", _("우리에게 물은 것")), ("draft", _("쓰던 것"))]
    context = {
        "rows": rows,
        "page": page,
        "more": more,
        "q": q,
        "state": state,
        "states": [*labels, ("all", _("모두"))],
        "may_ask": viewer.may_act_for(viewer.body_id),
        "overdue": queries.overdue(viewer),
        "crumbs": crumbs(),
    }
    return render(request, "needs/list.html", context)


@require_GET
def new(request: HttpRequest) -> HttpResponse:
    policy.must_ask_for(request.viewer, request.viewer.body_id)
    return redirect("needs:edit", id=uuid7())


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write a draft, keep it, or open the survey with it."""
    known = queries.draft(request.viewer, id)
    form = SurveyForm(request.POST if request.method == "POST" else None, initial=_initial(known))
    if request.method == "POST" and form.is_valid():
        typed = form.fields_typed()
        saved = attempt(form, lambda: actions.survey_save(by=request.viewer, id=id, fields=typed))
        if saved is not None and "open" not in request.POST:
            messages.success(request, _("적어 두었습니다. 아직 우리 기관에만 보입니다."))
            return redirect("needs:edit", id=id)
        opened = saved and attempt(form, lambda: actions.survey_open(by=request.viewer, id=id))
        if opened:
            messages.success(request, _("수요조사를 시작했습니다. 물은 기관에 알립니다."))
            return redirect(opened)
        known = saved or known
    heading = _("수요조사 고치기") if known else _("수요조사 하기")
    context = {"form": form, "known": known, "heading": heading, "crumbs": crumbs(None, heading)}
    return render(request, "needs/edit.html", context, status=422 if form.errors else 200)


def _initial(known: NeedsSurvey | None) -> dict[str, Any]:
    if known is None:
        return {}
    names = ("title", "purpose", "use", "mode", "kinds", "provinces", "until", "promised_on")
    return {name: getattr(known, name) for name in names} | {
        "needs": "\n".join(need.title for need in queries.listed(known)),
        "named": ", ".join(body.full_name_ko for body in queries.named_bodies(known.named)),
    }


@require_POST
def delete(request: HttpRequest, id: UUID) -> HttpResponse:
    actions.survey_delete(by=request.viewer, id=id)
    messages.success(request, _("쓰던 수요조사를 지웠습니다."))
    return redirect("needs:list")


@require_GET
def survey(request: HttpRequest, receipt: str) -> HttpResponse:
    found = queries.access(request.viewer, receipt)
    if found.state == NeedsSurvey.State.DRAFT:
        return redirect("needs:edit", id=found.pk)
    page = number(request, "page")
    answers, closed, more = queries.answers_of(request.viewer, found, page=page)
    context = inside(request, found, "survey") | {
        "listed": queries.listed(found),
        "asked": queries.asked_bodies(found)[:300],
        "answers": answers,
        "closed": closed,
        "page": page,
        "more": more,
        "mine": queries.own_answer(request.viewer, found),
        "may_answer": policy.may_answer(request.viewer, found),
        "lines": timeline(found.urn, request.viewer, limit=LINES),
    }
    return render(request, "needs/survey.html", context)


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, receipt: str) -> HttpResponse:
    found = queries.begun(request.viewer, receipt)
    mine = queries.own_answer(request.viewer, found)
    late = False
    if request.method == "GET":
        policy.must_answer(request.viewer, found)
    listed = queries.listed(found)
    data = request.POST if request.method == "POST" else None
    form = AnswerForm(data, survey=found, listed=listed, initial=_given(mine))
    if request.method == "POST" and form.is_valid():
        given = attempt(
            form,
            lambda: actions.answer_give(
                by=request.viewer,
                survey_id=found.pk,
                priorities=form.priorities(),
                own=form.own(),
                note=form.cleaned_data["note"],
            ),
        )
        if given is not None:
            messages.success(
                request, _("답했습니다. 마감까지 고칠 수 있습니다.") if not mine else _("답을 고쳤습니다.")
            )
            return redirect(f"{found.get_absolute_url()}#mine")
        late = not found.takes_answers
    heading = _("답 고치기") if mine else _("답하기")
    context = {
        "survey": found,
        "form": form,
        "known": mine,
        "late": late,
        "heading": heading,
        "crumbs": crumbs(found, heading),
    }
    return render(request, "needs/answer.html", context, status=422 if form.errors else 200)


def _given(mine: queries.AnswerView | None) -> dict[str, Any]:
    if mine is None:
        return {}
    initial: dict[str, Any] = {f"priority_{id}": str(value) for id, value in mine.answer.priorities.items()}
    for need in mine.own:
        initial |= {f"own_{need.number}_{name}": getattr(need, name) for name in ("title", "why", "people")}
        initial[f"own_{need.number}_points"] = str(need.points or "")
    return initial | {"note": mine.answer.note}


@require_http_methods(["GET", "POST"])
def narrow(request: HttpRequest, receipt: str) -> HttpResponse:
    """Show the own body's answer to the asking body alone, or to all again."""
    found = queries.access(request.viewer, receipt)
    mine = queries.own_answer(request.viewer, found)
    if mine is None:
        raise Refused("not_signed_in" if request.viewer.kind == "anonymous" else "not_found", _("없는 답입니다."))
    policy.must_hold_answer(request.viewer, mine.answer)
    if request.method == "POST" and "open" in request.POST:
        actions.answer_narrow(by=request.viewer, id=mine.answer.pk, level="public")
        messages.success(request, _("다시 모두에게 공개했습니다."))
        return redirect(f"{found.get_absolute_url()}#mine")
    form = NarrowForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = attempt(
            form,
            lambda: actions.answer_narrow(by=request.viewer, id=mine.answer.pk, level="partners", **data),
            withheld_reason="reason",
        )
        if done is not None:
            messages.success(request, _("우리 답은 물어본 기관에만 보입니다. 순위에도 들어가지 않습니다."))
            return redirect(f"{found.get_absolute_url()}#mine")
    heading = _("우리 답의 공개 범위")
    context = {"survey": found, "form": form, "mine": mine, "heading": heading, "crumbs": crumbs(found, heading)}
    return render(request, "needs/narrow.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, receipt: str) -> HttpResponse:
    found = queries.begun(request.viewer, receipt)
    policy.must_own(request.viewer, found)
    initial = {"until": found.until, "promised_on": found.promised_on}
    form = ExtendForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(form, lambda: actions.survey_extend(by=request.viewer, id=found.pk, **data)) is not None:
            messages.success(request, _("마감을 늘렸습니다."))
            return redirect(found)
    return _one_form(request, found, form, _("마감 늘리기"), _("늘리기"), "")


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, receipt: str) -> HttpResponse:
    found = queries.begun(request.viewer, receipt)
    policy.must_own(request.viewer, found)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = attempt(form, lambda: actions.survey_withdraw(by=request.viewer, id=found.pk, reason=reason))
        if done is not None:
            messages.success(request, _("수요조사를 거두었습니다."))
            return redirect(found)
    note = _("받은 답과 까닭은 그대로 남아 모두가 읽을 수 있습니다.")
    return _one_form(request, found, form, _("수요조사 거두기"), _("거두기"), note)


def _one_form(
    request: HttpRequest, found: NeedsSurvey, form: forms.Form, heading: str, button: str, note: str
) -> HttpResponse:
    context = {
        "survey": found,
        "form": form,
        "heading": heading,
        "button": button,
        "note": note,
        "back": found.get_absolute_url(),
        "crumbs": crumbs(found, heading),
    }
    return render(request, "needs/form.html", context, status=422 if form.errors else 200)
