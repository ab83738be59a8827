"""Nouns of the room. The parts keep theirs in `<part>/models.py`; they are taken up here, so that Django finds them."""

from dure.reports.models.company import CareApproval, CompanyCare, RuleChange, RuleStep, Visit
from dure.reports.models.company_feedback import FeedbackInvitation, FeedbackItem, FeedbackMeeting
from dure.reports.models.intake import Intake
from dure.reports.models.live import Crew, CrewPosition, Dispatch, StatusLink, WrongPlace
from dure.reports.models.moves import Move, Word
from dure.reports.models.open311 import IncomingMail
from dure.reports.models.report import Report, ReportContact
from dure.reports.models.routes import RouteDecision
from dure.reports.models.rules import RuleText
from dure.reports.models.working import AnswerTemplate, DeadlineNotice, Extension, Rest, WorkBatch, WorkStep

__all__ = [
    "AnswerTemplate",
    "CareApproval",
    "CompanyCare",
    "Crew",
    "CrewPosition",
    "DeadlineNotice",
    "Dispatch",
    "Extension",
    "FeedbackInvitation",
    "FeedbackItem",
    "FeedbackMeeting",
    "IncomingMail",
    "Intake",
    "Move",
    "Report",
    "ReportContact",
    "Rest",
    "RouteDecision",
    "RuleChange",
    "RuleStep",
    "RuleText",
    "StatusLink",
    "Visit",
    "Word",
    "WorkBatch",
    "WorkStep",
    "WrongPlace",
]
