"""Turn observations into one count a day, since commits come in bursts."""

from __future__ import annotations

import bisect
import datetime
from typing import TYPE_CHECKING, NamedTuple

from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard_api.forecast.model import Observation


class DailyCount(NamedTuple):
    """The number of violations at the end of a day."""

    violations: int
    age: int
    """The number of days since the observation, which may be older than the day itself."""


def sort_observations(observations: Sequence[Observation], now: int) -> list[tuple[int, int]]:
    """Return each observation as (day since 1970, count), sorted by time.

    The last observation is the branch's tip and stays last, whatever its time. Of the others, those
    after `now` are left out.
    """
    *earlier, tip = observations
    times = sorted((one.at, one.violations) for one in earlier if one.at <= now)
    at = max([min(tip.at, now), *(time for time, _ in times[-1:])])
    return [(time // DAY, count) for time, count in [*times, (at, tip.violations)]]


def count_by_day(points: Sequence[tuple[int, int]], today: int, days: int) -> list[DailyCount]:
    """Return the counts at the end of each of the last `days` days and of today, oldest first.

    A day without an observation has the count of the day before. Days before the first observation are
    left out.
    """
    known = [day for day, _ in points]
    latest = (
        bisect.bisect_right(known, day) - 1 for day in range(max(today - days, known[0]), today + 1)
    )
    return [DailyCount(points[index][1], today - points[index][0]) for index in latest]


def make_date(day: int) -> datetime.date:
    """Return the date of a day, given as days since 1970."""
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=day)
