"""How use is counted."""

from __future__ import annotations

from datetime import datetime, timedelta

from dure.core import clock
from dure.resources.models import Resource


def used(start: datetime, end: datetime, per: str) -> tuple[int, int]:
    """Units and minutes of a stay: hours begun, calendar days in Seoul begun, or one use; both at least 1."""
    minutes = max(int((end - start) / timedelta(minutes=1)), 1)
    if per == Resource.Per.HOUR:
        return -(-minutes // 60), minutes
    if per == Resource.Per.DAY:
        last = clock.local(end - timedelta(microseconds=1)).date()
        return (last - clock.local(start).date()).days + 1, minutes
    return 1, minutes
