"""Render the trend of a contract with its forecast, and cache it until the branch or the day changes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.lru_cache import LruCache
from archguard_api import models
from archguard_api.errors import NotFoundError
from archguard_api.forecast import Forecast, Observation, forecast
from archguard_api.services.downsample import downsample
from archguard_api.store import ViolationFilter
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.snapshot import Contract
    from archguard_api.models import Branch, OpenViolation, TipContract, TrendPoint
    from archguard_api.store import Store

_CACHED_TRENDS = 256


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

    def __init__(self) -> None:
        self._bodies: LruCache[tuple[object, ...], bytes] = LruCache(_CACHED_TRENDS)

    def render(
        self, store: Store, project: str, branch: Branch, contract: str | None, window: TrendWindow
    ) -> bytes:
        """Return the trend of a contract as JSON, by default of the first contract.

        Raises:
            NotFoundError: the branch's tip has no such contract.
        """
        now = int(time.time())
        key = (project, branch.name, branch.version, contract, window, now // DAY)
        body = self._bodies.get(key)
        if body is None:
            trend = _make_trend(store, project, branch, contract, window, now)
            body = trend.model_dump_json().encode()
            self._bodies.put(key, body)
        return body


def _make_trend(
    store: Store, project: str, branch: Branch, contract: str | None, window: TrendWindow, now: int
) -> models.Trend:
    chosen = _choose_contract(store.get_contracts_at_tip(project, branch.name), contract)
    points = store.get_trend(project, chosen.contract.id, branch.name)
    shown = downsample(_select_points(points, window), window.points)
    return models.Trend(
        project=project,
        contract=chosen.contract.id,
        branch=branch.name,
        points=tuple(shown),
        forecast=forecast_contract(points, chosen.contract, now) if points else None,
        summary=_summarize(store, project, branch.name, chosen.contract.id, points),
    )


def forecast_contract(points: Sequence[TrendPoint], contract: Contract, now: int) -> Forecast:
    """Forecast when a contract will have no violations left.

    Args:
        points: the contract's trend, the branch's tip last.
        contract: the contract at the tip.
        now: seconds since 1970; a tip dated later counts as now.
    """
    observations = [
        Observation(point.committed_at, point.violations, point.lower_bound) for point in points
    ]
    now = max([now, *(point.committed_at for point in points[-1:])])
    return forecast(observations, deadline=contract.deadline, now=now, kept=contract.kept)


def _choose_contract(contracts: Sequence[TipContract], name: str | None) -> TipContract:
    for contract in contracts:
        if name in (None, contract.contract.id):
            return contract
    raise NotFoundError("The branch's tip has no such contract.")


def _select_points(points: Sequence[TrendPoint], window: TrendWindow) -> Sequence[TrendPoint]:
    if window.since is None and window.until is None:
        return points
    since = window.since if window.since is not None else -1
    until = window.until if window.until is not None else 2**62
    return [point for point in points if since <= point.committed_at <= until]


def _summarize(
    store: Store, project: str, branch: str, contract: str, points: Sequence[TrendPoint]
) -> models.TrendSummary | None:
    if not points:
        return None
    first, last = points[0], points[-1]
    oldest = store.list_open_violations(
        project, branch, ViolationFilter(contract=contract), sort="introduced", limit=1
    )
    return models.TrendSummary(
        first=_count(first),
        highest=_count(max(points, key=lambda point: point.violations)),
        now=_count(last),
        sealed_since=_find_sealed_since(points),
        days=max(0, last.committed_at - first.committed_at) // DAY,
        points=len(points),
        oldest_open=_describe_oldest(oldest.items[0]) if oldest.items else None,
    )


def _find_sealed_since(points: Sequence[TrendPoint]) -> models.Moment | None:
    since = None
    for point in reversed(points):
        if point.violations or point.lower_bound:
            break
        since = point
    return models.Moment(since.commit, since.committed_at) if since else None


def _count(point: TrendPoint) -> models.ViolationCount:
    return models.ViolationCount(point.commit, point.committed_at, point.violations, point.reintroduced)


def _describe_oldest(violation: OpenViolation) -> models.OldestViolation:
    return models.OldestViolation(
        importer=violation.importer, imported=violation.imported, introduced=violation.introduced
    )
