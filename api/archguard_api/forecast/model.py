"""What a forecast is made from, and what it says."""

from __future__ import annotations

import datetime  # noqa: TC003  # the service reads the annotations when it writes JSON
import enum
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Observation:
    """A contract's count at one commit."""

    at: int
    """Seconds since 1970, UTC."""
    violations: int
    lower_bound: bool = False
    """Some unread file could raise the count."""


class State(enum.StrEnum):
    """Where a contract is on its way to zero."""

    SEALED = "sealed"
    SHRINKING = "shrinking"
    STALLED = "stalled"
    GROWING = "growing"
    TOO_SHORT = "too-short"
    STALE = "stale"
    """No snapshot came for longer than the project's limit, so nobody knows."""
    RETIRED = "retired"
    """The contract was removed."""


AnyState = Literal[
    State.RETIRED,
    State.SEALED,
    State.STALE,
    State.TOO_SHORT,
    State.GROWING,
    State.STALLED,
    State.SHRINKING,
]
"""Each of them, so that a schema lists the values in place."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the violations will be gone, or why nobody can say."""

    state: AnyState
    """The dates are given only if it is `shrinking`."""
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
