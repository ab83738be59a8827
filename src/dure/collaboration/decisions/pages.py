"""Deciding together: the list, one proposal, proposing, voting, leaving, joining."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.collaboration.decisions import actions, policy, queries
from dure.collaboration.decisions.forms import ProposalForm, VoteForm, first_values, values_of
from dure.collaboration.decisions.rules import rule_of
from dure.collaboration.forms import ReasonForm
from dure.collaboration.pages.common import attempt
from dure.collaboration.pages.inside import inside
from dure.collaboration.parts import Effect, effects
from dure.collaboration.policy import must_be_party
from dure.core import clock, live
from dure.core.asked import number
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.core.tables import table_response
from dure.core.visibility import Withheld

HERE = "decisions:page"


@require_GET
def page(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration, context = inside(request, receipt, HERE)
    state = request.GET.get("state", "")
    found = queries.decisions_page(request.viewer, collaboration, state=state, page=number(request, "page"))
    states = [("", _("모두")), ("carried", _("가결")), ("fallen", _("부결")), ("withdrawn", _("거둠"))]
    filters = [
        {"value": value, "label": label, "current": value == (state if state in queries.STATES else "")}
        for value, label in states
    ]
    return render(request, "collaboration/decisions/page.html", {**context, "found": found, "filters": filters})


@require_GET
def export(request: HttpRequest, receipt: str, kind: str) -> StreamingHttpResponse | FileResponse:
    """All proposals with every party's vote, one line for each vote; a proposal without votes has one line."""
    collaboration, _context = inside(request, receipt, HERE)
    heads = [
        _("번호"),
        _("제목"),
        _("올린 기관"),
        _("상태"),
        _("올린 때"),
        _("기한"),
        _("결정된 때"),
        _("정한 까닭"),
        _("기관"),
        _("뜻"),
        _("몫"),
        _("까닭"),
        _("밝힌 때"),
    ]
    rows = (cells for view in queries.every_proposal(request.viewer, collaboration) for cells in _cells(view))
    return table_response(f"decisions-{receipt}", kind, heads, rows)


def _cells(view: queries.ProposalView) -> list[list[str]]:
    def at(moment: Any) -> str:
        return f"{clock.local(moment):%Y-%m-%d %H:%M}" if moment else ""

    if view.withheld is not None:
        said = _withheld_words(view.withheld)
        return [
            [str(view.id), said, "", view.state_label, at(view.at), at(view.deadline), at(view.ended_at), *[""] * 6]
        ]
    assert view.body
    first = [str(view.id), view.title, view.body.name, view.state_label, at(view.at), at(view.deadline)]
    first += [at(view.ended_at), view.end_reason or view.reason]
    votes = [
        [v.body.name, v.label, str(v.voices if v.counts else 0), v.reason, at(v.at)] for v in view.votes if v.choice
    ]
    return [[*first, *vote] for vote in votes or [[""] * 5]]


def _withheld_words(of: Withheld) -> str:
    said = _("공개되지 않음: %(reason)s, 다시 볼 날 %(day)s")
    return said % {"reason": of.reason_label, "day": of.review_on}


@require_GET
def choose(request: HttpRequest, receipt: str) -> HttpResponse:
    """What a proposal may be about: one line for each effect."""
    collaboration, context = inside(request, receipt, HERE, (_("안건 올리기"), ""))
    policy.must_propose(request.viewer, collaboration)
    kinds = [{"kind": one.kind, "label": one.label, "unanimous": one.unanimous} for one in effects().values()]
    return render(request, "collaboration/decisions/choose.html", {**context, "kinds": kinds})


