"""What waits at the company desk: for an official, and for a company."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.core import clock
from dure.core.rooms import DeskItem
from dure.core.viewer import Viewer
from dure.reports.company.policy import COMPANY_KINDS
from dure.reports.company.queries import care, feedback, matters, rules, visits
from dure.reports.models import Report, Visit

FEW = 5


def desk_items(viewer: Viewer) -> Iterable[DeskItem]:
    if not viewer.may_act_for(viewer.body_id):
        return
    body = Body.objects.filter(pk=viewer.body_id).first()
    if body is None:
        return
    if body.kind in COMPANY_KINDS:
        yield from _for_company(body)
    elif body.is_public_body:
        yield from _for_official(viewer, body)


def _for_official(viewer: Viewer, body: Body) -> Iterable[DeskItem]:
    for report in matters.to_answer(viewer, body.pk, mine=True).filter(state=Report.State.RECEIVED)[:FEW]:
        yield DeskItem(
            title=report.title,
            url=report.get_absolute_url(),
            kind=_("기업의 어려움"),
            state=str(report.get_state_display()),
            why=_("돌보는 회사가 어려움을 알렸습니다."),
            due=report.due_at,
            since=report.created_at,
        )
    for visit in visits.waiting(viewer, body.pk):
        owed = visit.state == Visit.State.MADE
        yield DeskItem(
            title=visit.company.name,
            url=visit.get_absolute_url(),
            kind=_("기업 방문"),
            state=_("답할 것") if owed else str(visit.get_state_display()),
            why=_why(visit),
            due=visit.answer_due if owed else visit.on,
            since=visit.at,
        )
    for rule in rules.waiting(viewer, body.pk):
        yield DeskItem(
            title=rule.title,
            url=rule.get_absolute_url(),
            kind=_("규정 개선 제안"),
            state=str(rule.get_state_display()),
            why=_("어떻게 되었는지 다시 여쭐 날입니다."),
            due=rule.look_on,
            since=rule.at,
        )
    for meeting in feedback.to_hold(body.pk):
        yield DeskItem(
            title=meeting.title,
            url=meeting.get_absolute_url(),
            kind=_("기업 간담회"),
            state=str(meeting.get_state_display()),
            why=_("간담회 날이 되었습니다. 답과 회의록을 적고 마쳐 주세요."),
            due=meeting.on,
            since=meeting.at,
        )
    companies = reverse("reports:company_companies")
    if unvisited := care.unvisited_count(viewer, body.pk):
        yield DeskItem(
            title=_("석 달 넘게 찾아가지 않은 회사 %(n)s곳") % {"n": unvisited},
            url=f"{companies}?only=unvisited",
            kind=_("기업 방문"),
            why=_("분기마다 한 번은 찾아가거나 만나 주세요."),
        )
    if viewer.role == "head":
        yield from _for_head(body, companies)


def _for_head(body: Body, companies: str) -> Iterable[DeskItem]:
    if nobody := care.nobody_count(body.pk):
        yield DeskItem(
            title=_("담당자가 없는 회사 %(n)s곳") % {"n": nobody},
            url=f"{companies}?only=nobody",
            kind=_("기업 담당자"),
            why=_("어려움을 알린 회사에 담당자가 없습니다. 정해 주세요."),
        )
    if quarter := feedback.missing_quarter(body.pk):
        yield DeskItem(
            title=_("%(year)s년 %(quarter)s분기 기업 간담회") % {"year": quarter.year, "quarter": quarter.number},
            url=reverse("reports:company_meeting_new"),
            kind=_("기업 간담회"),
            why=_("분기가 끝나 가는데 간담회를 아직 잡지 않았습니다."),
            due=quarter.last,
        )


def _why(visit: Visit) -> str:
    if visit.state == Visit.State.MADE:
        return _("찾아가서 약속한 답을 아직 드리지 않았습니다.")
    if visit.on < clock.today():
        return _("찾아가기로 한 날이 지났습니다. 들은 것을 적어 주세요.")
    return _("찾아갈 날이 다가옵니다.")


def _for_company(body: Body) -> Iterable[DeskItem]:
    mine = reverse("reports:company_mine")
    for row in care.approvals_waiting(body.pk):
        yield DeskItem(
            title=row.body.name,
            url=f"{mine}#bodies",
            kind=_("기업 담당자"),
            state=str(row.get_state_display()),
            why=_("우리 회사를 돌보아도 되는지 물었습니다."),
            since=row.asked_at,
        )
    for invitation in feedback.waiting_invitations(body.pk):
        yield DeskItem(
            title=f"{invitation.meeting.body.name} · {invitation.meeting.title}",
            url=invitation.meeting.get_absolute_url(),
            kind=_("기업 간담회"),
            state=str(invitation.get_reply_display()),
            why=_("간담회에 초대받았습니다. 오실지 알려 주세요."),
            due=invitation.meeting.on,
            since=invitation.at,
        )
