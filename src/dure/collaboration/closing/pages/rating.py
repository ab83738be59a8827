"""Rating: a party for its body, a citizen in one minute with or without an account, and moderating words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.collaboration.closing import actions, policy, queries
from dure.collaboration.closing.actions.ratings import QUESTIONS
from dure.collaboration.closing.forms import CitizenRatingForm, GuestRatingForm, PartnerRatingForm, RatingFlagForm
from dure.collaboration.closing.models import CitizenRating
from dure.collaboration.closing.pages.common import at, form_page, key_of, opened, sent
from dure.collaboration.forms import ReasonForm
from dure.collaboration.models import Collaboration
from dure.collaboration.pages.common import attempt
from dure.core import limits, ports
from dure.core.asked import number
from dure.core.models import Confirmation
from dure.core.viewer import Viewer

HERE = "closing:evaluation"


def rating_form(viewer: Viewer, data: Any = None) -> CitizenRatingForm:
    if viewer.is_person:
        return CitizenRatingForm(data)
    return GuestRatingForm(data, by_phone="sms" in ports.channels())


def show(request: HttpRequest, receipt: str, *, form: Any = None, status: int = 200) -> HttpResponse:
    """The page of evaluation; `form` where a rating was refused."""
    collaboration, context = opened(request, receipt, HERE)
    viewer = request.viewer
    context |= {
        "indicators": queries.indicators(viewer, collaboration),
        "partners": queries.partner_ratings(viewer, collaboration),
        "citizens": queries.citizen_ratings(viewer, collaboration, page=number(request, "page")),
        "form": form or rating_form(viewer),
        "key": key_of(request),
        "fewest": queries.FEWEST,
        "rated": request.GET.get("rated", ""),
    }
    return render(request, "collaboration/closing/evaluation.html", context, status=status)


@require_POST
def rate(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration, _context = opened(request, receipt, HERE)
    form = rating_form(request.viewer, request.POST)
    if form.is_valid():
        made = attempt(form, lambda: _rate(request, collaboration, form), email="address", phone="address")
        if made is not None:
            if made.state == CitizenRating.State.UNCONFIRMED:
                return redirect("closing:rate_wait", receipt=receipt, id=made.confirmation_id)
            messages.success(request, _("평가해 주셔서 고맙습니다."))
            return redirect(at("evaluation", receipt, "citizens"))
    return show(request, receipt, form=form, status=422)


def _rate(request: HttpRequest, collaboration: Collaboration, form: CitizenRatingForm) -> CitizenRating:
    limits.check(request, "rating", times=20, seconds=3600)
    data = form.cleaned_data
    return actions.citizen_rate(
        by=request.viewer,
        id=collaboration.pk,
        score=data["score"],
        text=data["text"],
        alias=data.get("alias", ""),
        channel=data.get("channel", ""),
        address=data.get("address", ""),
        client=request.META.get("REMOTE_ADDR", ""),
        rating_id=key_of(request),
    )


@require_GET
def wait(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    collaboration, context = opened(request, receipt, HERE, (_("확인을 기다립니다"), ""))
    confirmation = queries.waiting_confirmation(collaboration, id)
    if confirmation is None:
        return redirect(at("evaluation", receipt, "citizens"))
    context |= {"confirmation": confirmation, "back": at("evaluation", receipt, "citizens")}
    return render(request, "collaboration/closing/wait.html", context)


def after_confirming(confirmation: Confirmation) -> str:
    """Where somebody goes whose address is confirmed now."""
    rating = CitizenRating.objects.select_related("collaboration").get(confirmation=confirmation)
    uncounted = (CitizenRating.State.TWICE, CitizenRating.State.PARTY)
    said = rating.state if rating.state in uncounted else "once"
    return f"{reverse('closing:evaluation', args=[rating.collaboration.receipt])}?rated={said}#citizens"


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    heading = _("내 평가 거두기")
    collaboration, context = opened(request, receipt, HERE, (heading, ""))
    row = queries.citizen_rating_of(request.viewer, collaboration, id)
    if request.method == "POST":
        actions.citizen_rating_remove(by=request.viewer, id=id)
        messages.success(request, _("평가를 거두었습니다."))
        return redirect(at("evaluation", receipt, "citizens"))
    if not policy.wrote(request.viewer, row):
        request.viewer.must_act_for(None, _("평가한 사람만 거둘 수 있습니다."))
    note = _("%(n)d점과 적으신 글이 사라집니다. 평가를 받는 동안에는 다시 평가할 수 있습니다.") % {"n": row.score}
    back = at("evaluation", receipt, "citizens")
    return form_page(
        request, context, None, heading=heading, note=note, button=_("거두기"), back=back, danger=True, quote=row.text
    )


@require_http_methods(["GET", "POST"])
def flag(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    heading = _("평가의 글을 살펴봐 달라고 알리기")
    collaboration, context = opened(request, receipt, HERE, (heading, ""))
    row = queries.citizen_rating_of(request.viewer, collaboration, id)
    form = sent(request, RatingFlagForm)
    if request.method == "POST" and form.is_valid():
        limits.check(request, "flag", times=20, seconds=3600)
        why = form.cleaned_data["why"]
        if attempt(form, lambda: actions.citizen_rating_flag(by=request.viewer, id=id, why=why)) is not None:
            messages.success(request, _("알려 주셔서 고맙습니다. 맡은 기관이 살펴봅니다."))
            return redirect(at("evaluation", receipt, "citizens"))
    back = at("evaluation", receipt, "citizens")
    quote = row.text if row.state == CitizenRating.State.PUBLISHED else ""
    return form_page(request, context, form, heading=heading, button=_("알리기"), back=back, quote=quote)


@require_http_methods(["GET", "POST"])
def hide(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    heading = _("평가의 글 가리기")
    collaboration, context = opened(request, receipt, HERE, (heading, ""))
    row = queries.citizen_rating_of(request.viewer, collaboration, id)
    policy.must_moderate(request.viewer, row)
    form = sent(request, ReasonForm)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: actions.citizen_rating_hide(by=request.viewer, id=id, reason=reason)) is not None:
            messages.success(request, _("글을 가렸습니다. 점수는 그대로 셉니다."))
            return redirect(at("evaluation", receipt, "citizens"))
    note = _("글만 가립니다. 점수는 그대로 셉니다. 까닭은 모두에게 보입니다.")
    back = at("evaluation", receipt, "citizens")
    return form_page(
        request, context, form, heading=heading, note=note, button=_("가리기"), back=back, danger=True, quote=row.text
    )


@require_POST
def restore(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    collaboration, _context = opened(request, receipt, HERE)
    queries.citizen_rating_of(request.viewer, collaboration, id)
    actions.citizen_rating_restore(by=request.viewer, id=id)
    messages.success(request, _("글을 그대로 둡니다."))
    return redirect(at("evaluation", receipt, "citizens"))


@require_http_methods(["GET", "POST"])
def partner(request: HttpRequest, receipt: str) -> HttpResponse:
    """A party rates working together."""
    heading = _("함께한 일 평가하기")
    collaboration, context = opened(request, receipt, HERE, (heading, ""))
    policy.must_rate_as_party(request.viewer, collaboration)
    form = sent(request, PartnerRatingForm)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        scores = {name: data[name] for name in QUESTIONS}
        act: Any = lambda: actions.partner_rate(  # noqa: E731
            by=request.viewer, id=collaboration.pk, scores=scores, text=data["text"]
        )
        if attempt(form, act) is not None:
            messages.success(request, _("평가를 남겼습니다. 모든 기관이 평가하거나 협업을 마치면 모두에게 보입니다."))
            return redirect(at("evaluation", receipt, "partners"))
    note = _("모든 기관이 평가하거나 협업을 마칠 때까지 다른 기관에는 보이지 않습니다. 한 번 남기면 고칠 수 없습니다.")
    back = at("evaluation", receipt, "partners")
    return form_page(request, context, form, heading=heading, note=note, button=_("평가 남기기"), back=back)