@require_GET
def propose_new(request: HttpRequest, receipt: str, kind: str) -> HttpResponse:
    """To a fresh proposal's address, so that sending twice makes one."""
    collaboration, _context = inside(request, receipt, HERE)
    policy.must_propose(request.viewer, collaboration)
    return redirect("decisions:propose", receipt=receipt, kind=kind, id=uuid7())


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, receipt: str, kind: str, id: UUID) -> HttpResponse:
    collaboration, context = inside(request, receipt, HERE, (_("안건 올리기"), ""))
    policy.must_propose(request.viewer, collaboration)
    effect = _effect(kind)
    sent = request.POST if request.method == "POST" else None
    form = ProposalForm(sent, initial=first_values(rule_of(collaboration).days), title_needed=kind == "text")
    what: Any = effect.form and effect.form(sent, collaboration=collaboration, prefix="data")  # type: ignore[call-arg]
    if sent is not None and all([form.is_valid(), what is None or what.is_valid()]):
        fields = form.cleaned_data

        def make() -> Any:
            return actions.proposal_make(
                by=request.viewer,
                id=collaboration.pk,
                proposal_id=id,
                kind=kind,
                title=fields["title"],
                text=fields["text"],
                data=effect.data(what) if what is not None else {},
                deadline=fields["deadline"],
                narrow=form.narrowing(),
            )

        made = _attempt_both(form, what, make)
        if made is not None:
            messages.success(request, _("안건을 올렸습니다. 함께하는 기관에 알립니다."))
            return redirect("decisions:proposal", receipt=receipt, id=made.pk)
    return _form_page(request, context, form, what, effect, _("안건 올리기"), reverse(HERE, args=[receipt]))


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    collaboration, context = inside(request, receipt, HERE, (_("안건 고치기"), ""))
    known = queries.proposal_of(request.viewer, collaboration, id)
    policy.must_change(request.viewer, known)
    sent = request.POST if request.method == "POST" else None
    form = ProposalForm(sent, initial=values_of(known), changing=True)
    back = known.get_absolute_url()
    save = lambda: actions.proposal_change(by=request.viewer, id=id, **form.cleaned_data)  # noqa: E731
    if sent is not None and form.is_valid() and attempt(form, save) is not None:
        messages.success(request, _("안건을 고쳤습니다. 고치기 전 글도 볼 수 있습니다."))
        return redirect(back)
    return _form_page(request, context, form, None, _effect(known.kind), _("안건 고치기"), back)


def _effect(kind: str) -> Effect:
    found = effects().get(kind)
    if found is None:
        raise Refused("not_found", _("그런 안건은 없습니다."))
    return found


def _attempt_both(form: forms.Form, what: forms.Form | None, act: Callable[[], Any]) -> Any:
    """`attempt`, with the errors of what the effect asks at its own fields."""
    try:
        return act()
    except Refused as refused:
        if refused.code not in ("invalid", "conflict"):
            raise
        field = {"visibility": "narrow"}.get(refused.field or "", refused.field or "")
        if what is not None and field.startswith("data."):
            field = field.removeprefix("data.")
            what.add_error(field if field in what.fields else None, str(refused.message))
        else:
            form.add_error(field if field in form.fields else None, str(refused.message))
        return None


def _form_page(
    request: HttpRequest,
    context: dict[str, Any],
    form: forms.Form,
    what: forms.Form | None,
    effect: Effect,
    heading: str,
    back: str,
) -> HttpResponse:
    more = {"form": form, "what": what, "effect": effect, "heading": heading, "back": back}
    wrong = form.errors or (what is not None and what.errors)
    return render(request, "collaboration/decisions/propose.html", {**context, **more}, status=422 if wrong else 200)


