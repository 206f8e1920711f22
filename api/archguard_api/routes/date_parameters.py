"""Query parameters that are a date or a point in time."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from archguard_api.errors import InvalidError
from archguard_api.times import parse_time

_DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
_TIME = rf"(T{_CLOCK}:[0-5]\d(Z|[+-]{_CLOCK}))?"
Day = Annotated[
    str | None,
    Query(
        pattern=f"^{_DATE}{_TIME}$",
        description="A date, or a moment in RFC 3339; one that the calendar does not have is a 422.",
        examples=["2026-03-01"],
    ),
]


def parse_seconds(name: str, text: str | None) -> int | None:
    """Return a parameter in seconds since 1970: of a date the first second, for `until` the last.

    Raises:
        InvalidError: the calendar has no such day.
    """
    if text is None:
        return None
    try:
        return parse_time(text, end=name == "until")
    except (ValueError, OverflowError):
        raise InvalidError(
            f"{name} is not a day of the calendar; write a date as 2026-03-01.",
            ((f"query.{name}", "there is no such day"),),
        ) from None
