"""The sentences that say why a forecast has a date or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archguard_api.forecast.model import Observation
    from archguard_api.forecast.pace import Pace

NOTHING = "There is no snapshot yet."
SEALED = "No violation is left, and the contract keeps it so."


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
        return "The count is 0, but a file that could not be read names what the contract forbids."
    return "The count is 0, but the contract is not kept."


def explain_stalled(tip: Observation, days: int) -> str:
    """Explain that nothing has changed lastingly."""
    return f"{_count_left(tip)}, and the last {_count(days, 'day')} show no lasting change."


def explain_too_slow(tip: Observation, days: int, wait: float) -> str:
    """Explain that the pace is too slow for a date."""
    return (
        f"{_count_left(tip)}: at the pace of the last {_count(days, 'day')} that takes about "
        f"{_count(round(wait / 7), 'week')}, too long for a date from what was seen."
    )


def explain_growing(tip: Observation, per_week: float) -> str:
    """Explain that the count grows."""
    return f"{_count_left(tip)}, and about {-per_week:.2g} a week are added."


def explain_shrinking(tip: Observation, pace: Pace, likely: float, *, open_end: bool) -> str:
    """Explain the date, or the open end of the interval."""
    if open_end:
        return f"{_count_left(tip)}: what was removed came in so few bursts that the end is open."
    if tip.violations < pace.daily:
        weeks = _count(max(1, round(likely / 7)), "week")
        return (
            f"{_count_left(tip)}: what was removed came in bursts, and the next is due in about {weeks}."
        )
    return f"{_count_left(tip)}, and about {pace.per_day * 7:.2g} a week are removed."


def _count_left(tip: Observation) -> str:
    verb = "is" if tip.violations == 1 else "are"
    return f"{'At least ' if tip.lower_bound else ''}{_count(tip.violations, 'violation')} {verb} left"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
