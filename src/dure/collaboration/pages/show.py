"""One collaboration: its page, its timeline, offers, invitations, files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dure.collaboration import actions, grants, parties, policy
from dure.collaboration.beside import TypeView, type_of
from dure.collaboration.desk import next_steps
from dure.collaboration.forms import (
    FileForm,
    GuestOpinionForm,
    OfferForm,
    OfferWithholdForm,
    OpinionForm,
    ReasonForm,
)
from dure.collaboration.frame import attributes_of
from dure.collaboration.models import Collaboration
from dure.collaboration.pages.common import area_names, attempt, crumbs, narrowing
from dure.collaboration.pages.inside import life_of, tab_items
from dure.collaboration.queries import access, call_view, collaboration_page, offer_of
from dure.core import links, live, ports, rooms
from dure.core.asked import number
from dure.core.attachments import address_of, list_for
from dure.core.events import Line, timeline
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld

LINES = 30


def opinion_form(viewer: Viewer, data: Any = None) -> OpinionForm:
    if viewer.is_person:
        return OpinionForm(data, may_narrow=viewer.may_act_for(viewer.body_id))
    return GuestOpinionForm(data, by_phone="sms" in ports.channels())


@require_GET
def page(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration = access(request.viewer, receipt)
    return show(request, collaboration)


def show(request: HttpRequest, collaboration: Collaboration, *, opinion: Any = None, status: int = 200) -> HttpResponse:
    viewer = request.viewer
    live_url = live.address([collaboration.urn])
    names = area_names(collaboration.call.areas)
    whole = collaboration_page(viewer, collaboration, opinions_page=number(request, "opinions"), area_names=names)
    files, closed_files = list_for(collaboration.urn, viewer)
    lines, older = _newest(timeline(collaboration.urn, viewer, limit=LINES + 1))
    context = {
        "page": whole,
        "call": whole.call,
        "lines": lines,
        "live_url": live_url,
        "granted": grants.granted(request),
        "older": older,
        "may_add_files": _may_add_files(viewer, collaboration),
        "files": [{"row": file, "url": address_of(file)} for file in files],
        "closed_files": closed_files,
        "typology": _typology(viewer, collaboration, whole.call.withheld),
        "opinion_form": opinion or opinion_form(viewer),
        "opinion_id": uuid7(),
        "opinions_page": number(request, "opinions"),
        "urn": collaboration.urn,
        "parties": list(parties.parties_of(collaboration, left_too=True)),
        "tabs": tab_items(viewer, collaboration, ""),
        "life": life_of(collaboration),
        "next_steps": next_steps(viewer, collaboration),
        "panels": rooms.panels(collaboration.urn, viewer),
        "crumbs": crumbs((whole.call.title, "")),
    }
    return render(request, "collaboration/page.html", context, status=status)


def _may_add_files(viewer: Viewer, collaboration: Collaboration) -> bool:
    try:
        policy.must_add_files(viewer, collaboration)
    except Refused:
        return False
    return True


def _typology(viewer: Viewer, collaboration: Collaboration, withheld: dict[str, Withheld]) -> TypeView | None:
    """Model and subtype with the reason; None for outsiders where the parts it rests on are withheld."""
    if withheld.keys() & {"problem", "goal", "for_whom", "term"}:
        return None
    return type_of(attributes_of(collaboration))


def _newest(found: list[Line]) -> tuple[list[Line], int | None]:
    """LINES of one more that was asked for, and the number before which there are older ones; None for no more."""
    shown = found[:LINES]
    return shown, shown[-1].seq if len(found) > LINES else None


@require_GET
def lines(request: HttpRequest, receipt: str) -> HttpResponse:
    """The timeline alone, from the number `before` back."""
    collaboration = access(request.viewer, receipt)
    before = number(request, "before", 0) or None
    found, older = _newest(timeline(collaboration.urn, request.viewer, before=before, limit=LINES + 1))
    context = {"lines": found, "call": call_view(request.viewer, collaboration), "older": older}
    return render(request, "collaboration/lines_page.html", context)


@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, receipt: str, id: UUID | None = None) -> HttpResponse:
    """Make an offer (a fresh id in the address), or change one's own."""
    collaboration = access(request.viewer, receipt)
    call = call_view(request.viewer, collaboration)
    if id is None:
        policy.must_offer_for(request.viewer, collaboration)
        return redirect("collaboration:offer", receipt=receipt, id=uuid7())
    known = _known_offer(request.viewer, collaboration, id)
    if known is None:
        policy.must_offer_for(request.viewer, collaboration)
    lacks = call.parts["lacks"]
    choices = [] if isinstance(lacks, Withheld) else [(str(item.id), item.text) for item in lacks]
    initial = _offer_initial(known) if known else {"answers": request.GET.getlist("answers"), **_registered(request)}
    own = [(link.urn, link.title) for link in links.own("resource", request.viewer)]
    form = OfferForm(request.POST if request.method == "POST" else None, lacks=choices, registered=own, initial=initial)
    if request.method == "POST" and form.is_valid():
        answers = [UUID(text) for text in form.cleaned_data.get("answers", [])]
        made = attempt(form, lambda: _save_offer(request.viewer, collaboration, known, id, form, answers))
        if made is not None:
            messages.success(request, _("제안을 올렸습니다.") if known is None else _("제안을 고쳤습니다."))
            return redirect(f"{reverse('collaboration:page', args=[receipt])}#offer-{made.pk}")
    heading = _("참여 제안하기") if known is None else _("제안 고치기")
    context = {
        "form": form,
        "call": call,
        "known": known,
        "heading": heading,
        "crumbs": crumbs((call.title, reverse("collaboration:page", args=[receipt])), (heading, "")),
    }
    return render(request, "collaboration/offer.html", context, status=422 if form.errors else 200)


