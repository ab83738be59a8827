"""When somebody who drives will be there, from two points alone: a range, with what was assumed said beside it."""

from dure.engines.arrival.estimate import ASSUMED, Assumed, Estimate, assumed_for, distance_m, estimate

__all__ = ["ASSUMED", "Assumed", "Estimate", "assumed_for", "distance_m", "estimate"]
