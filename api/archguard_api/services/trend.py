"""Render the trend of a contract with its forecast, and cache it until the branch or the day changes."""

from __future__ import annotations

import datetime
import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard_api import models
from archguard_api.errors import NotFoundError
from archguard_api.forecast import Forecast, Observation, forecast
from archguard_api.services.downsample import downsample
from archguard_api.store import ViolationFilter
from archguard_api.store.lru_cache import LruCache

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.snapshot import Contract
    from archguard_api.models.records import Branch, ContractNow, TrendPoint
    from archguard_api.store import Store

DAY = 86_400
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


@dataclass(frozen=True, slots=True)
class RenderedTrend:
    """The body of an answer and its ETag."""

    body: bytes
    etag: str


class TrendRenderer:
    """Renders and caches trends; a process needs one."""

    def __init__(self) -> None:
        self._trends: LruCache[tuple[object, ...], RenderedTrend] = LruCache(_CACHED_TRENDS)

    def render(
        self, store: Store, project: str, branch: Branch, contract: str | None, window: TrendWindow
    ) -> RenderedTrend:
        """Return the trend of a contract, by default of the first one.

        Raises:
            NotFoundError: the branch's tip has no such contract.
        """
        now = int(time.time())
        key = (project, branch.name, branch.version, contract, window, now // DAY)
        rendered = self._trends.get(key)
        if rendered is None:
            trend = _make_trend(store, project, branch, contract, window, now)
            body = trend.model_dump_json().encode()
            rendered = RenderedTrend(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
            self._trends.put(key, rendered)
        return rendered


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
        points=tuple(map(models.Point.model_validate, shown)),
        forecast=models.Forecast.model_validate(forecast_contract(points, chosen.contract, now))
        if points
        else None,
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


def _choose_contract(contracts: Sequence[ContractNow], name: str | None) -> ContractNow:
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
) -> models.Summary | None:
    if not points:
        return None
    first, last = points[0], points[-1]
    oldest = store.list_open_violations(
        project, branch, ViolationFilter(contract=contract), sort="introduced", limit=1
    )
    return models.Summary(
        first=models.Value.model_validate(first),
        highest=models.Value.model_validate(max(points, key=lambda point: point.violations)),
        now=models.Value.model_validate(last),
        sealed_since=_find_sealed_since(points),
        days=max(0, last.committed_at - first.committed_at) // DAY,
        points=len(points),
        oldest_open=models.Oldest.model_validate(oldest.items[0]) if oldest.items else None,
    )


def _find_sealed_since(points: Sequence[TrendPoint]) -> models.Moment | None:
    since = None
    for point in reversed(points):
        if point.violations or point.lower_bound:
            break
        since = point
    return models.Moment.model_validate(since) if since else None


def parse_moment(text: str, *, end: bool) -> int:
    """Parse a date or an RFC 3339 time; return seconds since 1970.

    For a date this is its first second, or with `end` its last one.

    Raises:
        ValueError: the text is neither a date nor a time.
    """
    if len(text) == len("2026-03-01"):
        date = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
        return int(date.timestamp()) + (DAY - 1 if end else 0)
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return int(moment.timestamp())
