"""The one clock. Tests replace `now`; everything that needs the time asks here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def local(at: datetime) -> datetime:
    """The same moment on a clock in Seoul."""
    return at.astimezone(SEOUL)


def today() -> date:
    """The present date in Seoul."""
    return local(now()).date()
