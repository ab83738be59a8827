"""Scoring of a contest: sheets of judges → a final mark, a rank and a selection, each step exact and recomputable.

Public: `compute` and `settle` with the plain data they take and give. No clock, no database, no language.
"""

from dure.engines.scoring.scoring import (
    EDGES,
    METHODS,
    PLACES,
    BadRule,
    BadSheet,
    JudgeMark,
    Mark,
    Outcome,
    Rule,
    Sheet,
    compute,
    rounded,
    settle,
)

__all__ = [
    "EDGES",
    "METHODS",
    "PLACES",
    "BadRule",
    "BadSheet",
    "JudgeMark",
    "Mark",
    "Outcome",
    "Rule",
    "Sheet",
    "compute",
    "rounded",
    "settle",
]
