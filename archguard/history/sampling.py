"""Choose commits of a history: all of them, or the last of each day, week or month."""

from __future__ import annotations

import datetime
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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

    The parents of a commit are then the nearest ancestors that are among them.

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
    return list(_link(commits, set(last_of_period.values())))


def _link(commits: Sequence[CommitInfo], sample: set[int]) -> Iterator[CommitInfo]:
    """Yield some commits, given their indexes, each with the nearest of them that it descends from.

    An ancestor of another one is not among the nearest.
    """
    if len(sample) == len(commits):
        yield from commits
        return
    nearest: dict[str, tuple[str, ...]] = {}
    bits: dict[str, int] = {}
    """Commit of the sample -> its own bit."""
    ancestors: dict[str, int] = {}
    """Commit of the sample -> the bits of its ancestors."""
    for number, commit in enumerate(commits):
        lines = (nearest.get(parent, ()) for parent in commit.parents)
        candidates = dict.fromkeys(ancestor for line in lines for ancestor in line)
        older = 0
        for candidate in candidates:
            older |= ancestors[candidate]
        parents = tuple(candidate for candidate in candidates if not bits[candidate] & older)
        if number not in sample:
            nearest[commit.id] = parents
            continue
        bits[commit.id] = 1 << len(bits)
        ancestors[commit.id] = older | sum(bits[parent] for parent in parents)
        nearest[commit.id] = (commit.id,)
        yield replace(commit, parents=parents)


def _period(time: datetime.datetime, every: SamplingPeriod, number: int) -> object:
    if every is SamplingPeriod.DAY:
        return time.date()
    if every is SamplingPeriod.WEEK:
        return time.isocalendar()[:2]
    if every is SamplingPeriod.MONTH:
        return time.year, time.month
    return number
