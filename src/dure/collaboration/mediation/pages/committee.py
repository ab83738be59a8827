"""What the people of a committee do. They act for themselves, whatever body they act for otherwise."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.collaboration.mediation import actions, policy, queries
from dure.collaboration.mediation.forms import DeclineForm, DraftForm, HearingForm, RecordForm, WhyForm
from dure.collaboration.mediation.models import Step
from dure.collaboration.mediation.pages.common import dispute_for, do, form_page
from dure.core import clock
from dure.core.ids import uuid7


@require_POST
def accept(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    _collaboration, dispute = dispute_for(request, receipt, id)
    return do(
        request,
        dispute,
        lambda: actions.seat_accept(by=request.viewer, id=id),
        _("조정위원을 맡았습니다. 이 조정에 관한 것은 모두 볼 수 있습니다."),
    )


@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    _collaboration, dispute = dispute_for(request, receipt, id)
    policy.must_be_asked(request.viewer, dispute)
    return form_page(
        request,
        dispute,
        DeclineForm(request.POST if request.method == "POST" else None),
        lambda form: actions.seat_decline(
            by=request.viewer,
            id=id,
            conflict=form.cleaned_data["conflict"] == "yes",
            reason=form.cleaned_data["reason"],
        ),
        heading=_("조정위원을 맡지 않기"),
        button=_("맡지 않기"),
        done=_("알렸습니다. 뽑힌 차례에서 다음 사람에게 청합니다."),
    )


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    _collaboration, dispute = dispute_for(request, receipt, id)
    policy.must_sit(request.viewer, dispute)
    policy.must_be_open(dispute)
    return form_page(
        request,
        dispute,
        WhyForm(request.POST if request.method == "POST" else None),
        lambda form: actions.seat_leave(by=request.viewer, id=id, reason=form.cleaned_data["reason"]),
        heading=_("조정위원에서 물러나기"),
        button=_("물러나기"),
        done=_("이 조정의 위원에서 물러났습니다."),
        danger=True,
    )


@require_POST
def vote(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    _collaboration, dispute = dispute_for(request, receipt, id)
    text = request.POST.get("choice", "")
    seat_id = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
    return do(
        request,
        dispute,
        lambda: actions.chair_vote(by=request.viewer, id=id, seat_id=seat_id),
        _("투표했습니다."),
    )


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    _collaboration, dispute = dispute_for(request, receipt, id)
    policy.must_sit(request.viewer, dispute)
    policy.must_stand(dispute, Step.WORKING)
    known = queries.draft_of(request.viewer, dispute)
    initial = {"text": known.text} if known else {}
    if known:
        initial |= {f"duty_{duty.body_id}": duty.text for duty in known.duties.all()}
    form = DraftForm(
        request.POST if request.method == "POST" else None, bodies=queries.side_bodies(dispute), initial=initial
    )
    return form_page(
        request,
        dispute,
        form,
        lambda form: actions.mediation_draft(
            by=request.viewer, id=id, text=form.cleaned_data["text"], duties=form.duties()
        ),
        heading=_("조정안 초안 쓰기"),
        button=_("초안 두기"),
        done=_("초안을 두었습니다. 위원들의 찬성을 처음부터 다시 받습니다."),
        note=_("초안은 위원들만 봅니다. 위원의 절반이 넘게 찬성하면 당사자에게 조정안으로 냅니다."),
    )


@require_POST
def approve(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    _collaboration, dispute = dispute_for(request, receipt, id)
    seen = request.POST.get("seen", "")
    return do(
        request,
        dispute,
        lambda: actions.mediation_approve(by=request.viewer, id=id, seen=seen),
        _("초안에 찬성했습니다."),
    )


@require_GET
def hearing_new(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    _collaboration, dispute = dispute_for(request, receipt, id)
    policy.must_chair(request.viewer, dispute)
    return redirect("mediation:hearing", receipt=receipt, id=id, hearing=uuid7())


@require_http_methods(["GET", "POST"])
def hearing(request: HttpRequest, receipt: str, id: UUID, hearing: UUID) -> HttpResponse:
    """Set a hearing (a fresh id in the address), or change one."""
    _collaboration, dispute = dispute_for(request, receipt, id)
    policy.must_chair(request.viewer, dispute)
    policy.must_stand(dispute, Step.WORKING)
    known = next(
        (one.row for one in queries.dispute_page(request.viewer, dispute).hearings if one.row.pk == hearing), None
    )
    initial = {"at": clock.local(known.at), "place": known.place, "invited": known.invited} if known else {}
    return form_page(
        request,
        dispute,
        HearingForm(request.POST if request.method == "POST" else None, initial=initial),
        lambda form: actions.hearing_set(by=request.viewer, id=id, hearing_id=hearing, **form.cleaned_data),
        heading=_("조정 자리 바꾸기") if known else _("조정 자리 정하기"),
        button=_("정하기"),
        done=_("자리를 정해 당사자와 위원에게 알렸습니다."),
    )


@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, receipt: str, id: UUID, hearing: UUID) -> HttpResponse:
    _collaboration, dispute = dispute_for(request, receipt, id)
    policy.must_sit(request.viewer, dispute)
    policy.must_be_open(dispute)
    row = queries.hearing_of(request.viewer, dispute, hearing)
    known = queries.record_of(request.viewer, row)
    initial = {"text": known.text} if known else {}
    if known and known.withheld:
        initial |= {"narrow": True, "reason_code": known.withheld_reason, "review_on": known.review_on}
    return form_page(
        request,
        dispute,
        RecordForm(request.POST if request.method == "POST" else None, initial=initial),
        lambda form: actions.hearing_record(
            by=request.viewer,
            id=id,
            hearing_id=hearing,
            text=form.cleaned_data["text"],
            narrowing=form.narrowing(),
        ),
        heading=_("조정 자리의 기록"),
        button=_("기록 올리기"),
        done=_("기록을 올렸습니다."),
    )


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, receipt: str, id: UUID, hearing: UUID) -> HttpResponse:
    _collaboration, dispute = dispute_for(request, receipt, id)
    policy.must_chair(request.viewer, dispute)
    queries.hearing_of(request.viewer, dispute, hearing)
    return form_page(
        request,
        dispute,
        WhyForm(request.POST if request.method == "POST" else None),
        lambda form: actions.hearing_cancel(
            by=request.viewer, id=id, hearing_id=hearing, reason=form.cleaned_data["reason"]
        ),
        heading=_("조정 자리 취소"),
        button=_("취소하기"),
        done=_("자리를 취소해 당사자와 위원에게 알렸습니다."),
        danger=True,
    )
