"""Preparing a contest, step by step. The address holds the draft's id, so that sending twice makes one draft."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dure.contests import actions, eligibility, policy, queries, scoring
from dure.contests.criteria import usual_weights
from dure.contests.forms import STEPS, CriteriaStep, Step
from dure.contests.models import Contest, State
from dure.contests.pages.common import crumbs
from dure.core.asked import number
from dure.core.attempts import attempt
from dure.core.ids import uuid7
from dure.core.refused import Refused

LAST = len(STEPS) + 1


def step_labels() -> list[str]:
    return [_("무엇을"), _("누가"), _("기준과 심사"), _("날짜와 지원"), _("살펴보고 열기")]


@require_GET
def new(request: HttpRequest) -> HttpResponse:
    policy.must_organise_for(request.viewer, request.viewer.body_id)
    return redirect("contests:prepare", id=uuid7())


@require_http_methods(["GET", "POST"])
def prepare(request: HttpRequest, id: UUID) -> HttpResponse:
    policy.must_organise_for(request.viewer, request.viewer.body_id)
    contest = queries.access_draft(request.viewer, id)
    if contest is not None and contest.state != State.DRAFT:
        return redirect("contests:organise", receipt=contest.receipt)
    step = min(number(request, "step"), LAST)
    if step == LAST:
        return _review(request, id, contest)
    kind = STEPS[step - 1]
    form = kind(request.POST) if request.method == "POST" else kind(initial=_initial(kind, contest))
    if request.method == "POST" and form.is_valid():
        fields = form.saved()
        act = partial(actions.contest_save, by=request.viewer, id=id, fields=fields)
        saved = attempt(form, act, weights="weight_actors")
        if saved is not None:
            return redirect(f"{reverse('contests:prepare', args=[id])}?step={step + 1}")
    context = {"id": id, "form": form, "step": step, "labels": step_labels(), "draft": contest, "crumbs": _trail()}
    return render(request, "contests/prepare.html", context, status=422 if form.errors else 200)


def _trail() -> list[tuple[str, str]]:
    return crumbs((_("공모 열기"), ""))


def _initial(kind: type[Step], contest: Contest | None) -> dict[str, Any]:
    if contest is not None:
        return kind.from_contest(contest)
    empty = Contest()
    found = {name: getattr(empty, name) for name in kind.base_fields if hasattr(empty, name)}
    if kind is CriteriaStep:
        found |= {f"weight_{key}": weight for key, weight in usual_weights().items()}
    return found


def _review(request: HttpRequest, id: UUID, contest: Contest | None) -> HttpResponse:
    if contest is None:
        return redirect("contests:prepare", id=id)
    missing = None
    if request.method == "POST":
        try:
            opened = actions.contest_open(by=request.viewer, id=id)
        except Refused as refused:
            if refused.code not in ("invalid", "conflict"):
                raise
            missing = refused
        else:
            messages.success(request, _("공모를 열었습니다. 이제 심사위원을 초대해 주세요."))
            return redirect("contests:organise", receipt=opened.receipt)
    field = missing.field if missing else None
    context = {
        "id": id,
        "contest": contest,
        "draft": contest,
        "criteria": list(contest.criteria.all()),
        "rules": eligibility.rules_of(contest),
        "formula": scoring.formula(contest.method),
        "ties": scoring.tie_words(contest),
        "step": LAST,
        "labels": step_labels(),
        "missing": missing,
        "missing_step": next((kind.number for kind in STEPS if field in kind.base_fields), 3),
        "crumbs": _trail(),
    }
    return render(request, "contests/review.html", context, status=422 if missing else 200)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, id: UUID) -> HttpResponse:
    policy.must_organise_for(request.viewer, request.viewer.body_id)
    contest = queries.access_draft(request.viewer, id)
    if contest is None:
        return redirect("contests:list")
    if request.method == "POST":
        actions.draft_delete(by=request.viewer, id=id)
        messages.success(request, _("쓰던 공모를 지웠습니다."))
        return redirect("web:desk")
    back = reverse("contests:prepare", args=[id])
    context = {"heading": _("쓰던 공모 지우기"), "text": contest.title or _("제목 없는 공모"), "back": back}
    return render(request, "contests/sure.html", {**context, "button": _("지우기"), "danger": True, "crumbs": _trail()})
