"""Dates and moments as query parameters."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from archguard_api.errors import InvalidError
from archguard_api.services.trend import parse_moment

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


def seconds_of(name: str, text: str | None) -> int | None:
    """The parameter of this name in seconds since 1970; of a date that is `until`, its last one.

    Raises:
        InvalidError: the calendar has no such day.
    """
    if text is None:
        return None
    try:
        return parse_moment(text, end=name == "until")
    except (ValueError, OverflowError):
        raise InvalidError(
            f"{name} is no day of the calendar.", ((f"query.{name}", "there is no such day"),)
        ) from None
