"""Nouns of the room. The parts keep theirs in `<part>/models.py`; they are taken up here, so that Django finds them."""

from dure.reports.models.live import Crew, CrewPosition, Dispatch, StatusLink, WrongPlace
from dure.reports.models.moves import Move, Word
from dure.reports.models.report import Report, ReportContact
from dure.reports.models.routes import RouteDecision

__all__ = [
    "Crew",
    "CrewPosition",
    "Dispatch",
    "Move",
    "Report",
    "ReportContact",
    "RouteDecision",
    "StatusLink",
    "Word",
    "WrongPlace",
]
