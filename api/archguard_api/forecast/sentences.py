"""Why there is a date, or why there is none: one sentence for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archguard_api.forecast.model import Observation
    from archguard_api.forecast.pace import Pace

NOTHING = "There is no snapshot yet."
SEALED = "No violation is left, and the contract keeps it so."


def explain_too_short(days: int, values: int, fewest_days: int, fewest_values: int) -> str:
    """The history is too short for a pace."""
    return (
        f"{_many(values, 'day')} with snapshots over {_many(days, 'day')} are too few for a pace: "
        f"it takes {fewest_values} over {fewest_days}."
    )


def explain_not_sealed(*, lower_bound: bool) -> str:
    """The count is zero, and still not final."""
    if lower_bound:
        return "The count is 0, but a file that could not be read names what the contract forbids."
    return "The count is 0, but the contract is not kept."


def explain_stalled(tip: Observation, days: int) -> str:
    """No lasting change."""
    return f"{_left(tip)}, and the last {_many(days, 'day')} show no lasting change."


def explain_too_slow(tip: Observation, days: int, wait: float) -> str:
    """So slow that a date would be a guess."""
    return (
        f"{_left(tip)}: at the pace of the last {_many(days, 'day')} that takes about "
        f"{_many(round(wait / 7), 'week')}, too long for a date from what was seen."
    )


def explain_growing(tip: Observation, per_week: float) -> str:
    """More every week."""
    return f"{_left(tip)}, and about {-per_week:.2g} a week are added."


def explain_shrinking(tip: Observation, pace: Pace, likely: float, *, open_end: bool) -> str:
    """Why this date."""
    if open_end:
        return f"{_left(tip)}: what was removed came in so few bursts that the end is open."
    if tip.violations < pace.daily:
        weeks = _many(max(1, round(likely / 7)), "week")
        return f"{_left(tip)}: what was removed came in bursts, and the next is due in about {weeks}."
    return f"{_left(tip)}, and about {pace.per_day * 7:.2g} a week are removed."


def _left(tip: Observation) -> str:
    verb = "is" if tip.violations == 1 else "are"
    return f"{'At least ' if tip.lower_bound else ''}{_many(tip.violations, 'violation')} {verb} left"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
