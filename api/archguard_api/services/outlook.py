"""Where a contract's line leads: its points as observations, forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard_api.forecast import Forecast, Observation, forecast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.snapshot import Contract
    from archguard_api.models import TrendPoint


def forecast_contract(line: Sequence[TrendPoint], contract: Contract, now: int) -> Forecast:
    """When the contract's violations will be gone, or why nobody can say.

    Args:
        line: its points, the branch's tip last.
        contract: its verdict at the tip.
        now: seconds since 1970; a tip with a clock that is ahead is now.
    """
    observations = [
        Observation(point.committed_at, point.violations, point.lower_bound) for point in line
    ]
    now = max([now, *(point.committed_at for point in line[-1:])])
    return forecast(observations, deadline=contract.deadline, now=now, kept=contract.kept)