@require_GET
def proposal(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    return _show(request, receipt, id)


def _show(request: HttpRequest, receipt: str, id: UUID, *, form: VoteForm | None = None) -> HttpResponse:
    collaboration, context = inside(request, receipt, HERE, (_("안건"), ""))
    live_url = live.address([collaboration.urn])
    view = queries.proposal_view(request.viewer, collaboration, id)
    mine = view.mine
    initial = {"choice": mine.choice, "reason": mine.reason} if mine else {}
    context |= {
        "one": view,
        "form": form or VoteForm(initial=initial),
        "revisions": queries.revisions_of(id) if view.withheld is None else [],
        "live_url": live_url,
    }
    wrong = form is not None and form.errors
    return render(request, "collaboration/decisions/proposal.html", context, status=422 if wrong else 200)


@require_POST
def vote(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    collaboration, _context = inside(request, receipt, HERE)
    known = queries.proposal_of(request.viewer, collaboration, id)
    must_be_party(request.viewer, collaboration)
    form = VoteForm(request.POST)
    if form.is_valid():
        cast = attempt(form, lambda: actions.vote_cast(by=request.viewer, id=id, **form.cleaned_data))
        if cast is not None:
            messages.success(request, _("우리 기관의 뜻을 밝혔습니다. 기한까지 바꿀 수 있습니다."))
            return redirect(known.get_absolute_url())
    return _show(request, receipt, id, form=form)


@require_POST
def decide(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """Count a proposal whose deadline has passed, without waiting for the hourly round."""
    collaboration, _context = inside(request, receipt, HERE)
    known = queries.proposal_of(request.viewer, collaboration, id)
    actions.proposal_decide(by=request.viewer, id=id)
    return redirect(known.get_absolute_url())


@require_POST
def open_up(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    collaboration, _context = inside(request, receipt, HERE)
    known = queries.proposal_of(request.viewer, collaboration, id)
    actions.proposal_open(by=request.viewer, id=id)
    messages.success(request, _("다시 모두에게 공개했습니다."))
    return redirect(known.get_absolute_url())


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    collaboration, context = inside(request, receipt, HERE, (_("안건 거두기"), ""))
    known = queries.proposal_of(request.viewer, collaboration, id)
    policy.must_hold(request.viewer, known)
    return _with_reason(
        request,
        context,
        heading=_("안건 거두기"),
        note=_("거둔 안건과 까닭은 지나온 길에 남습니다."),
        button=_("안건 거두기"),
        back=known.get_absolute_url(),
        act=lambda reason: actions.proposal_withdraw(by=request.viewer, id=id, reason=reason),
        done=_("안건을 거두었습니다."),
    )


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration, context = inside(request, receipt, HERE, (_("협업을 떠나기"), ""))
    must_be_party(request.viewer, collaboration)
    policy.must_be_together(collaboration)
    return _with_reason(
        request,
        context,
        heading=_("협업을 떠나기"),
        note=_("떠나면 다시 함께하기로 정할 때까지 뜻을 밝힐 수 없습니다. 지금까지 한 일과 까닭은 그대로 남습니다."),
        button=_("협업을 떠나기"),
        back=reverse(HERE, args=[receipt]),
        act=lambda reason: actions.party_leave(by=request.viewer, id=collaboration.pk, reason=reason),
        done=_("협업을 떠났습니다."),
    )


@require_http_methods(["GET", "POST"])
def admission(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """The body that is asked to join says yes or no."""
    collaboration, context = inside(request, receipt, HERE, (_("함께하자는 청"), ""))
    asked = queries.admission_of(collaboration, id)
    form = ReasonForm(request.POST if "decline" in request.POST else None)
    form.fields["reason"].label = _("함께하지 않는 까닭")
    if request.method == "POST":
        policy.must_answer(request.viewer, asked)
        if "accept" in request.POST:
            actions.admission_accept(by=request.viewer, id=id)
            messages.success(request, _("이제 함께하는 기관입니다."))
            return redirect(HERE, receipt=receipt)
        if "decline" in request.POST and form.is_valid():
            reason = form.cleaned_data["reason"]
            answer = lambda: actions.admission_decline(by=request.viewer, id=id, answer=reason)  # noqa: E731
            if attempt(form, answer, answer="reason") is not None:
                messages.success(request, _("청을 사양했습니다."))
                return redirect(HERE, receipt=receipt)
    may = asked.state == "asked" and request.viewer.may_act_for(asked.body_id)
    more = {"asked": asked, "form": form, "may_answer": may}
    wrong = form.errors or (request.method == "POST")
    return render(request, "collaboration/decisions/admission.html", {**context, **more}, status=422 if wrong else 200)


def _with_reason(
    request: HttpRequest,
    context: dict[str, Any],
    *,
    heading: str,
    note: str,
    button: str,
    back: str,
    act: Callable[[str], Any],
    done: str,
) -> HttpResponse:
    form = ReasonForm(request.POST if request.method == "POST" else None)
    sent = request.method == "POST" and form.is_valid()
    if sent and attempt(form, lambda: act(form.cleaned_data["reason"])) is not None:
        messages.success(request, done)
        return redirect(back)
    more = {"form": form, "heading": heading, "note": note, "button": button, "back": back}
    return render(request, "collaboration/reason.html", {**context, **more}, status=422 if form.errors else 200)
