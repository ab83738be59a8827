"""What a changed rule would cost, who would receive more or less, and how sure that is.

    plan = Plan.of(before, after, ["basic-pension"], usual={"days_abroad": 0})   # two days of rules
    one = run(plan, batches, seed=1)              # figures in all and by group; whole numbers only
    found = result([one, two, three])             # several seeds: ranges, and the run in the middle
    digest(found)                                 # SHA-256 of its canonical JSON: the same for whoever recomputes
    curve([(value, plan), …], batches)            # cost and recipients over a range of one figure

Pure: no clock, no database. `batches()` gives pairs of Arrow tables (`Part`) anew each time. What is unknown is a group
of its own. Benefits are added up side by side: rules between benefits count only as far as the rules themselves say.
"""

from __future__ import annotations

from .grouping import GROUPINGS, Part, own_parts, parts_of
from .plan import Plan, filled
from .results import canonical, curve, digest, ranges, result
from .tally import FIGURES, OF_BENEFIT, run

__all__ = [
    "FIGURES",
    "GROUPINGS",
    "OF_BENEFIT",
    "Part",
    "Plan",
    "canonical",
    "curve",
    "digest",
    "filled",
    "own_parts",
    "parts_of",
    "ranges",
    "result",
    "run",
]
