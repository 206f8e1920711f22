"""Observations for the tests: one a day, at noon."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from archguard_api.forecast import Forecast, Observation, forecast

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = 86_400
TODAY = datetime.date(2026, 11, 2)
NOON = 1_793_620_800
"""Noon of TODAY, UTC."""


def daily(counts: Sequence[int]) -> list[Observation]:
    """One observation a day, the last one today."""
    first = NOON - (len(counts) - 1) * DAY
    return [Observation(first + day * DAY, count) for day, count in enumerate(counts)]


def said(
    observations: Sequence[Observation],
    *,
    deadline: datetime.date | None = None,
    now: int = NOON,
    kept: bool = False,
    stale_days: int | None = None,
) -> Forecast:
    """The forecast of today."""
    return forecast(observations, deadline=deadline, now=now, kept=kept, stale_days=stale_days)
