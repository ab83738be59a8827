"""Who hears of what happens at the company desk: the company, its named official, and whoever reported by letter."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from dure.core import outbox
from dure.core.links import parse
from dure.core.models import Event
from dure.core.notices import notify
from dure.reports.company.actions.care import cares_end
from dure.reports.company.lines import VISITS
from dure.reports.company.queries.care import people_of
from dure.reports.models import CompanyCare, FeedbackMeeting, Report, ReportContact, RuleChange, Visit
from dure.reports.sealed import unseal

OF_REPORTS = (
    *("reports.received", "reports.taken", "reports.asked", "reports.updated", "reports.closed", "reports.extended"),
    *("reports.extension.asked", "reports.given", "reports.move.accepted", "reports.move.decided"),
)
"""The room's events about a difficulty: of these its own part writes to persons, so the company hears of them here."""
RULES = ("reports.company.rule_collected", "reports.company.rule_moved")
EVENTS = (*OF_REPORTS, "reports.company.*")
LEAVING = ("bodies.membership.ended", "bodies.membership.changed")


def tell(event: Event) -> None:
    """Subscriber `reports.company`."""
    if event.type in OF_REPORTS:
        _about_report(event)
    elif event.type in VISITS:
        _about_visit(event)
    elif event.type in RULES:
        _about_rule(event)
    elif event.type == "reports.company.care_assigned":
        officer = [UUID(event.data["person"])] if event.data.get("person") else []
        notify([*officer, *people_of(parse(event.subject)[1])], event)
    elif event.type == "reports.company.care_ended":
        notify(people_of(parse(event.subject)[1]), event)
    elif event.type == "reports.company.approval":
        # A question goes to the company, its answer to the body.
        asked = event.data["state"] == "asked"
        notify(people_of(parse(event.subject)[1] if asked else UUID(event.data["body"])), event)
    else:
        _about_meeting(event)


def left(event: Event) -> None:
    """Subscriber `reports.company.left`: an official left the body, or only reads now."""
    cares_end(body_id=parse(event.subject)[1], person_id=UUID(event.data["person"]))


def _about_report(event: Event) -> None:
    report = Report.objects.filter(pk=parse(event.subject)[1], kind="company").exclude(sender=None).first()
    if report is None or (event.type == "reports.closed" and report.open):
        return
    here = CompanyCare.objects.filter(company_id=report.sender_id, body_id=report.body_id, until=None)
    carers = list(here.exclude(officer=None).values_list("officer_id", flat=True))
    new = event.type in ("reports.received", "reports.given", "reports.move.accepted", "reports.move.decided")
    company = people_of(report.sender_id) if event.type != "reports.received" else []
    notify([*(carers if new else []), *company], event)


def _about_visit(event: Event) -> None:
    visit = Visit.objects.select_related("report").filter(pk=parse(event.thing)[1]).first()
    if visit is None:
        return
    notify(people_of(visit.company_id), event)
    if visit.report:
        _write(event, visit.report)


def _about_rule(event: Event) -> None:
    rule = RuleChange.objects.select_related("report").filter(pk=parse(event.subject)[1]).first()
    if rule is None:
        return
    people = people_of(rule.company_id)
    if event.type == "reports.company.rule_moved" and rule.with_body_id and event.data.get("state") == "sent":
        people += people_of(rule.with_body_id)
    notify(people, event)
    if rule.report:
        _write(event, rule.report)


def _about_meeting(event: Event) -> None:
    meeting = FeedbackMeeting.objects.filter(pk=parse(event.subject)[1]).first()
    if meeting is None:
        return
    if event.type == "reports.company.invited":
        notify(people_of(UUID(event.data["company"])), event)
    elif event.type == "reports.company.invitation_answered":
        notify([meeting.person_id] if meeting.person_id else people_of(meeting.body_id), event)
    elif event.type in ("reports.company.meeting_changed", "reports.company.meeting_held"):
        invited = meeting.invitations.values_list("company_id", flat=True)
        notify([id for company in invited for id in people_of(company)], event)


def _said(type: str) -> str:
    """One sentence for whoever reported without an account; '' where they are not written to."""
    return {
        "reports.company.visit_planned": _("담당자가 회사를 찾아가기로 했습니다."),
        "reports.company.visit_moved": _("찾아가기로 한 날이나 곳이 바뀌었습니다."),
        "reports.company.visit_dropped": _("잡았던 방문을 하지 않기로 했습니다."),
        "reports.company.visit_answered": _("찾아가서 약속한 것에 답했습니다."),
        "reports.company.rule_collected": _("알려 주신 일에서 고칠 규정을 찾아 모았습니다."),
        "reports.company.rule_moved": _("알려 주신 일에서 나온 규정 개선 제안이 한 걸음 나아갔습니다."),
    }.get(type, "")


def _write(event: Event, report: Report) -> None:
    """A letter with the status link, in the language of the report, and a notice to a person who reported."""
    if report.person_id:
        notify([report.person_id], event)
    contact = ReportContact.objects.filter(report=report, confirmed_at__isnull=False, channel="email").first()
    if contact is None:
        return
    with translation.override(report.language):
        said = _said(event.type)
        if not said:
            return
        subject = _("[두레] 신고 %(receipt)s: 새 소식") % {"receipt": report.receipt}
        link = settings.SITE_URL + report.status_path
        text = "\n".join([said, "", link, "", _("이 링크를 아는 사람은 신고의 상황을 볼 수 있습니다.")]) + "\n"
    outbox.queue(
        channel="email",
        address=unseal(contact.sealed),
        subject=subject,
        text=text,
        once_key=f"reports.company:{report.pk}:{event.seq}",
    )
