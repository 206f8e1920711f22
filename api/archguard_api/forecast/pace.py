"""How fast a count has been falling, and in how many bursts."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard_api.forecast.daily_counts import DailyCount

MIN_DAYS = 14
"""Days that a pace is measured over, at least."""
DAYS_PER_WEEK = 7


@dataclass(frozen=True, slots=True)
class Pace:
    """What the recent days say."""

    per_day: float
    """Violations removed a day, robustly; negative: added."""
    removed: int
    """Violations removed in all; negative: added."""
    bursts: float
    """In how many equal weeks of work the same net change would have come; 1 for one sudden drop, near
    0 where what was removed and what was added cancel out."""
    weekly: float
    """Violations that a typical week of work changed."""
    daily: float
    """Violations that a typical day of work changed."""


def measure_pace(days: Sequence[DailyCount]) -> Pace:
    """The pace of counts day by day, oldest first.

    A slope is measured from the observation, but counts once for each day that it held: a line that is
    seen once a week is a line.
    """
    counts = [day.violations for day in days]
    today = counts[-1]
    per_day = statistics.median((day.violations - today) / max(1, day.age) for day in days[:-1])
    moved = counts if per_day < 0 else counts[_last_peak(counts) :]
    weeks = _changes(moved, DAYS_PER_WEEK)
    squares = sum(change * change for change in weeks) / DAYS_PER_WEEK
    removed = moved[0] - today
    return Pace(
        per_day=per_day,
        removed=removed,
        bursts=removed * removed / squares if squares else 0.0,
        weekly=_typical(weeks),
        daily=_typical(_changes(moved, 1)),
    )


def _last_peak(counts: Sequence[int]) -> int:
    """Where the way down began."""
    return max(range(len(counts)), key=lambda day: (counts[day], day))


def _changes(counts: Sequence[int], days: int) -> list[int]:
    """What each span of so many days removed; every span that touches the counts: days count alike."""
    padded = [counts[0]] * (days - 1) + list(counts) + [counts[-1]] * (days - 1)
    return [before - after for before, after in zip(padded, padded[days:], strict=False)]


def _typical(changes: Sequence[int]) -> float:
    """A change's usual size, each weighed by itself: what most of the work came in."""
    total = sum(map(abs, changes))
    return sum(change * change for change in changes) / total if total else 0.0
