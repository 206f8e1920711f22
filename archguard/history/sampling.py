"""Which commits of a history stand for it: every one, or the last of each day, week or month."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.sources.git.history import CommitInfo


class Every(StrEnum):
    """How often a history is sampled."""

    COMMIT = "commit"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def sample(
    commits: Sequence[CommitInfo],
    every: Every,
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


def _period(moment: datetime.datetime, every: Every, number: int) -> object:
    if every is Every.DAY:
        return moment.date()
    if every is Every.WEEK:
        return moment.isocalendar()[:2]
    if every is Every.MONTH:
        return moment.year, moment.month
    return number
