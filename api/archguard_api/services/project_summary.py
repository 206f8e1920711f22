"""Summarize projects: all contracts together, cached until the default branch or the day changes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from archguard.lru_cache import LruCache
from archguard_api import models
from archguard_api.forecast import State
from archguard_api.services.downsample import downsample
from archguard_api.services.trend import forecast_contract
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard_api.models import TrendPoint
    from archguard_api.store import Store

    Trend = Sequence[TrendPoint]

CHANGE_SECONDS = 30 * DAY
CURVE_POINTS = 60
_CACHED_PROJECTS = 1000
_WORST_FIRST = (State.GROWING, State.STALLED, State.SHRINKING, State.TOO_SHORT, State.SEALED)


class ProjectSummaries:
    """Computes and caches summaries; a process needs one."""

    def __init__(self) -> None:
        self._summaries: LruCache[tuple[object, ...], models.ProjectSummary] = LruCache(_CACHED_PROJECTS)

    def get(self, store: Store, project: str) -> models.ProjectSummary | None:
        """Summarize a project's default branch; return None if it has no snapshot."""
        branch = store.get_branch(project)
        if branch is None or branch.tip is None:
            return None
        now = int(time.time())
        key = (project, branch.name, branch.version, now // DAY)
        summary = self._summaries.get(key)
        if summary is None:
            summary = _summarize(store, project, branch.name, now)
            self._summaries.put(key, summary)
        return summary


def _summarize(store: Store, project: str, branch: str, now: int) -> models.ProjectSummary:
    tip = store.get_contracts_at_tip(project, branch)
    contracts = [row.contract for row in tip]
    trends = [store.get_trend(project, contract.id, branch) for contract in contracts]
    states = {
        forecast_contract(trend, contract, now).state
        for trend, contract in zip(trends, contracts, strict=True)
    }
    return models.ProjectSummary(
        violations=sum(contract.violations for contract in contracts),
        lower_bound=any(contract.lower_bound for contract in contracts),
        state=next((state for state in _WORST_FIRST if state in states), State.TOO_SHORT),
        change_30_days=count_change_since(trends, now - CHANGE_SECONDS),
        curve=tuple(downsample(list(sum_trends(trends)), CURVE_POINTS)),
        contracts=len(contracts),
        broken=sum(not contract.kept for contract in contracts),
        unread=tip[0].unread if tip else 0,
    )


def sum_trends(trends: Sequence[Trend]) -> Iterator[models.CurvePoint]:
    """Yield the sums of trends of one branch at each position.

    A contract without a point at a position counts as at its last point before, or 0 if there is none.
    """
    by_position: dict[int, list[tuple[int, TrendPoint]]] = {}
    for number, trend in enumerate(trends):
        for point in trend:
            by_position.setdefault(point.position, []).append((number, point))
    counts = [0] * len(trends)
    for position in sorted(by_position):
        points = by_position[position]
        for number, point in points:
            counts[number] = point.violations
        yield models.CurvePoint(
            points[0][1].committed_at, sum(counts), sum(point.reintroduced for _, point in points)
        )


def count_change_since(trends: Sequence[Trend], moment: int) -> int | None:
    """Return the change of the number of violations since a moment, in seconds since 1970.

    Contracts without a point up to that moment are left out; None if that leaves no contract.
    """
    changes = [
        trend[-1].violations - before.violations
        for trend in trends
        if (before := _find_last_until(trend, moment)) is not None
    ]
    return sum(changes) if changes else None


def _find_last_until(trend: Trend, moment: int) -> TrendPoint | None:
    return next((point for point in reversed(trend) if point.committed_at <= moment), None)
