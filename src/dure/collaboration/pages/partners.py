"""Finding and choosing partners: suggestions, invitations and their answers, offers taken up or declined, settling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dure.bodies.queries import named, what_became_of
from dure.collaboration import actions, policy
from dure.collaboration.forms import AnswerForm, DeclineInvitationForm, DeclineOfferForm, InviteForm
from dure.collaboration.models import Collaboration
from dure.collaboration.pages.common import attempt, crumbs, uuid_or_none
from dure.collaboration.partnering import partners
from dure.collaboration.queries import access, answerable_offer, call_view, invitation_of, ready_to_settle


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, receipt: str) -> HttpResponse:
    """Suggested partners with one tap each, and any other body by name."""
    collaboration = access(request.viewer, receipt)
    policy.must_own(request.viewer, collaboration)
    form = InviteForm(request.POST if request.method == "POST" else None, initial={"body": request.GET.get("body", "")})
    if request.method == "POST" and form.is_valid():
        body_id = _body_named(form)
        if body_id is not None:
            reason = form.cleaned_data["reason"]
            invited = attempt(
                form,
                lambda: actions.partner_invite(by=request.viewer, id=collaboration.pk, body_id=body_id, reason=reason),
            )
            if invited is not None:
                messages.success(request, _("%(body)s에 초대를 보냈습니다.") % {"body": invited.body.name})
                return redirect("collaboration:invite", receipt=receipt)
    context = {
        "form": form,
        "call": call_view(request.viewer, collaboration),
        "partners": partners(collaboration, k=10),
        "crumbs": crumbs((collaboration.call.title, reverse("collaboration:page", args=[receipt])), (_("초대"), "")),
    }
    return render(request, "collaboration/invite.html", context, status=422 if form.errors else 200)


def _body_named(form: forms.Form, field: str = "body") -> UUID | None:
    """The body that a person named in this field; None where none or several are called so, said at the field."""
    text = form.cleaned_data[field]
    id = uuid_or_none(text)
    if id is not None:
        return id
    found = {now.pk: now for body in named(text) for now in what_became_of(body)}
    if len(found) == 1:
        return next(iter(found))
    if found:
        names = " · ".join(sorted(body.name for body in found.values())[:8])
        form.add_error(field, _("여러 곳이 있습니다: %(names)s. 시·도까지 적어 주세요.") % {"names": names})
    else:
        form.add_error(field, _("이런 이름의 기관이 없습니다."))
    return None


@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """An invited body says no, and may name one that fits better."""
    collaboration = access(request.viewer, receipt)
    policy.must_be_invited(request.viewer, invitation_of(request.viewer, collaboration, id))
    form = DeclineInvitationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        better = _body_named(form, "better") if form.cleaned_data["better"] else None
        answer = form.cleaned_data["reason"]
        if not form.errors:
            declined = attempt(
                form,
                lambda: actions.invitation_decline(by=request.viewer, id=id, answer=answer, suggests=better),
                answer="reason",
                suggests="better",
            )
            if declined is not None:
                messages.success(request, _("초대를 사양했습니다."))
                return redirect("collaboration:page", receipt=receipt)
    note = _("까닭을 알면 요청한 기관이 다른 길을 찾기 쉽습니다.")
    return _asked(request, collaboration, form, _("초대를 사양하기"), _("사양하기"), note=note)


@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """The asker takes an offer up."""
    collaboration, offer = _offer(request, receipt, id)
    note = _("이 기관은 함께하는 기관이 되고, 함께하는 기관에만 보이는 것을 함께 읽습니다.")
    return _answer(
        request,
        collaboration,
        AnswerForm,
        lambda answer: actions.offer_take(by=request.viewer, id=id, answer=answer),
        heading=_("함께하기: %(body)s") % {"body": offer.body.name},
        button=_("함께하기"),
        note=note,
        done=_("함께하기로 했습니다."),
    )


@require_http_methods(["GET", "POST"])
def decline_offer(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    collaboration, offer = _offer(request, receipt, id)
    return _answer(
        request,
        collaboration,
        DeclineOfferForm,
        lambda answer: actions.offer_decline(by=request.viewer, id=id, answer=answer),
        heading=_("함께하지 않기: %(body)s") % {"body": offer.body.name},
        button=_("함께하지 않기"),
        note=_("까닭을 알면 제안한 기관이 다음을 준비하기 쉽습니다."),
        done=_("제안에 답했습니다."),
    )


@require_http_methods(["GET", "POST"])
def settle(request: HttpRequest, receipt: str) -> HttpResponse:
    """Go on with the partners there are: what changes from now on, then one button."""
    collaboration = access(request.viewer, receipt)
    members = ready_to_settle(request.viewer, collaboration)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: actions.partners_settle(by=request.viewer, id=collaboration.pk))
        if done is not None:
            messages.success(request, _("함께할 기관을 정했습니다. 이제 협약을 함께 씁니다."))
            return redirect("collaboration:page", receipt=receipt)
    back = reverse("collaboration:page", args=[receipt])
    heading = _("함께할 기관 정하기")
    context = {
        "form": form,
        "call": call_view(request.viewer, collaboration),
        "members": members,
        "heading": heading,
        "crumbs": crumbs((collaboration.call.title, back), (heading, "")),
    }
    return render(request, "collaboration/settle.html", context, status=422 if form.errors else 200)


def _offer(request: HttpRequest, receipt: str, id: UUID) -> tuple[Collaboration, Any]:
    collaboration = access(request.viewer, receipt)
    return collaboration, answerable_offer(request.viewer, collaboration, id)


def _answer(
    request: HttpRequest,
    collaboration: Collaboration,
    form_class: type[forms.Form],
    act: Callable[[str], Any],
    *,
    heading: str,
    button: str,
    note: str,
    done: str,
) -> HttpResponse:
    form = form_class(request.POST if request.method == "POST" else None)
    sent = request.method == "POST" and form.is_valid()
    if sent and attempt(form, lambda: act(form.cleaned_data["answer"])) is not None:
        messages.success(request, done)
        return redirect(f"{reverse('collaboration:page', args=[collaboration.receipt])}#offers")
    return _asked(request, collaboration, form, heading, button, note=note)


def _asked(
    request: HttpRequest, collaboration: Collaboration, form: forms.Form, heading: str, button: str, *, note: str
) -> HttpResponse:
    back = reverse("collaboration:page", args=[collaboration.receipt])
    context = {
        "form": form,
        "heading": heading,
        "note": note,
        "button": button,
        "back": back,
        "crumbs": crumbs((collaboration.call.title, back), (heading, "")),
    }
    return render(request, "collaboration/form.html", context, status=422 if form.errors else 200)
