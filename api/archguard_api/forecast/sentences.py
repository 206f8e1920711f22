"""Why a forecast has a date or none, in one sentence; what is left is said elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archguard_api.forecast.model import Observation
    from archguard_api.forecast.pace import Pace

NOTHING = "No snapshot has a verdict yet."
SEALED = "The count is zero, exactly, and the contract keeps it so."


def explain_too_short(days: int, values: int, fewest_days: int, fewest_values: int) -> str:
    """Explain that the history is too short for a pace."""
    return (
        f"{_count(values, 'day')} with snapshots over {_count(days, 'day')} are too few for a pace: "
        f"it takes {fewest_values} over {fewest_days}."
    )


def explain_stale(days: int) -> str:
    """Explain that the last snapshot is too old to forecast from."""
    return f"There was no snapshot for {_count(days, 'day')}, so nothing is forecast."


def explain_not_sealed(*, lower_bound: bool) -> str:
    """Explain why a count of zero is not final."""
    if lower_bound:
        return "A file that could not be read may name what the contract forbids."
    return "The contract is not kept."


def explain_stalled(days: int) -> str:
    """Explain that nothing has changed lastingly."""
    return f"The last {_count(days, 'day')} show no lasting change."


def explain_too_slow(days: int, wait: float) -> str:
    """Explain that the pace is too slow for a date."""
    return (
        f"At the pace of the last {_count(days, 'day')} it takes about "
        f"{_count(round(wait / 7), 'week')}, too long for a date from what was seen."
    )


def explain_growing(per_week: float) -> str:
    """Explain that the count grows."""
    return f"About {-per_week:.2g} a week are added."


def explain_shrinking(tip: Observation, pace: Pace, likely: float, *, open_end: bool) -> str:
    """Explain the date, or the open end of the interval."""
    if open_end:
        return "What was removed came in so few bursts that the end is open."
    if tip.violations < pace.daily:
        weeks = _count(max(1, round(likely / 7)), "week")
        return f"What was removed came in bursts, and the next is due in about {weeks}."
    return f"About {pace.per_day * 7:.2g} a week are removed."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
