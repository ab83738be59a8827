"""Nouns of the room. The parts keep theirs in `<part>/models.py`; they are taken up here, so that Django finds them."""

from dure.reports.models.intake import Intake
from dure.reports.models.live import Crew, CrewPosition, Dispatch, StatusLink, WrongPlace
from dure.reports.models.company import CompanyCare, RuleChange, Visit
from dure.reports.models.moves import Move, Word
from dure.reports.models.open311 import IncomingMail
from dure.reports.models.report import Report, ReportContact
from dure.reports.models.routes import RouteDecision
from dure.reports.models.rules import RuleText
from dure.reports.models.working import AnswerTemplate, DeadlineNotice, Extension, Rest, WorkBatch, WorkStep

__all__ = [
    "AnswerTemplate",
    "Crew",
    "CrewPosition",
    "DeadlineNotice",
    "Dispatch",
    "Extension",
    "IncomingMail",
    "Intake",
    "Move",
    "Report",
    "ReportContact",
    "Rest",
    "RouteDecision",
    "RuleText",
    "StatusLink",
    "Word",
    "WorkBatch",
    "WorkStep",
    "WrongPlace",
]
__all__ = ["CompanyCare", "Move", "Report", "ReportContact", "RouteDecision", "RuleChange", "Visit", "Word"]
