from dure.contests.models.contest import Contest, Criterion, Edge, Method, State
from dure.contests.models.entry import Entry, EntryBody
from dure.contests.models.judging import Declaration, Judge, Score, Sheet, Vote
from dure.contests.models.support import Support, SupportGoal, SupportPayment, YearReport

__all__ = [
    "Contest",
    "Criterion",
    "Declaration",
    "Edge",
    "Entry",
    "EntryBody",
    "Judge",
    "Method",
    "Score",
    "Sheet",
    "State",
    "Support",
    "SupportGoal",
    "SupportPayment",
    "Vote",
    "YearReport",
]
