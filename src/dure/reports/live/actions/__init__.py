"""Verbs of crews, of the crew's telephone, and of the reporter who says that the place is wrong."""

from dure.reports.live.actions.crew import (
    crew_arrive,
    crew_done,
    crew_not_found,
    crew_start,
    place_say,
    position_set,
    sharing_stop,
)
from dure.reports.live.actions.dispatch import crew_end, crew_save, dispatch_cancel, dispatch_send
from dure.reports.live.actions.place import wrong_place, wrong_place_seen

__all__ = [
    "crew_arrive",
    "crew_done",
    "crew_end",
    "crew_not_found",
    "crew_save",
    "crew_start",
    "dispatch_cancel",
    "dispatch_send",
    "place_say",
    "position_set",
    "sharing_stop",
    "wrong_place",
    "wrong_place_seen",
]
