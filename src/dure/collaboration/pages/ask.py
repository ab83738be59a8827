"""Asking, step by step. The address holds the draft's id, so that reloading or sending twice makes one draft."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.collaboration import actions, policy
from dure.collaboration.beside import beside
from dure.collaboration.forms import STEPS, PartWithholdForm, PlaceStep, StepForm
from dure.collaboration.models import Call, Collaboration, Stage
from dure.collaboration.pages.common import area_names, attempt, crumbs
from dure.collaboration.queries import access_draft, call_view
from dure.core import clock
from dure.core.asked import number
from dure.core.ids import uuid7
from dure.core.refused import Refused

LAST = len(STEPS) + 1


def step_labels() -> list[str]:
    return [_("문제"), _("바라는 것"), _("가진 것·모자란 것"), _("어디서·언제·누구와"), _("살펴보고 올리기")]


@require_GET
def ask_new(request: HttpRequest) -> HttpResponse:
    """To a fresh draft's address. Nothing is written before something was typed."""
    policy.must_ask_for(request.viewer, request.viewer.body_id)
    return redirect("collaboration:ask", id=uuid7())


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, id: UUID) -> HttpResponse:
    policy.must_ask_for(request.viewer, request.viewer.body_id)
    collaboration = access_draft(request.viewer, id)
    if collaboration is not None and collaboration.stage == Stage.WITHDRAWN:
        raise Refused("conflict", _("거둔 요청은 고칠 수 없습니다."))
    step = min(number(request, "step"), LAST)
    if step == LAST:
        return _review(request, id, collaboration)
    form = _form(request, collaboration, step)
    if request.method == "POST" and form.is_valid():
        fields = form.saved_fields()
        saved = attempt(form, lambda: actions.call_save(by=request.viewer, id=id, fields=fields), areas="area_names")
        if saved is not None:
            return _after_step(request, saved, step)
    return _step(request, id, collaboration, form, step)


def _after_step(request: HttpRequest, saved: Collaboration, step: int) -> HttpResponse:
    if saved.stage != Stage.DRAFT and "finish" in request.POST:
        messages.success(request, _("고친 내용을 올렸습니다."))
        return redirect("collaboration:page", receipt=saved.receipt)
    return redirect(f"{reverse('collaboration:ask', args=[saved.pk])}?step={step + 1}")


def _form(request: HttpRequest, collaboration: Collaboration | None, step: int) -> StepForm:
    kind = STEPS[step - 1]
    if request.method == "POST":
        return kind(request.POST)
    if collaboration is None:
        return kind(initial=_fresh(kind, request))
    initial = kind.from_call(collaboration.call)
    if kind is PlaceStep:
        codes = collaboration.call.areas
        untouched = collaboration.stage == Stage.DRAFT and not codes
        initial["area_names"] = ", ".join(area_names(codes).get(c, c) for c in codes)
        if untouched and collaboration.body.code_scheme == "mois-10":
            initial["area_names"] = collaboration.body.full_name_ko
        initial["join_until"] = initial["join_until"] or _in_days(30)
    return kind(initial=initial)


def _fresh(kind: type[StepForm], request: HttpRequest) -> dict[str, Any]:
    """What another page handed over: a sentence typed on the front page."""
    said = request.GET.get("said", "")[:4000]
    return {"title": said[:120], "problem": said} if said and "title" in kind.base_fields else {}


def _in_days(days: int) -> Any:
    from datetime import timedelta

    return clock.today() + timedelta(days=days)


def _step(
    request: HttpRequest, id: UUID, collaboration: Collaboration | None, form: StepForm, step: int
) -> HttpResponse:
    context = {
        "id": id,
        "form": form,
        "step": step,
        "labels": step_labels(),
        "published": collaboration is not None and collaboration.stage != Stage.DRAFT,
        "collaboration": collaboration,
        "beside": beside(collaboration or _nothing_yet(request, id), step),
        "crumbs": crumbs((_("협업 요청하기"), "")),
    }
    return render(request, "collaboration/ask.html", context, status=422 if form.errors else 200)


def _nothing_yet(request: HttpRequest, id: UUID) -> Collaboration:
    """A draft that is not stored, so that what stands beside the form has something to look at."""
    empty = Collaboration(pk=id, body_id=request.viewer.body_id)
    empty.call = Call(collaboration=empty)
    return empty


