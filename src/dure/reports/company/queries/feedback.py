"""Quarterly feedback meetings: what belongs on a list, and a meeting as one viewer may read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.core import clock
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld
from dure.reports import queries
from dure.reports.company.policy import COMPANY_KINDS
from dure.reports.company.quarters import Quarter
from dure.reports.models import (
    CompanyCare,
    FeedbackInvitation,
    FeedbackItem,
    FeedbackMeeting,
    Report,
    RuleChange,
    RuleStep,
)

NOT_COUNTED = (Report.Outcome.JOINED, Report.Outcome.SPLIT, Report.Outcome.ABUSE)


def reports_for(body_id: UUID, quarter: Quarter) -> list[UUID]:
    """Companies' difficulties that the body has and that came in before the quarter's end: those still open, and those
    answered in the quarter; oldest first."""
    rows = Report.objects.filter(kind="company", body_id=body_id, created_at__lt=quarter.ends)
    answered = Q(closed_at__gte=quarter.begins) & ~Q(outcome__in=NOT_COUNTED)
    rows = rows.filter(~Q(state=Report.State.CLOSED) | answered)
    return list(rows.order_by("created_at", "pk").values_list("pk", flat=True))


def rules_for(body_id: UUID, quarter: Quarter) -> list[UUID]:
    """Proposals of the body that are followed, and those that moved in the quarter; oldest first."""
    moved = RuleStep.objects.filter(on__range=(quarter.first, quarter.last))
    rows = RuleChange.objects.filter(body_id=body_id, collected_on__lte=quarter.last)
    followed = ~Q(state__in=[RuleChange.State.CHANGED, RuleChange.State.REFUSED])
    rows = rows.filter(followed | Q(pk__in=moved.values("rule")))
    return list(rows.order_by("at", "pk").values_list("pk", flat=True))


def meetings(viewer: Viewer, body: str = "") -> QuerySet[Any]:
    """Newest first by `-on`, `-pk`."""
    rows = FeedbackMeeting.objects.visible_to(viewer).select_related("body", "body__province")
    return rows.filter(body__slug=body) if body else rows


def meeting(viewer: Viewer, id: UUID) -> FeedbackMeeting:
    """Refused `not_found`."""
    found: FeedbackMeeting | None = meetings(viewer).filter(pk=id).first()
    if found is None:
        raise Refused("not_found", _("없는 간담회입니다."))
    return found


@dataclass(frozen=True)
class Line:
    """One thing on the list as the viewer may read it: `withheld` stands in the place of the whole line."""

    id: UUID
    answer: str = ""
    report: Report | None = None
    rule: RuleChange | None = None
    withheld: Withheld | None = None
    state: str = ""


@dataclass(frozen=True)
class Agenda:
    """The list in its three parts, and how many of it have an answer."""

    open: list[Line] = field(default_factory=list)
    answered: list[Line] = field(default_factory=list)
    rules: list[Line] = field(default_factory=list)
    total: int = 0
    left: int = 0


def agenda(viewer: Viewer, meeting: FeedbackMeeting) -> Agenda:
    """The list of a meeting. Once it was held, everything is said as it stood then."""
    items = list(FeedbackItem.objects.filter(meeting=meeting).order_by("at", "pk"))
    ids = [item.report_id for item in items if item.report_id]
    shown = {row.pk: row for row in queries.visible(viewer).filter(pk__in=ids).select_related("sender")}
    hidden = {row.pk: row for row in Report.objects.filter(pk__in=ids).withheld_from(viewer)}
    rules = RuleChange.objects.visible_to(viewer).filter(pk__in=[item.rule_id for item in items if item.rule_id])
    proposals = {row.pk: row for row in rules.select_related("body", "with_body")}
    made = Agenda(total=len(items), left=sum(1 for item in items if not item.answer))
    for item in items:
        if item.rule_id:
            rule = proposals.get(item.rule_id)
            if rule:
                state = str(RuleChange.State(item.state_then or rule.state).label)
                made.rules.append(Line(item.pk, item.answer, rule=rule, state=state))
            continue
        report = shown.get(item.report_id)
        if report is None and item.report_id not in hidden:
            continue
        now = report or hidden[item.report_id]
        state_now = item.state_then or now.state
        state = str(Report.State(state_now).label)
        part = made.answered if state_now == Report.State.CLOSED else made.open
        if report is None:
            part.append(Line(item.pk, withheld=now.withheld, state=state))
        else:
            part.append(Line(item.pk, item.answer, report=report, state=state))
    return made


def invitations(meeting: FeedbackMeeting) -> list[FeedbackInvitation]:
    rows = meeting.invitations.select_related("company", "company__province")
    return list(rows.order_by("company__full_name_ko", "pk"))


def invitation_of(viewer: Viewer, meeting: FeedbackMeeting) -> FeedbackInvitation | None:
    found: FeedbackInvitation | None = meeting.invitations.filter(company_id=viewer.body_id).first()
    return found if viewer.body_id else None


def to_invite(meeting: FeedbackMeeting) -> list[Body]:
    """Companies that may be asked: cared for by the body, or with something on the list; those invited are left out."""
    cares = CompanyCare.objects.filter(body_id=meeting.body_id, until=None).values("company")
    brought = FeedbackItem.objects.filter(meeting=meeting).values("report__sender")
    said = FeedbackItem.objects.filter(meeting=meeting).values("rule__company")
    rows = Body.objects.filter(kind__in=COMPANY_KINDS, state=Body.State.CONFIRMED).filter(
        Q(pk__in=cares) | Q(pk__in=brought.exclude(report__sender=None)) | Q(pk__in=said.exclude(rule__company=None))
    )
    rows = rows.exclude(pk__in=meeting.invitations.values("company")).select_related("province")
    return list(rows.order_by("full_name_ko", "pk")[:200])


def waiting_invitations(company_id: UUID) -> list[FeedbackInvitation]:
    """Of a company: meetings ahead that it has not said anything to."""
    rows = FeedbackInvitation.objects.filter(
        company_id=company_id,
        reply=FeedbackInvitation.Reply.NONE,
        meeting__state=FeedbackMeeting.State.PLANNED,
        meeting__on__gte=clock.today(),
    )
    return list(rows.select_related("meeting", "meeting__body").order_by("meeting__on")[:10])


def to_hold(body_id: UUID) -> list[FeedbackMeeting]:
    """Meetings of the body whose day has come and that were not closed with minutes."""
    rows = FeedbackMeeting.objects.filter(body_id=body_id, state="planned", on__lte=clock.today())
    return list(rows.select_related("body").order_by("on")[:5])


def missing_quarter(body_id: UUID) -> Quarter | None:
    """The running quarter in its last three weeks, where companies brought something and no meeting is planned."""
    today = clock.today()
    quarter = Quarter.of(today)
    if (quarter.last - today).days > 21:
        return None
    if FeedbackMeeting.objects.filter(body_id=body_id, year=quarter.year, quarter=quarter.number).exists():
        return None
    rows = Report.objects.filter(kind="company", body_id=body_id, created_at__gte=quarter.begins)
    return quarter if rows.exists() else None


def line(viewer: Viewer, meeting: FeedbackMeeting, id: UUID) -> Line:
    """One thing on the list that the viewer may read. Refused `not_found`."""
    made = agenda(viewer, meeting)
    found = next((one for one in (*made.open, *made.answered, *made.rules) if one.id == id and not one.withheld), None)
    if found is None:
        raise Refused("not_found", _("없는 안건입니다."))
    return found
