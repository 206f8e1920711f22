"""Measure how fast a count has been falling, and in how many bursts."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard_api.forecast.daily_counts import DailyCount

MIN_DAYS = 14
"""The number of days that a pace is measured over, at least."""
DAYS_PER_WEEK = 7


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace over the recent days."""

    per_day: float
    """Violations removed a day, as a median; negative if added."""
    removed: int
    """Violations removed in total; negative if added."""
    bursts: float
    """The number of equal weeks of work that make the same net change: 1 for one sudden drop, near 0 if
    removals and additions cancel out."""
    weekly: float
    """Violations changed in a typical week of work."""
    daily: float
    """Violations changed in a typical day of work."""


def measure_pace(days: Sequence[DailyCount]) -> Pace:
    """Measure the pace of daily counts, oldest first.

    Slopes are measured from the day of the observation, and count once for each day that it held; so a
    straight line observed once a week has the pace of the line.
    """
    counts = [day.violations for day in days]
    today = counts[-1]
    per_day = statistics.median((day.violations - today) / max(1, day.age) for day in days[:-1])
    moved = counts if per_day < 0 else counts[_find_last_peak(counts) :]
    weekly_changes = _compute_changes(moved, DAYS_PER_WEEK)
    squares = sum(change * change for change in weekly_changes) / DAYS_PER_WEEK
    removed = moved[0] - today
    return Pace(
        per_day=per_day,
        removed=removed,
        bursts=removed * removed / squares if squares else 0.0,
        weekly=_compute_typical_size(weekly_changes),
        daily=_compute_typical_size(_compute_changes(moved, 1)),
    )


def _find_last_peak(counts: Sequence[int]) -> int:
    """Return the index of the last day with the highest count."""
    return max(range(len(counts)), key=lambda day: (counts[day], day))


def _compute_changes(counts: Sequence[int], days: int) -> list[int]:
    """Return the violations removed in each span of `days` days that overlaps the counts."""
    padded = [counts[0]] * (days - 1) + list(counts) + [counts[-1]] * (days - 1)
    return [before - after for before, after in zip(padded, padded[days:], strict=False)]


def _compute_typical_size(changes: Sequence[int]) -> float:
    """Return the typical size of a change: the mean, weighted by size."""
    total = sum(map(abs, changes))
    return sum(change * change for change in changes) / total if total else 0.0
