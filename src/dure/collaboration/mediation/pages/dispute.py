"""Disputes of a collaboration: the list, one of them, and what its parties do."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.collaboration import parties
from dure.collaboration.mediation import actions, policy, queries
from dure.collaboration.mediation.forms import (
    AgreeForm,
    AnswerForm,
    EvidenceForm,
    NarrowOnlyForm,
    ReferForm,
    StatementForm,
    WhyForm,
    WordForm,
)
from dure.collaboration.mediation.models import Step
from dure.collaboration.mediation.pages.common import REASONS, TAB, dispute_for, do, form_page
from dure.collaboration.mediation.terms import STEPS
from dure.collaboration.models import TOGETHER
from dure.collaboration.pages.common import attempt
from dure.collaboration.pages.inside import inside
from dure.core import live
from dure.core.ids import uuid7


def step_words() -> list[str]:
    return [_("입장"), _("위원"), _("위원장"), _("조정"), _("답"), _("마침")]


@require_GET
def page(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration, context = inside(request, receipt, TAB)
    context |= {
        "found": queries.dispute_rows(request.viewer, collaboration),
        "steps": STEPS,
        "may_refer": context["is_party"]
        and request.viewer.may_act_for(request.viewer.body_id)
        and collaboration.stage in TOGETHER,
    }
    return render(request, "collaboration/mediation/list.html", context)


@require_GET
def one(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    collaboration, dispute = dispute_for(request, receipt, id)
    live_url = live.address([collaboration.urn])
    _same, context = inside(request, receipt, TAB, (dispute.title, ""))
    context |= {
        "page": queries.dispute_page(request.viewer, dispute),
        "dispute": dispute,
        "steps": STEPS,
        "step_words": step_words(),
        "live_url": live_url,
    }
    return render(request, "collaboration/mediation/dispute.html", context)


@require_GET
def draw(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """Everything needed to draw the committee again, as JSON."""
    _collaboration, dispute = dispute_for(request, receipt, id)
    answer = JsonResponse(queries.draw_facts(dispute), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="dure-draw-{dispute.pk}.json"'
    return answer


@require_GET
def refer_new(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration, _context = inside(request, receipt, TAB)
    policy.must_refer(request.viewer, collaboration)
    return redirect("mediation:refer", receipt=receipt, id=uuid7())


@require_http_methods(["GET", "POST"])
def refer(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    heading = _("조정 청하기")
    collaboration, context = inside(request, receipt, TAB, (heading, ""))
    policy.must_refer(request.viewer, collaboration)
    others = [
        (str(row.body_id), row.body.name)
        for row in parties.parties_of(collaboration)
        if row.body_id != request.viewer.body_id
    ]
    if request.method == "POST" and queries.own_referral(request.viewer, collaboration, id):
        return redirect("mediation:dispute", receipt=receipt, id=id)
    contested = queries.contested_of(collaboration) if request.method == "GET" else set()
    form = ReferForm(request.POST if request.method == "POST" else None, others=others, contested=contested)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: actions.dispute_refer(by=request.viewer, id=collaboration.pk, dispute_id=id, **form.values()),
            **REASONS,
        )
        if made is not None:
            messages.success(request, _("조정을 청했습니다. 고른 일은 조정이 끝날 때까지 멈춥니다."))
            return redirect("mediation:dispute", receipt=receipt, id=made.pk)
    context |= {
        "form": form,
        "heading": heading,
        "button": _("조정 청하기"),
        "note": _(
            "청하면 상대 기관에 알리고, 양쪽의 입장을 들은 뒤 제비로 뽑은 위원회가 조정합니다. "
            "고른 일은 그동안 멈춥니다."
        ),
        "back": reverse(TAB, args=[receipt]),
    }
    return render(request, "collaboration/mediation/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def state(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    _collaboration, dispute = dispute_for(request, receipt, id)
    policy.must_be_side(request.viewer, dispute)
    policy.must_stand(dispute, Step.STATING)
    known = queries.own_statement(request.viewer, dispute)
    initial = {"text": known.text} if known else {}
    if known and known.withheld:
        initial |= {"narrow": True, "reason_code": known.withheld_reason, "review_on": known.review_on}
    return form_page(
        request,
        dispute,
        StatementForm(request.POST if request.method == "POST" else None, initial=initial),
        lambda form: actions.dispute_state(
            by=request.viewer,
            id=id,
            text=form.cleaned_data["text"],
            final=form.cleaned_data["final"],
            narrowing=form.narrowing(),
        ),
        heading=_("입장 고치기") if known else _("입장 밝히기"),
        button=_("입장 올리기"),
        done=_("입장을 올렸습니다."),
    )


@require_http_methods(["GET", "POST"])
def word(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    _collaboration, dispute = dispute_for(request, receipt, id)
    policy.must_be_side(request.viewer, dispute)
    policy.must_stand(dispute, Step.STATING, Step.AGAIN)
    return form_page(
        request,
        dispute,
        WordForm(request.POST if request.method == "POST" else None),
        lambda form: actions.dispute_word(by=request.viewer, id=id, word=form.cleaned_data["word"]),
        heading=_("뽑기에 섞을 말 넣기"),
        button=_("봉해 넣기"),
        done=_("봉해 넣었습니다. 봉인한 값이 공개되어 나중에 맞추어 볼 수 있습니다."),
        note=_(
            "위원은 제비로 뽑습니다. 당사자가 저마다 넣은 말과 서버의 비밀을 섞어 씨앗을 만들므로, "
            "누구도 결과를 고를 수 없습니다."
        ),
    )


@require_http_methods(["GET", "POST"])
def evidence(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    _collaboration, dispute = dispute_for(request, receipt, id)
    policy.must_add_evidence(request.viewer, dispute)
    return form_page(
        request,
        dispute,
        EvidenceForm(*((request.POST, request.FILES) if request.method == "POST" else ())),
        lambda form: actions.evidence_add(
            by=request.viewer,
            id=id,
            note=form.cleaned_data["note"],
            uploaded=form.cleaned_data["file"],
            narrowing=form.narrowing(),
        ),
        heading=_("자료 올리기"),
        button=_("자료 올리기"),
        done=_("자료를 올렸습니다."),
        files=True,
    )


@require_http_methods(["GET", "POST"])
def narrow(request: HttpRequest, receipt: str, id: UUID, kind: str, thing: UUID) -> HttpResponse:
    """Who reads a statement, a piece of evidence or a record; also after the mediation has ended."""
    _collaboration, dispute = dispute_for(request, receipt, id)
    row = queries.narrowed_thing(request.viewer, dispute, kind, thing)
    policy.must_answer_for(request.viewer, row)
    initial = {"narrow": bool(row.withheld), "reason_code": row.withheld_reason, "review_on": row.review_on}
    return form_page(
        request,
        dispute,
        NarrowOnlyForm(request.POST if request.method == "POST" else None, initial=initial),
        lambda form: actions.mediation_narrow(
            by=request.viewer, id=id, kind=kind, thing_id=thing, narrowing=form.narrowing()
        ),
        heading=_("공개 범위"),
        button=_("정하기"),
        done=_("공개 범위를 정했습니다."),
    )


@require_http_methods(["GET", "POST"])
def agree(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    _collaboration, dispute = dispute_for(request, receipt, id)
    policy.must_be_side(request.viewer, dispute)
    policy.must_be_open(dispute)
    return form_page(
        request,
        dispute,
        AgreeForm(request.POST if request.method == "POST" else None, initial={"text": dispute.agreed_text}),
        lambda form: actions.dispute_agree(by=request.viewer, id=id, text=form.cleaned_data["text"]),
        heading=_("당사자끼리 푼 것으로 하기"),
        button=_("다른 당사자에게 확인받기"),
        done=_("올렸습니다. 다른 당사자가 모두 확인하면 조정을 마칩니다."),
    )


@require_POST
def confirm(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    _collaboration, dispute = dispute_for(request, receipt, id)
    seen = request.POST.get("seen", "")
    return do(
        request,
        dispute,
        lambda: actions.dispute_agree(by=request.viewer, id=id, seen=seen),
        _("확인했습니다."),
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    _collaboration, dispute = dispute_for(request, receipt, id)
    policy.must_be_referrer(request.viewer, dispute)
    policy.must_be_open(dispute)
    return form_page(
        request,
        dispute,
        WhyForm(request.POST if request.method == "POST" else None),
        lambda form: actions.dispute_withdraw(by=request.viewer, id=id, reason=form.cleaned_data["reason"]),
        heading=_("조정 요청 거두기"),
        button=_("거두기"),
        done=_("조정 요청을 거두었습니다. 멈추었던 일을 다시 합니다."),
        note=_("지금까지 오간 글은 그대로 남습니다."),
        danger=True,
    )


@require_POST
def again(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    _collaboration, dispute = dispute_for(request, receipt, id)
    return do(
        request,
        dispute,
        lambda: actions.committee_again(by=request.viewer, id=id),
        _("다시 뽑기로 했습니다. 당사자가 섞을 말을 넣을 수 있습니다."),
    )


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    _collaboration, dispute = dispute_for(request, receipt, id)
    policy.must_be_side(request.viewer, dispute)
    policy.must_stand(dispute, Step.ANSWERING)
    return form_page(
        request,
        dispute,
        AnswerForm(request.POST if request.method == "POST" else None),
        lambda form: actions.mediation_answer(
            by=request.viewer,
            id=id,
            accepts=form.cleaned_data["accepts"] == "yes",
            reason=form.cleaned_data["reason"],
        ),
        heading=_("조정안에 답하기"),
        button=_("답하기"),
        done=_("답했습니다."),
    )
