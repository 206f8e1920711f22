"""Which commits of a history stand for it: every one, or the last of each day, week or month."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.sources.git.history import CommitInfo


class SamplingPeriod(StrEnum):
    """How often a history is sampled."""

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
    """The last commit of each period, in the order given.

    Args:
        commits: a history, oldest first by descent; its dates may be in any order.
        every: the period. Days are UTC's, weeks begin on Monday.
        since: only commits of this day or later.
        until: only commits of this day or earlier.
    """
    chosen: dict[object, int] = {}
    for number, commit in enumerate(commits):
        moment = datetime.datetime.fromtimestamp(commit.committed_at, datetime.UTC)
        day = moment.date()
        if (since is None or day >= since) and (until is None or day <= until):
            chosen[_period(moment, every, number)] = number
    return [commits[number] for number in sorted(chosen.values())]


def _period(moment: datetime.datetime, every: SamplingPeriod, number: int) -> object:
    if every is SamplingPeriod.DAY:
        return moment.date()
    if every is SamplingPeriod.WEEK:
        return moment.isocalendar()[:2]
    if every is SamplingPeriod.MONTH:
        return moment.year, moment.month
    return number