@require_POST
def ask_save(request: HttpRequest, id: UUID) -> HttpResponse:
    """Save while typing; answers with what stands beside the form. Errors keep the last good state and say so."""
    step = min(number(request, "step"), len(STEPS))
    collaboration = access_draft(request.viewer, id)
    form = STEPS[step - 1](request.POST)
    saved_at = None
    if collaboration is not None and collaboration.stage != Stage.DRAFT:
        raise Refused("conflict", _("올린 요청은 ‘고쳐 올리기’를 눌러야 바뀝니다."))
    if form.is_valid():
        fields = form.saved_fields()
        saved = attempt(form, lambda: actions.call_save(by=request.viewer, id=id, fields=fields), areas="area_names")
        if saved is not None:
            collaboration, saved_at = saved, clock.now()
    context = {
        "id": id,
        "step": step,
        "saved_at": saved_at,
        "form": form,
        "beside": beside(collaboration or _nothing_yet(request, id), step),
    }
    return render(request, "collaboration/ask_beside.html", context)


def _review(request: HttpRequest, id: UUID, collaboration: Collaboration | None) -> HttpResponse:
    if collaboration is None:
        return redirect("collaboration:ask", id=id)
    if request.method != "POST":
        return _review_page(request, collaboration)
    try:
        published = actions.call_publish(by=request.viewer, id=id)
    except Refused as refused:
        if refused.code not in ("invalid", "conflict"):
            raise
        return _review_page(request, collaboration, missing=refused)
    messages.success(request, _("협업 요청을 올렸습니다. 누구나 볼 수 있습니다."))
    return redirect("collaboration:page", receipt=published.receipt)


def _step_of(field: str | None) -> int:
    """The step on which a field of the call is typed; the review where it is none."""
    return next((kind.number for kind in STEPS if field in kind.base_fields), LAST)


def _review_page(
    request: HttpRequest,
    collaboration: Collaboration,
    *,
    missing: Refused | None = None,
    withholding: PartWithholdForm | None = None,
) -> HttpResponse:
    """The review; `missing` is why it could not be published, with the way to the step where that is mended."""
    withholding = withholding or PartWithholdForm()
    context = {
        "id": collaboration.pk,
        "missing": missing,
        "missing_step": _step_of(missing.field) if missing else LAST,
        "withholding": withholding,
        "step": LAST,
        "labels": step_labels(),
        "collaboration": collaboration,
        "call": call_view(request.viewer, collaboration, area_names=area_names(collaboration.call.areas)),
        "withheld": _withheld(collaboration),
        "published": collaboration.stage != Stage.DRAFT,
        "beside": beside(collaboration, LAST),
        "crumbs": crumbs((_("협업 요청하기"), "")),
    }
    bad = missing or withholding.errors
    return render(request, "collaboration/ask_review.html", context, status=422 if bad else 200)


def _withheld(collaboration: Collaboration) -> list[Any]:
    from dure.collaboration.queries.page import part_label, withheld_parts

    return [(row.field, part_label(row.field), row.withheld) for row in withheld_parts(collaboration)]


@require_POST
def ask_withhold(request: HttpRequest, id: UUID) -> HttpResponse:
    """Withhold a part of the call, before or after it is published."""
    collaboration = access_draft(request.viewer, id)
    if collaboration is None:
        raise Refused("not_found", _("없는 협업입니다."))
    form = PartWithholdForm(request.POST)
    if form.is_valid():
        row = attempt(
            form,
            lambda: actions.call_field_withhold(by=request.viewer, id=id, **form.cleaned_data),
            visibility="level",
            withheld_reason="reason",
        )
        if row is not None:
            messages.success(request, _("이 항목을 공개하지 않습니다. 까닭과 다시 볼 날은 모두에게 보입니다."))
            return redirect(f"{reverse('collaboration:ask', args=[id])}?step={LAST}")
    return _review_page(request, collaboration, withholding=form)


@require_POST
def ask_open(request: HttpRequest, id: UUID, part: str) -> HttpResponse:
    actions.call_field_open(by=request.viewer, id=id, part=part)
    messages.success(request, _("이 항목을 다시 공개했습니다."))
    return redirect(f"{reverse('collaboration:ask', args=[id])}?step={LAST}")


@require_http_methods(["GET", "POST"])
def ask_delete(request: HttpRequest, id: UUID) -> HttpResponse:
    collaboration = access_draft(request.viewer, id)
    if collaboration is None:
        return redirect("collaboration:list")
    if request.method == "POST":
        actions.draft_delete(by=request.viewer, id=id)
        messages.success(request, _("쓰던 요청을 지웠습니다."))
        return redirect("web:desk")
    return render(request, "collaboration/ask_delete.html", {"collaboration": collaboration})
