"""Render the trend of a contract with its forecast, and cache it until the branch or the day changes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.lru_cache import LruCache
from archguard_api import models
from archguard_api.errors import NotFoundError
from archguard_api.services.contract_status import judge_status
from archguard_api.services.downsample import downsample
from archguard_api.services.freshness import Freshness, measure_freshness
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archguard_api.models import Branch, TipContract, TrendRow
    from archguard_api.services.plan_outlook import PlanOutlook, PlanOutlooks
    from archguard_api.store import Store

_CACHED_TRENDS = 256
_NO_CONTRACT = "The branch has no such contract, and never had."


@dataclass(frozen=True, slots=True)
class TrendWindow:
    """The requested part of a trend."""

    since: int | None
    """Seconds since 1970; None for the beginning."""
    until: int | None
    """Seconds since 1970, inclusive; None for the end."""
    points: int
    """The maximum number of points."""


class TrendRenderer:
    """Renders and caches trends; a process needs one."""

    def __init__(self, plans: PlanOutlooks, clock: Callable[[], float] = time.time) -> None:
        self._plans = plans
        self._bodies: LruCache[tuple[object, ...], bytes] = LruCache(_CACHED_TRENDS)
        self._clock = clock

    def render(
        self, store: Store, project: str, branch: Branch, contract: str | None, window: TrendWindow
    ) -> tuple[bytes, int | None]:
        """Return the trend of a contract as JSON, by default of the first contract.

        With it comes the moment, in seconds since 1970, when time alone changes it; None: never.

        Raises:
            NotFoundError: the branch has no such contract.
        """
        now = int(self._clock())
        freshness = _measure_freshness(store, project, branch, window, now)
        outlook = self._plans.get(store, project, branch)
        version = (branch.version, outlook.plan)
        key = (project, branch.name, version, contract, window, now // DAY, freshness)
        body = self._bodies.get(key)
        if body is None:
            trend = _make_trend(store, project, branch, contract, window, freshness, outlook, now)
            body = trend.model_dump_json().encode()
            self._bodies.put(key, body)
        return body, freshness.holds_until

    def make(
        self, store: Store, project: str, branch: Branch, contract: str | None, window: TrendWindow
    ) -> models.Trend:
        """Return the trend of a contract, by default of the first contract.

        Raises:
            NotFoundError: the branch has no such contract.
        """
        now = int(self._clock())
        freshness = _measure_freshness(store, project, branch, window, now)
        outlook = self._plans.get(store, project, branch)
        return _make_trend(store, project, branch, contract, window, freshness, outlook, now)


def _measure_freshness(
    store: Store, project: str, branch: Branch, window: TrendWindow, now: int
) -> Freshness:
    """Measure a branch's freshness; what ends in the past by request is not stale."""
    if branch.tip is None:
        raise NotFoundError(_NO_CONTRACT)
    is_past = window.until is not None and window.until < now
    limit = None if is_past else store.get_stale_limit(project)
    return measure_freshness(branch, branch.tip, limit, now)


def _make_trend(
    store: Store,
    project: str,
    branch: Branch,
    contract: str | None,
    window: TrendWindow,
    freshness: Freshness,
    outlook: PlanOutlook,
    now: int,
) -> models.Trend:
    chosen = _choose_contract(store.get_contracts_at_tip(project, branch.name), contract)
    name = chosen.contract.id
    points = store.get_trend_rows(project, name, branch.name)
    shown = downsample(_select_points(points, window), window.points)
    line = store.get_line_summary(project, branch.name)
    lines = {one.contract: one for one in line.contracts} if line else {}
    observations = lines[name].list_observations() if name in lines else []
    status = judge_status(
        chosen, observations, freshness, outlook.contracts.get(chosen.contract.id), now
    )
    return models.Trend(
        project=project,
        contract=chosen.contract.id,
        branch=branch.name,
        state=status.state,
        sentence=status.sentence,
        stale=freshness.stale,
        stale_days=freshness.stale_days,
        last_commit_at=freshness.last_commit_at,
        last_seen_at=freshness.last_seen_at,
        rebuilding=branch.rebuilding,
        retired=chosen.retired,
        previous_ids=chosen.previous_ids,
        unread_naming=status.unread_naming,
        points=tuple(row.make_point() for row in shown),
        forecast=status.forecast,
        plan=status.plan,
        summary=_summarize(store, project, branch.name, name, points),
    )


def _choose_contract(contracts: Sequence[TipContract], name: str | None) -> TipContract:
    for contract in contracts:
        if name in (None, contract.contract.id):
            return contract
    for contract in contracts:
        if name in contract.previous_ids:
            return contract
    raise NotFoundError(_NO_CONTRACT)


def _select_points(points: Sequence[TrendRow], window: TrendWindow) -> Sequence[TrendRow]:
    if window.since is None and window.until is None:
        return points
    since = window.since if window.since is not None else -1
    until = window.until if window.until is not None else 2**62
    return [point for point in points if since <= point.committed_at <= until]


def _summarize(
    store: Store, project: str, branch: str, contract: str, points: Sequence[TrendRow]
) -> models.TrendSummary | None:
    counts = [point.violations for point in points if point.violations is not None]
    if not counts:
        return None
    first, last = points[0], points[-1]
    highest = max(counts)
    return models.TrendSummary(
        first=next(point for point in points if point.violations is not None).make_count(),
        highest=next(point for point in points if point.violations == highest).make_count(),
        now=next(point for point in reversed(points) if point.violations is not None).make_count(),
        sealed_since=_find_sealed_since(points),
        reintroduced=sum(point.reintroduced for point in points),
        days=max(0, last.committed_at - first.committed_at) // DAY,
        points=len(points),
        oldest_open=store.find_oldest_violation(project, branch, contract),
    )


def _find_sealed_since(points: Sequence[TrendRow]) -> models.Moment | None:
    since = None
    for point in reversed(points):
        if point.violations != 0 or point.lower_bound:
            break
        since = point
    return models.Moment(since.commit.hex(), since.committed_at) if since else None
