"""Options that take a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.configuration.contract_exception import parse_day
from archguard.errors import ConfigurationError

if TYPE_CHECKING:
    import datetime


def read_day(option: str, value: str | None) -> datetime.date | None:
    """Return the day that the value of an option names; None without a value.

    Raises:
        ConfigurationError: it is no day like 2026-01-31; other forms of ISO 8601 are easily mistyped.
    """
    if value is None:
        return None
    day = parse_day(value)
    if day is None:
        raise ConfigurationError(f"{option} {value}: not a date; write it like 2026-01-31.")
    return day
