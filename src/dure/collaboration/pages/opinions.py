"""Opinions: saying, confirming, changing, reporting, moderating."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.collaboration import actions, grants, policy
from dure.collaboration.forms import FlagForm, OpinionForm, WithholdForm
from dure.collaboration.models import Collaboration, Opinion
from dure.collaboration.pages.common import attempt, crumbs, narrowing, uuid_or_none
from dure.collaboration.pages.show import opinion_form, show, with_reason
from dure.collaboration.queries import access, call_view, opinion_of, waiting_confirmation
from dure.core import limits
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.core.viewer import Viewer


def _back(collaboration: Collaboration, opinion: Opinion | None = None) -> str:
    url = reverse("collaboration:page", args=[collaboration.receipt])
    return f"{url}#opinion-{opinion.pk}" if opinion else f"{url}#opinions"


@require_POST
def say(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration = access(request.viewer, receipt)
    form = opinion_form(request.viewer, request.POST)
    if form.is_valid():
        opinion = attempt(
            form,
            lambda: _say(request, collaboration, form),
            email="address",
            phone="address",
            withheld_reason="reason",
        )
        if opinion is not None:
            if opinion.state == Opinion.State.UNCONFIRMED:
                return redirect("collaboration:opinion_wait", receipt=receipt, id=opinion.confirmation_id)
            messages.success(request, _("의견을 올렸습니다."))
            return redirect(_back(collaboration, opinion))
    return show(request, collaboration, opinion=form, status=422)


def _say(request: HttpRequest, collaboration: Collaboration, form: OpinionForm) -> Opinion:
    limits.check(request, "opinion", times=20, seconds=3600)
    data = form.cleaned_data
    return actions.opinion_say(
        by=request.viewer,
        id=collaboration.pk,
        text=data["text"],
        parent_id=uuid_or_none(request.POST.get("parent", "")),
        alias=data.get("alias", ""),
        channel=data.get("channel", ""),
        address=data.get("address", ""),
        client=request.META.get("REMOTE_ADDR", ""),
        opinion_id=uuid_or_none(request.POST.get("opinion_id", "")),
        narrow=narrowing(data),
    )


@require_GET
def wait(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    collaboration = access(request.viewer, receipt)
    confirmation = waiting_confirmation(collaboration, id)
    if confirmation is None:
        return redirect(_back(collaboration))
    context = {
        "call": call_view(request.viewer, collaboration),
        "confirmation": confirmation,
        "back": _back(collaboration),
    }
    return render(request, "collaboration/opinion_wait.html", context)


@require_GET
def mine(request: HttpRequest, grant: str) -> HttpResponse:
    """Where a confirmed writer lands: this browser may change or take back that opinion from now on."""
    opinion = grants.take(request, grant)
    messages.success(request, _("의견이 올라왔습니다. 이 기기에서는 고치거나 거둘 수 있습니다."))
    return redirect(_back(opinion.collaboration, opinion))


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    collaboration = access(request.viewer, receipt)
    opinion = _own(request, collaboration, id)
    form = OpinionForm(request.POST if request.method == "POST" else None, initial={"text": opinion.text})
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        if attempt(form, lambda: actions.opinion_change(by=_writer(request, opinion), id=id, text=text)):
            messages.success(request, _("의견을 고쳤습니다. 고치기 전 글도 볼 수 있습니다."))
            return redirect(_back(collaboration, opinion))
    return _form_page(request, collaboration, form, _("의견 고치기"), _("고쳐 올리기"))


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    collaboration = access(request.viewer, receipt)
    opinion = _own(request, collaboration, id)
    if request.method == "POST":
        actions.opinion_remove(by=_writer(request, opinion), id=id)
        messages.success(request, _("의견을 거두었습니다. 자리만 남고 글은 지워졌습니다."))
        return redirect(_back(collaboration, opinion))
    context = {
        "heading": _("의견 거두기"),
        "text": opinion.text,
        "button": _("의견 거두기"),
        "back": _back(collaboration, opinion),
        "crumbs": crumbs((collaboration.call.title, _back(collaboration)), (_("의견 거두기"), "")),
    }
    return render(request, "collaboration/sure.html", context)


def _own(request: HttpRequest, collaboration: Collaboration, id: UUID) -> Opinion:
    opinion = opinion_of(request.viewer, collaboration, id)
    if not policy.wrote(_writer(request, opinion), opinion):
        raise Refused("not_allowed", _("쓴 사람만 고치거나 거둘 수 있습니다."))
    return opinion


def _writer(request: HttpRequest, opinion: Opinion) -> Viewer:
    """The viewer, or the link viewer of an opinion this browser confirmed."""
    if request.viewer.kind == "anonymous" and grants.holds(request, opinion):
        return Viewer.link(opinion.urn)
    return request.viewer


@require_GET
def history(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """What an opinion said before."""
    collaboration = access(request.viewer, receipt)
    opinion = opinion_of(request.viewer, collaboration, id)
    context = {
        "opinion": opinion,
        "revisions": opinion.revisions.all(),
        "back": _back(collaboration, opinion),
        "crumbs": crumbs((collaboration.call.title, _back(collaboration)), (_("고치기 전 글"), "")),
    }
    return render(request, "collaboration/opinion_history.html", context)


@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """Answer an opinion."""
    collaboration = access(request.viewer, receipt)
    parent = opinion_of(request.viewer, collaboration, id)
    form = opinion_form(request.viewer)
    context = {
        "parent": parent,
        "form": form,
        "opinion_id": uuid7(),
        "receipt": receipt,
        "back": _back(collaboration, parent),
        "crumbs": crumbs((collaboration.call.title, _back(collaboration)), (_("답하기"), "")),
    }
    return render(request, "collaboration/opinion_reply.html", context)


@require_http_methods(["GET", "POST"])
def flag(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    collaboration = access(request.viewer, receipt)
    opinion = opinion_of(request.viewer, collaboration, id)
    form = FlagForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        limits.check(request, "flag", times=20, seconds=3600)
        reporter = limits.client(request)
        if attempt(
            form, lambda: actions.opinion_flag(by=request.viewer, id=id, reporter=reporter, **form.cleaned_data)
        ):
            messages.success(request, _("알려 주셔서 고맙습니다. 요청한 기관이 살펴봅니다."))
            return redirect(_back(collaboration, opinion))
    return _form_page(request, collaboration, form, _("의견을 살펴봐 달라고 알리기"), _("알리기"))


@require_http_methods(["GET", "POST"])
def hide(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    collaboration = access(request.viewer, receipt)
    opinion = opinion_of(request.viewer, collaboration, id)
    policy.must_moderate(request.viewer, opinion)
    return with_reason(
        request,
        collaboration,
        title=_("의견 가리기"),
        note=_("원래 글은 지워지지 않고, 쓴 사람과 살피는 사람에게만 보입니다."),
        button=_("가리기"),
        act=lambda reason: actions.opinion_hide(by=request.viewer, id=id, reason=reason),
        done=_("의견을 가렸습니다."),
    )


@require_POST
def restore(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    collaboration = access(request.viewer, receipt)
    opinion = actions.opinion_restore(by=request.viewer, id=id)
    messages.success(request, _("의견을 그대로 둡니다."))
    return redirect(_back(collaboration, opinion))


@require_http_methods(["GET", "POST"])
def narrow(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """Show an opinion to fewer, or to all again."""
    collaboration = access(request.viewer, receipt)
    opinion = opinion_of(request.viewer, collaboration, id)
    policy.must_decide_visibility(request.viewer, opinion)
    if request.method == "POST" and "open" in request.POST:
        actions.opinion_withhold(by=request.viewer, id=id, level="public")
        messages.success(request, _("다시 모두에게 공개했습니다."))
        return redirect(_back(collaboration, opinion))
    form = WithholdForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act: Any = lambda: actions.opinion_withhold(by=request.viewer, id=id, **form.cleaned_data)  # noqa: E731
        if attempt(form, act, visibility="level", withheld_reason="reason"):
            messages.success(request, _("이 의견을 공개하지 않습니다. 까닭과 다시 볼 날은 모두에게 보입니다."))
            return redirect(_back(collaboration))
    return _form_page(request, collaboration, form, _("의견의 공개 범위"), _("정하기"), opened=bool(opinion.withheld))


def _form_page(
    request: HttpRequest, collaboration: Collaboration, form: Any, heading: str, button: str, opened: bool = False
) -> HttpResponse:
    context = {
        "form": form,
        "heading": heading,
        "button": button,
        "back": _back(collaboration),
        "may_open": opened,
        "crumbs": crumbs((collaboration.call.title, _back(collaboration)), (heading, "")),
    }
    return render(request, "collaboration/form.html", context, status=422 if form.errors else 200)
