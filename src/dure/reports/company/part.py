"""The company desk: companies' difficulties, their named official, visits, rules that should change, and the meeting
of every quarter at which all of it is answered."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.core.rooms import MenuEntry, Noun, Subscriber
from dure.core.viewer import Viewer
from dure.reports.company import lines, notices
from dure.reports.company.demo import demo
from dure.reports.company.desk import desk_items
from dure.reports.company.queries.matters import of_report
from dure.reports.models import Report
from dure.reports.parts import Part, Section


def sections(where: str, report: Report, viewer: Viewer) -> Iterable[Section]:
    if report.kind == "company":
        # On the status link who cares for the company comes before what can be put right.
        order = 20 if where == "status" else 50
        yield Section(_("기업 담당"), "reports/company/section.html", of_report(viewer, report), order)


PART = Part(
    name="company",
    nouns=(
        Noun("기업 담당자", "named official of a company", "CompanyCare"),
        Noun("회사의 받아들임", "approval of care", "CareApproval"),
        Noun("기업 방문", "company visit", "Visit"),
        Noun("규정 개선 제안", "rule change", "RuleChange"),
        Noun("제안의 걸음", "step of a rule change", "RuleStep"),
        Noun("기업 간담회", "feedback meeting", "FeedbackMeeting"),
        Noun("간담회 안건", "item of a feedback meeting", "FeedbackItem"),
        Noun("간담회 초대", "invitation to a feedback meeting", "FeedbackInvitation"),
    ),
    verbs=(
        *("company_report", "company_report_withhold", "company_report_open", "care_take", "care_assign", "care_end"),
        *("cares_end", "approval_ask", "approval_answer", "visit_plan", "visit_move", "visit_drop", "visit_log"),
        *("visit_answer", "visit_withhold", "visit_open", "rule_collect", "rule_step", "meeting_plan"),
        *("meeting_change", "meeting_gather", "meeting_invite", "invitation_answer", "item_answer", "meeting_hold"),
    ),
    events_out=lines.EVENTS_OUT,
    lines=lines.LINES,
    describe=lines.describe,
    resolvers={
        "company_visit": lines.resolve_visits,
        "rule_change": lines.resolve_rules,
        "feedback_meeting": lines.resolve_meetings,
    },
    subscribers=(
        Subscriber("reports.company", notices.EVENTS, notices.tell),
        Subscriber("reports.company.left", notices.LEAVING, notices.left),
    ),
    menu=(
        MenuEntry(
            gettext_lazy("기업의 어려움"),
            "reports:company_desk",
            where="desk",
            order=25,
            shown=lambda viewer: viewer.may_act_for(viewer.body_id),
        ),
        MenuEntry(gettext_lazy("기업의 어려움 알리기"), "reports:company", where="footer", order=25),
    ),
    desk=desk_items,
    sections=sections,
    demo=demo,
)
