"""Verbs of the room. What belongs to one part stands in that part's `actions`."""

from dure.reports.actions.hand_in import Said, id_of, report_hand_in
from dure.reports.actions.routing import report_reroute

__all__ = ["Said", "id_of", "report_hand_in", "report_reroute"]
