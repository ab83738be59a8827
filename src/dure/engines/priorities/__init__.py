"""Priorities of many bodies in one order, and needs that say the same in other words. Pure: no Django, clock, database.

found = rank([Vote("가람군", "경기", "bus", from_points(5)), Vote("나루군", "강원", "bus", from_points(4))])
alike({"a": ["버스", "통근"], "b": ["통근", "버스", "야간"], "c": ["병원"]})
"""

from dure.engines.priorities.likeness import Alike, alike
from dure.engines.priorities.ranking import (
    NEEDED,
    WEIGHTS,
    Placed,
    PriorityError,
    Vote,
    from_points,
    from_ranks,
    rank,
)

__all__ = [
    "NEEDED",
    "WEIGHTS",
    "Alike",
    "Placed",
    "PriorityError",
    "Vote",
    "alike",
    "from_points",
    "from_ranks",
    "rank",
]
