"""Points in time: whole seconds since 1970, in UTC, and how they are written."""

from __future__ import annotations

import datetime
from functools import lru_cache

DAY = 86_400
"""Seconds."""
_FIRST_DAY = datetime.date(1970, 1, 1).toordinal()


def format_time(seconds: int) -> str:
    """Return a point in time as RFC 3339 writes it, in UTC: `2026-03-01T12:00:00Z`."""
    day, second = divmod(seconds, DAY)
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    return f"{_format_day(day)}T{hour:02}:{minute:02}:{second:02}Z"


@lru_cache(4096)
def _format_day(day: int) -> str:
    """Return a date, given in days since 1970. A trend has thousands of points, many of one day."""
    return datetime.date.fromordinal(_FIRST_DAY + day).isoformat()


def parse_time(text: str, *, end: bool) -> int:
    """Return the point in time that an RFC 3339 text names; without an offset it is in UTC.

    Args:
        text: a date, or a date and time.
        end: of a date alone, return its last second instead of its first.

    Raises:
        ValueError: the text is neither, or the calendar has no such day.
        OverflowError: it is too far from 1970 for this machine.
    """
    time = datetime.datetime.fromisoformat(text)
    if time.tzinfo is None:
        time = time.replace(tzinfo=datetime.UTC)
    is_date = len(text) == len("2026-03-01")
    return int(time.timestamp()) + (DAY - 1 if is_date and end else 0)
