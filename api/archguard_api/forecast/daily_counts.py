"""Commits come in bursts, so time is what counts: one value for each day, the last one known."""

from __future__ import annotations

import bisect
import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard_api.forecast.model import Observation

DAY = 86_400


class DailyCount(NamedTuple):
    """A count at a day's end."""

    violations: int
    age: int
    """How many days ago it was observed: on that day, or if there was no observation, earlier."""


def sort_observations(observations: Sequence[Observation], now: int) -> list[tuple[int, int]]:
    """Each observation as (day since 1970, count), by time.

    The last observation given is the branch's tip whatever its clock said; of the others, those from
    the future are left out and those from the past find their place.
    """
    *earlier, tip = observations
    times = sorted((one.at, one.violations) for one in earlier if one.at <= now)
    at = max([min(tip.at, now), *(time for time, _ in times[-1:])])
    return [(time // DAY, count) for time, count in [*times, (at, tip.violations)]]


def count_by_day(points: Sequence[tuple[int, int]], today: int, days: int) -> list[DailyCount]:
    """The count at the end of each of the last `days` days and of today, oldest first.

    A day without an observation has the count of the day before it: no commit, no change. Days before
    the first observation are left out.
    """
    known = [day for day, _ in points]
    latest = (
        bisect.bisect_right(known, day) - 1 for day in range(max(today - days, known[0]), today + 1)
    )
    return [DailyCount(points[index][1], today - points[index][0]) for index in latest]


def make_date(day: int) -> datetime.date:
    """The date of a day since 1970."""
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=day)