def _known_offer(viewer: Viewer, collaboration: Collaboration, id: UUID) -> Any:
    if not collaboration.offers.filter(pk=id).exists():
        return None
    return offer_of(viewer, collaboration, id)


def _registered(request: HttpRequest) -> dict[str, Any]:
    """A resource from whose page somebody came to offer it."""
    return {"resource_urn": request.GET.get("resource", "")}


def _offer_initial(known: Any) -> dict[str, Any]:
    names = ("resource", "what", "how_much", "available", "conditions", *OfferForm.REGISTERED)
    return {name: getattr(known, name) for name in names} | {"answers": [str(item.pk) for item in known.answers.all()]}


def _save_offer(
    viewer: Viewer, collaboration: Collaboration, known: Any, id: UUID, form: OfferForm, answers: list[UUID]
) -> Any:
    if known is not None:
        return actions.offer_change(by=viewer, id=id, fields=form.texts(), answers=answers)
    return actions.offer_make(by=viewer, id=collaboration.pk, fields=form.texts(), answers=answers, offer_id=id)


@require_http_methods(["GET", "POST"])
def offer_withdraw(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    collaboration = access(request.viewer, receipt)
    offer_of(request.viewer, collaboration, id)
    return with_reason(
        request,
        collaboration,
        title=_("제안을 거두기"),
        note=_("거둔 제안과 까닭은 지나온 길에 남습니다."),
        button=_("제안 거두기"),
        act=lambda reason: actions.offer_withdraw(by=request.viewer, id=id, reason=reason),
        done=_("제안을 거두었습니다."),
    )


@require_http_methods(["GET", "POST"])
def offer_narrow(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """Show one's offer to the asking body and those it invited only, or to all again."""
    collaboration = access(request.viewer, receipt)
    known = offer_of(request.viewer, collaboration, id)
    back = f"{reverse('collaboration:page', args=[receipt])}#offer-{id}"
    if request.method == "POST" and "open" in request.POST:
        actions.offer_withhold(by=request.viewer, id=id, level="public")
        messages.success(request, _("다시 모두에게 공개했습니다."))
        return redirect(back)
    form = OfferWithholdForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def narrow() -> Any:
            return actions.offer_withhold(by=request.viewer, id=id, level="partners", **data)

        if attempt(form, narrow, withheld_reason="reason") is not None:
            messages.success(request, _("제안을 요청한 기관과 초대받은 기관에만 보입니다."))
            return redirect(back)
    heading = _("제안의 공개 범위")
    context = {
        "form": form,
        "heading": heading,
        "button": _("공개하지 않기"),
        "back": back,
        "may_open": bool(known.withheld),
        "crumbs": crumbs((collaboration.call.title, back), (heading, "")),
    }
    return render(request, "collaboration/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration = access(request.viewer, receipt)
    policy.must_own(request.viewer, collaboration)
    return with_reason(
        request,
        collaboration,
        title=_("협업 요청을 거두기"),
        note=_("요청과 지나온 길은 그대로 남고, 더는 제안을 받지 않습니다."),
        button=_("요청 거두기"),
        act=lambda reason: actions.call_withdraw(by=request.viewer, id=collaboration.pk, reason=reason),
        done=_("요청을 거두었습니다."),
    )


def with_reason(
    request: HttpRequest, collaboration: Collaboration, *, title: str, note: str, button: str, act: Any, done: str
) -> HttpResponse:
    """A page that asks for the reason of a step that cannot be taken back, then takes it."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    sent = request.method == "POST" and form.is_valid()
    if sent and attempt(form, lambda: act(form.cleaned_data["reason"]), answer="reason") is not None:
        messages.success(request, done)
        return redirect("collaboration:page", receipt=collaboration.receipt)
    back = reverse("collaboration:page", args=[collaboration.receipt])
    context = {
        "form": form,
        "heading": title,
        "note": note,
        "button": button,
        "back": back,
        "crumbs": crumbs((collaboration.call.title, back), (title, "")),
    }
    return render(request, "collaboration/reason.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def add_file(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration = access(request.viewer, receipt)
    policy.must_add_files(request.viewer, collaboration)
    form = FileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        added = attempt(
            form,
            lambda: actions.file_add(
                by=request.viewer,
                id=collaboration.pk,
                uploaded=data["file"],
                note=data["note"],
                visibility=narrowing(data),
            ),
            visibility="level",
            withheld_reason="reason",
        )
        if added is not None:
            messages.success(request, _("파일을 올렸습니다."))
            return redirect(f"{reverse('collaboration:page', args=[receipt])}#files")
    back = reverse("collaboration:page", args=[receipt])
    context = {"form": form, "back": back, "crumbs": crumbs((collaboration.call.title, back), (_("파일"), ""))}
    return render(request, "collaboration/add_file.html", context, status=422 if form.errors else 200)
