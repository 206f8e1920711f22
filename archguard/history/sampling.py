"""Choose commits of a history: all of them, or the last of each day, week or month."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.sources.git.history import CommitInfo


class SamplingPeriod(StrEnum):
    """The period of which one commit is chosen."""

    COMMIT = "commit"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def sample_commits(
    commits: Sequence[CommitInfo],
    every: SamplingPeriod,
    *,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> list[CommitInfo]:
    """Return the last commit of each period, in the order of `commits`.

    Args:
        commits: oldest first by descent; their dates may be in any order.
        every: the period. Days begin at midnight UTC, weeks on Monday.
        since: leave out commits before this day.
        until: leave out commits after this day.
    """
    last_of_period: dict[object, int] = {}
    for number, commit in enumerate(commits):
        time = datetime.datetime.fromtimestamp(commit.committed_at, datetime.UTC)
        day = time.date()
        if (since is None or day >= since) and (until is None or day <= until):
            last_of_period[_period(time, every, number)] = number
    return [commits[number] for number in sorted(last_of_period.values())]


def _period(time: datetime.datetime, every: SamplingPeriod, number: int) -> object:
    if every is SamplingPeriod.DAY:
        return time.date()
    if every is SamplingPeriod.WEEK:
        return time.isocalendar()[:2]
    if every is SamplingPeriod.MONTH:
        return time.year, time.month
    return number
