"""Quarterly feedback meetings: the public list and page (which prints), and what the body does with one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.core import keyset
from dure.core.attempts import attempt
from dure.core.events import timeline
from dure.core.refused import Refused
from dure.core.tables import table_response
from dure.reports.company import actions, policy, quarters
from dure.reports.company import forms as f
from dure.reports.company.pages.common import BOTH, crumbs, form_page, open_crumbs, thing_id
from dure.reports.company.queries import care, feedback
from dure.reports.models import FeedbackInvitation, FeedbackMeeting

PER_PAGE = 30
LINES = 20


def _crumb() -> tuple[str, str]:
    return _("기업 간담회"), reverse("reports:company_meetings")


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    viewer, body = request.viewer, request.GET.get("body", "")[:80]
    page = keyset.page(
        feedback.meetings(viewer, body),
        order=("-on", "-pk"),
        after=request.GET.get("after", ""),
        limit=PER_PAGE,
        name="company-meetings",
    )
    kept = {"body": body} if body else {}
    context = {
        "page": page,
        "next": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
        "acts": viewer.may_act_for(viewer.body_id) and policy.is_public(viewer.body_id),
        "crumbs": open_crumbs((_("기업 간담회"), "")),
    }
    return render(request, "reports/company/meetings.html", context)


@require_http_methods(BOTH)
def new(request: HttpRequest) -> HttpResponse:
    policy.must_act(request.viewer)
    form = f.MeetingForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        asked = quarters.parse(data["quarter"])
        fields = {**data, "year": asked.year if asked else 0, "quarter": asked.number if asked else 0}
        made = attempt(form, lambda: actions.meeting_plan(by=request.viewer, id=thing_id(request), fields=fields))
        if made:
            messages.success(request, _("간담회를 잡고 안건을 모았습니다. 이제 회사를 초대해 주세요."))
            return redirect(made)
    return form_page(
        request,
        form,
        title=_("기업 간담회 잡기"),
        lead=_("그 분기까지 들어와 열려 있거나 그 분기에 답한 어려움, 챙기고 있는 규정 개선 제안이 안건으로 모입니다."),
        button=_("잡기"),
        back=reverse("reports:company_meetings"),
        keep="company-meeting",
        crumbs=crumbs(_crumb(), (_("간담회 잡기"), "")),
    )


@require_GET
def meeting(request: HttpRequest, id: UUID) -> HttpResponse:
    viewer = request.viewer
    found = feedback.meeting(viewer, id)
    planned = found.state == FeedbackMeeting.State.PLANNED
    context = {
        "meeting": found,
        "agenda": feedback.agenda(viewer, found),
        "invitations": feedback.invitations(found),
        "own": feedback.invitation_of(viewer, found) if viewer.body_id else None,
        "may": planned and viewer.may_act_for(found.body_id),
        "may_reply": planned and viewer.may_act_for(viewer.body_id),
        "planned": planned,
        "lines": timeline(found.urn, viewer, limit=LINES),
        "urn": found.urn,
        "crumbs": open_crumbs(_crumb(), (found.title, "")),
    }
    return render(request, "reports/company/meeting.html", context)


@require_GET
def listing_file(request: HttpRequest, id: UUID, kind: str) -> StreamingHttpResponse | FileResponse:
    """The list of a meeting as a file, for those who prepare it elsewhere."""
    found = feedback.meeting(request.viewer, id)
    head = [_("묶음"), _("번호"), _("안건"), _("회사"), _("상태"), _("답")]
    return table_response(f"meeting-{found.year}-{found.quarter}", kind, head, _rows(request, found))


def _rows(request: HttpRequest, meeting: FeedbackMeeting) -> Iterator[list[str]]:
    agenda = feedback.agenda(request.viewer, meeting)
    for name, lines in (
        (_("아직 답하지 않은 어려움"), agenda.open),
        (_("이번 분기에 답한 어려움"), agenda.answered),
        (_("규정 개선 제안"), agenda.rules),
    ):
        for line in lines:
            if line.withheld:
                yield [name, "", _("공개되지 않음"), "", line.state, line.withheld.reason_label]
            elif line.report:
                sender = line.report.sender.full_name_ko if line.report.sender else ""
                yield [name, line.report.receipt, line.report.words, sender, line.state, line.answer]
            elif line.rule:
                yield [name, "", f"{line.rule.title} ({line.rule.law})", "", line.state, line.answer]


def _own(request: HttpRequest, id: UUID) -> FeedbackMeeting:
    found = feedback.meeting(request.viewer, id)
    policy.must_own(request.viewer, found.body_id)
    return found


@require_http_methods(BOTH)
def change(request: HttpRequest, id: UUID) -> HttpResponse:
    found = _own(request, id)
    known = {name: getattr(found, name) for name in ("on", "starts", "place", "about")}
    form = f.MeetingForm(request.POST if request.method == "POST" else None, change=True, initial=known)

    def act() -> FeedbackMeeting:
        return actions.meeting_change(by=request.viewer, id=id, fields=form.cleaned_data)

    if form.is_bound and form.is_valid() and attempt(form, act):
        messages.success(request, _("바꾸었습니다. 초대받은 회사에 알립니다."))
        return redirect(found)
    return _form(request, found, form, _("날이나 곳 바꾸기"), _("바꾸기"))


@require_POST
def gather(request: HttpRequest, id: UUID) -> HttpResponse:
    found = _own(request, id)
    added = actions.meeting_gather(by=request.viewer, id=id)
    words = _("안건 %(n)s건을 더 모았습니다.") % {"n": added} if added else _("더 모을 안건이 없습니다.")
    messages.success(request, words)
    return redirect(found)


@require_http_methods(BOTH)
def invite(request: HttpRequest, id: UUID) -> HttpResponse:
    found = _own(request, id)
    form = f.CompaniesForm(request.POST if request.method == "POST" else None, bodies=feedback.to_invite(found))
    if form.is_bound and form.is_valid():
        data = form.cleaned_data

        def act() -> list[FeedbackInvitation]:
            ids = [UUID(id) for id in data.get("companies", [])]
            for name in filter(None, (part.strip() for part in data["other"].split(","))):
                try:
                    ids.append(care.company_named(name).pk)
                except Refused as refused:
                    raise Refused(refused.code, f"{name}: {refused.message}", "other") from refused
            return actions.meeting_invite(by=request.viewer, id=id, company_ids=ids)

        made = attempt(form, act)
        if made is not None:
            messages.success(request, _("회사 %(n)s곳을 초대했습니다.") % {"n": len(made)})
            return redirect(found)
    return _form(request, found, form, _("회사 초대하기"), _("초대하기"))


@require_POST
def reply(request: HttpRequest, id: UUID) -> HttpResponse:
    coming = request.POST.get("coming") == "yes"
    actions.invitation_answer(by=request.viewer, id=id, coming=coming)
    messages.success(request, _("알려 주셔서 고맙습니다. 그 기관에 전했습니다."))
    return redirect("reports:company_meeting", id)


@require_http_methods(BOTH)
def answer(request: HttpRequest, id: UUID, item: UUID) -> HttpResponse:
    """What is answered to one thing on the list."""
    found = _own(request, id)
    line = feedback.line(request.viewer, found, item)
    posted = request.POST if request.method == "POST" else None
    form = f.TextForm(posted, label=_("간담회에서 드릴 답"), initial={"text": line.answer})
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["text"]
        if attempt(form, lambda: actions.item_answer(by=request.viewer, id=item, text=text)):
            messages.success(request, _("적어 두었습니다."))
            return redirect(f"{found.get_absolute_url()}#item-{item}")
    title = line.report.title if line.report else line.rule.title if line.rule else ""
    return _form(request, found, form, _("안건에 답하기"), _("적어 두기"), lead=title)


@require_http_methods(BOTH)
def hold(request: HttpRequest, id: UUID) -> HttpResponse:
    found = _own(request, id)
    invited = [row.company for row in feedback.invitations(found)]
    form = f.HoldForm(request.POST if request.method == "POST" else None, bodies=invited)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        came = [UUID(one) for one in data.get("came", [])]
        if attempt(form, lambda: actions.meeting_hold(by=request.viewer, id=id, minutes=data["minutes"], came=came)):
            messages.success(request, _("간담회를 마치고 회의록을 남겼습니다. 초대받은 회사에 알립니다."))
            return redirect(found)
    return _form(request, found, form, _("간담회 마치기"), _("마치기"))


def _form(request: HttpRequest, meeting: FeedbackMeeting, form: Any, title: str, button: str, **more: Any) -> Any:
    return form_page(
        request,
        form,
        title=title,
        button=button,
        back=meeting.get_absolute_url(),
        keep=f"company-meeting-{meeting.pk}-{request.resolver_match.url_name if request.resolver_match else ''}",
        crumbs=crumbs(_crumb(), (meeting.title, meeting.get_absolute_url()), (title, "")),
        **{"lead": f"{meeting.body.name} · {meeting.title}", **more},
    )
