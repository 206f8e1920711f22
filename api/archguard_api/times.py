"""Points in time: whole seconds since 1970, in UTC, and how they are written."""

from __future__ import annotations

import datetime

DAY = 86_400
"""Seconds."""


def format_time(seconds: int) -> str:
    """Return a point in time as RFC 3339 writes it, in UTC: `2026-03-01T12:00:00Z`."""
    # `strftime` takes five times as long.
    return f"{datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat()[:19]}Z"


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
