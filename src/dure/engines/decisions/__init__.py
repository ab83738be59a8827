"""How equals decide: votes with voices and a rule → carried, fallen or still open, with the reason in a sentence.

Public function: `decide`. It takes and returns plain data, reads no clock, and gives the same answer whatever the
order of the votes.
"""

from dure.engines.decisions.deciding import CHOICES, PASSES, Counts, Decision, Rule, decide
from dure.engines.decisions.said import Said

__all__ = ["CHOICES", "PASSES", "Counts", "Decision", "Rule", "Said", "decide"]
