"""Summarize projects: all contracts together, cached until the default branch or the day changes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from archguard.lru_cache import LruCache
from archguard_api import models
from archguard_api.forecast import State
from archguard_api.services.contract_status import judge_status
from archguard_api.services.downsample import downsample
from archguard_api.services.freshness import Freshness, measure_freshness
from archguard_api.services.sentence import Standing, compose_sentence
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archguard_api.models import Branch, TrendPoint
    from archguard_api.store import Store

    Trend = Sequence[TrendPoint]

CHANGE_SECONDS = 30 * DAY
CURVE_POINTS = 60
_CACHED_PROJECTS = 1000
_WORST_FIRST = (
    State.STALE,
    State.GROWING,
    State.STALLED,
    State.SHRINKING,
    State.TOO_SHORT,
    State.SEALED,
)


class ProjectSummaries:
    """Computes and caches summaries; a process needs one."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._summaries: LruCache[tuple[object, ...], models.ProjectSummary] = LruCache(_CACHED_PROJECTS)
        self._clock = clock

    def get(
        self, store: Store, project: str, branch_name: str | None = None
    ) -> tuple[models.ProjectSummary | None, int | None]:
        """Summarize a branch, by default the default one; the summary is None if it has no snapshot.

        With it comes the moment, in seconds since 1970, when time alone changes it; None: never.
        """
        branch = store.get_branch(project, branch_name)
        if branch is None or branch.tip is None:
            return None, None
        now = int(self._clock())
        freshness = measure_freshness(branch, branch.tip, store.get_stale_limit(project), now)
        key = (project, branch.name, branch.version, now // DAY, freshness)
        summary = self._summaries.get(key)
        if summary is None:
            summary = _summarize(store, project, branch, freshness, now)
            self._summaries.put(key, summary)
        return summary, freshness.holds_until


def _summarize(
    store: Store, project: str, branch: Branch, freshness: Freshness, now: int
) -> models.ProjectSummary:
    present = [row for row in store.get_contracts_at_tip(project, branch.name) if row.retired is None]
    tip = [row for row in present if not row.contract.unjudged]
    contracts = [row.contract for row in tip]
    trends = [store.get_trend(project, contract.id, branch.name) for contract in contracts]
    standings = [
        judge_status(row, trend, freshness, now) for row, trend in zip(tip, trends, strict=True)
    ]
    states = {standing.state for standing in standings}
    state = next((state for state in _WORST_FIRST if state in states), State.TOO_SHORT)
    violations = sum(contract.violations for contract in contracts)
    lower_bound = any(contract.lower_bound for contract in contracts)
    unread = present[0].unread if present else 0
    sentence = compose_sentence(
        Standing(
            state=state,
            violations=violations if tip or not present else None,
            lower_bound=lower_bound,
            stale_days=freshness.stale_days,
            last_commit_at=freshness.last_commit_at,
            unread=unread,
            unread_naming=max((one.unread_naming for one in standings), default=0),
            undecided=sum(len(contract.undecided) for contract in contracts),
        ),
        now,
    )
    return models.ProjectSummary(
        violations=violations,
        lower_bound=lower_bound,
        state=state,
        sentence=sentence,
        stale=freshness.stale,
        stale_days=freshness.stale_days,
        last_commit_at=freshness.last_commit_at,
        last_seen_at=freshness.last_seen_at,
        rebuilding=branch.rebuilding,
        change_30_days=count_change_since(trends, now - CHANGE_SECONDS),
        curve=tuple(downsample(list(sum_trends(trends)), CURVE_POINTS)),
        contracts=len(present),
        broken=sum(not contract.kept for contract in contracts),
        unread=unread,
    )


def sum_trends(trends: Sequence[Trend]) -> Iterator[models.CurvePoint]:
    """Yield the sums of trends of one branch at each position.

    A contract without a point at a position counts as at its last point before, or 0 if there is none.
    """
    by_position: dict[int, list[tuple[int, int, TrendPoint]]] = {}
    for number, trend in enumerate(trends):
        for point in trend:
            if point.violations is not None:
                by_position.setdefault(point.position, []).append((number, point.violations, point))
    counts = [0] * len(trends)
    for position in sorted(by_position):
        points = by_position[position]
        for number, violations, _ in points:
            counts[number] = violations
        yield models.CurvePoint(
            points[0][2].committed_at, sum(counts), sum(point.reintroduced for *_, point in points)
        )


def count_change_since(trends: Sequence[Trend], moment: int) -> int | None:
    """Return the change of the number of violations since a moment, in seconds since 1970.

    Contracts without a point up to that moment are left out; None if that leaves no contract.
    """
    changes = [
        last - before
        for trend in trends
        if (before := _find_last_count(trend, moment)) is not None
        and (last := _find_last_count(trend)) is not None
    ]
    return sum(changes) if changes else None


def _find_last_count(trend: Trend, moment: int | None = None) -> int | None:
    """Return the last count of a trend, up to a moment; None if there is none."""
    return next(
        (
            point.violations
            for point in reversed(trend)
            if point.violations is not None and (moment is None or point.committed_at <= moment)
        ),
        None,
    )
