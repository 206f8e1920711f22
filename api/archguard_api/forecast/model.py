"""Observations, and the forecast that is made from them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime


@dataclass(frozen=True, slots=True)
class Observation:
    """A contract's count at one commit."""

    at: int
    """The commit time in seconds since 1970."""
    violations: int
    lower_bound: bool = False
    """Whether an unread file could raise the count."""


class State(enum.StrEnum):
    """Where a contract is on its way to zero."""

    SEALED = "sealed"
    SHRINKING = "shrinking"
    STALLED = "stalled"
    GROWING = "growing"
    TOO_SHORT = "too-short"


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the count will be zero; the dates are there only if `state` is `shrinking`."""

    state: State
    eta: datetime.date | None
    """The likeliest day of zero."""
    earliest: datetime.date | None
    """The interval that holds the day of zero with a probability of 80 %."""
    latest: datetime.date | None
    """None beside an `earliest`: what was seen bounds the wait from below only."""
    per_week: float | None
    """Violations removed a week (negative: added); None where nothing can be said of it."""
    needed_per_week: float | None
    """The pace that the deadline needs; None without a deadline, or at zero."""
    deadline: datetime.date | None
    reason: str
    """One sentence for people: why there is a date, or why there is none."""
