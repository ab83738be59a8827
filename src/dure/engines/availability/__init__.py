"""When is how much of a thing free? Opening hours, closures and bookings with quantities in, free capacity out.

Pure: no clock, no database. All moments are naive wall-clock time in one place. For Asia/Seoul that is exact: Korea
has had no daylight-saving time since 1988, so the difference of two wall-clock times is the time that passes. A place
with daylight-saving time would need aware moments. All intervals are half-open: what ends at noon leaves noon free.
"""

from dure.engines.availability.capacity import Piece, Taken, free_pieces, least_free, most_taken
from dure.engines.availability.finding import Slot, next_free
from dure.engines.availability.hours import DAY, Fault, Rules, closed_on, fault, open_pieces, parse_hours, say_hours

__all__ = [
    "DAY",
    "Fault",
    "Piece",
    "Rules",
    "Slot",
    "Taken",
    "closed_on",
    "fault",
    "free_pieces",
    "least_free",
    "most_taken",
    "next_free",
    "open_pieces",
    "parse_hours",
    "say_hours",
]
