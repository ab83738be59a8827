"""Verbs of the company desk."""

from dure.reports.company.actions.care import approval_answer, approval_ask, care_assign, care_end, care_take, cares_end
from dure.reports.company.actions.feedback import (
    invitation_answer,
    item_answer,
    meeting_change,
    meeting_gather,
    meeting_hold,
    meeting_invite,
    meeting_plan,
)
from dure.reports.company.actions.hand_in import company_report, company_report_open, company_report_withhold
from dure.reports.company.actions.rules import rule_collect, rule_step
from dure.reports.company.actions.visits import (
    visit_answer,
    visit_drop,
    visit_log,
    visit_move,
    visit_open,
    visit_plan,
    visit_withhold,
)

__all__ = [
    "approval_answer",
    "approval_ask",
    "care_assign",
    "care_end",
    "care_take",
    "cares_end",
    "company_report",
    "company_report_open",
    "company_report_withhold",
    "invitation_answer",
    "item_answer",
    "meeting_change",
    "meeting_gather",
    "meeting_hold",
    "meeting_invite",
    "meeting_plan",
    "rule_collect",
    "rule_step",
    "visit_answer",
    "visit_drop",
    "visit_log",
    "visit_move",
    "visit_open",
    "visit_plan",
    "visit_withhold",
]
