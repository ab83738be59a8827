"""Meetings: the list, one meeting, its answers and minutes."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.collaboration.pages.common import attempt
from dure.collaboration.queries import access
from dure.collaboration.workspace import actions, calendar, policy, queries
from dure.collaboration.workspace.forms import AttendedForm, MeetingForm, MinutesForm
from dure.collaboration.workspace.models import Meeting
from dure.collaboration.workspace.pages.beside import calendar_response
from dure.collaboration.workspace.pages.common import (
    NARROW_FIELDS,
    form_page,
    narrowed,
    opened,
    renewed,
    show,
    why_page,
)
from dure.core import clock
from dure.core.asked import number
from dure.core.ids import uuid7


@require_GET
def meetings(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration, context = opened(request, receipt, "meetings")
    context["found"] = queries.meetings(request.viewer, collaboration, page=number(request, "page"))
    return show(request, "meetings", context)


@require_GET
def meeting(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    found = queries.work_of(Meeting, request.viewer, access(request.viewer, receipt), id)
    _collaboration, context = opened(request, receipt, "meetings", (found.title, ""))
    context |= {
        "page": queries.meeting_page(request.viewer, found),
        "meeting": found,
        "begun": found.starts_at <= clock.now(),
        "owns": request.viewer.may_act_for(found.body_id),
    }
    return show(request, "meeting", context)


@require_http_methods(["GET", "POST"])
def meeting_call(request: HttpRequest, receipt: str, id: UUID | None = None) -> HttpResponse:
    if id is None:
        policy.must_write(request.viewer, access(request.viewer, receipt))
        return redirect("workspace:meeting_call_as", receipt=receipt, id=uuid7())
    collaboration, context = opened(request, receipt, "meetings", (_("회의 열기"), ""))
    policy.must_write(request.viewer, collaboration)
    at = clock.local(clock.now()).replace(minute=0, second=0, microsecond=0) + timedelta(days=7)
    form = MeetingForm(
        request.POST if request.method == "POST" else None,
        collaboration=collaboration,
        initial={"starts_at": at.replace(hour=14), "ends_at": at.replace(hour=16)},
    )
    back = reverse("workspace:meetings", args=[receipt])
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: actions.meeting_call(
                by=request.viewer, id=collaboration.pk, meeting_id=id, fields=form.wanted(), visibility=narrowed(form)
            ),
            agenda="agenda_1",
            **NARROW_FIELDS,
        )
        if made is not None:
            messages.success(request, _("회의를 열었습니다. 초대받은 기관의 담당자에게 달력 초대를 보냅니다."))
            return redirect(made.get_absolute_url())
    heading = _("회의 열기")
    return form_page(request, context, form, heading=heading, button=_("회의 열기"), back=back, name="meeting_form")


@require_http_methods(["GET", "POST"])
def meeting_change(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    found = queries.work_of(Meeting, request.viewer, access(request.viewer, receipt), id)
    back = found.get_absolute_url()
    collaboration, context = opened(request, receipt, "meetings", (found.title, back), (_("고치기"), ""))
    policy.must_write(request.viewer, collaboration)
    policy.must_stand(found)
    data = request.POST if request.method == "POST" else None
    form = MeetingForm(data, collaboration=collaboration, meeting=found, initial=MeetingForm.of(found))
    if data is not None and form.is_valid():
        version = form.cleaned_data["version"]
        changed = attempt(
            form,
            lambda: actions.meeting_change(by=request.viewer, id=id, fields=form.wanted(), version=version),
            agenda="agenda_1",
        )
        if changed is not None:
            messages.success(request, _("회의를 바꾸었습니다. 달력에도 바뀐 초대를 보냅니다."))
            return redirect(back)
    now = None
    if data is not None and renewed(form, found):
        now = [
            (_("무슨 회의인가요"), found.title),
            (_("시작"), f"{clock.local(found.starts_at):%Y. %m. %d. %H:%M}"),
            (_("끝"), f"{clock.local(found.ends_at):%Y. %m. %d. %H:%M}"),
            (_("어디서"), " ".join(part for part in (found.place, found.link) if part)),
        ]
    return form_page(
        request, context, form, heading=_("회의 고치기"), button=_("저장"), back=back, name="meeting_form", now=now
    )


@require_http_methods(["GET", "POST"])
def meeting_cancel(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    found = queries.work_of(Meeting, request.viewer, access(request.viewer, receipt), id)
    back = found.get_absolute_url()
    collaboration, context = opened(request, receipt, "meetings", (found.title, back), (_("취소"), ""))
    policy.must_write(request.viewer, collaboration)
    return why_page(
        request,
        context,
        heading=_("회의 취소하기"),
        note=found.title,
        button=_("회의 취소하기"),
        back=back,
        act=lambda reason: actions.meeting_cancel(by=request.viewer, id=id, reason=reason),
        done=_("회의를 취소했습니다. 달력에서도 지워집니다."),
    )


@require_POST
def meeting_answer(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    found = queries.work_of(Meeting, request.viewer, access(request.viewer, receipt), id)
    actions.meeting_answer(by=request.viewer, id=id, answer=request.POST.get("answer", ""))
    messages.success(request, _("참석 여부를 답했습니다."))
    return redirect(found.get_absolute_url())


@require_http_methods(["GET", "POST"])
def meeting_attended(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    found = queries.work_of(Meeting, request.viewer, access(request.viewer, receipt), id)
    back = found.get_absolute_url()
    collaboration, context = opened(request, receipt, "meetings", (found.title, back), (_("참석한 사람"), ""))
    policy.must_write(request.viewer, collaboration)
    people = queries.meeting_page(request.viewer, found).may_attend
    form = AttendedForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        there = [UUID(id) for id in form.cleaned_data["people"]]
        if attempt(form, lambda: actions.meeting_attended(by=request.viewer, id=id, people=there)) is not None:
            messages.success(request, _("참석한 사람을 적었습니다."))
            return redirect(back)
    return form_page(
        request,
        context,
        form,
        heading=_("참석한 사람 적기"),
        note=_("이름은 함께하는 기관에만 보이고, 모두에게는 기관마다 몇 명인지만 보입니다."),
        button=_("저장"),
        back=back,
    )


@require_http_methods(["GET", "POST"])
def minutes(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    found = queries.work_of(Meeting, request.viewer, access(request.viewer, receipt), id)
    back = found.get_absolute_url()
    collaboration, context = opened(request, receipt, "meetings", (found.title, back), (_("회의록"), ""))
    policy.must_write(request.viewer, collaboration)
    data = request.POST if request.method == "POST" else None
    initial = {"text": found.minutes, "decisions": found.decisions, "version": found.minutes_version}
    proposals = queries.proposals_of(request.viewer, collaboration)
    form = MinutesForm(data, proposals=proposals, initial=initial)
    if data is not None and form.is_valid():
        said = form.cleaned_data
        written = attempt(
            form,
            lambda: actions.minutes_write(
                by=request.viewer,
                id=id,
                text=said["text"],
                decisions=said.get("decisions", ()),
                version=said["version"],
            ),
        )
        if written is not None:
            messages.success(request, _("회의록을 올렸습니다."))
            return redirect(back)
    now = None
    if data is not None and renewed(form, found, found.minutes_version):
        now = [(_("회의록"), found.minutes)]
    return form_page(
        request,
        context,
        form,
        heading=_("회의록 적기"),
        note=_("회의를 볼 수 있는 사람은 회의록도 봅니다. 고치기 전의 글도 남습니다."),
        button=_("회의록 올리기"),
        back=back,
        now=now,
    )


@require_GET
def meeting_ics(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    found = queries.work_of(Meeting, request.viewer, access(request.viewer, receipt), id)
    return calendar_response(calendar.meeting_file(found), "meeting.ics")
