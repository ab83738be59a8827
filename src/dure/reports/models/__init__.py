"""Nouns of the room. The parts keep theirs in `<part>/models.py`; they are taken up here, so that Django finds them."""

from dure.reports.models.moves import Move, Word
from dure.reports.models.report import Report, ReportContact
from dure.reports.models.routes import RouteDecision
from dure.reports.models.working import AnswerTemplate, DeadlineNotice, Extension, Rest, WorkBatch, WorkStep

__all__ = [
    "AnswerTemplate",
    "DeadlineNotice",
    "Extension",
    "Move",
    "Report",
    "ReportContact",
    "Rest",
    "RouteDecision",
    "Word",
    "WorkBatch",
    "WorkStep",
]
