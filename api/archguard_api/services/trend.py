"""The trend of a contract as finished bytes, kept until its branch changes or the day does."""

from __future__ import annotations

import datetime
import hashlib
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard_api import models
from archguard_api.errors import NotFoundError
from archguard_api.forecast import Forecast, Observation, forecast
from archguard_api.services.downsample import downsample
from archguard_api.store import ViolationFilter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.snapshot import Contract
    from archguard_api.models.records import Branch, ContractNow, TrendPoint
    from archguard_api.store import Store

DAY = 86_400
_KEPT = 256


@dataclass(frozen=True, slots=True)
class TrendWindow:
    """What part of the line is asked for, and in how many points."""

    since: int | None
    until: int | None
    """Seconds since 1970, the last one included."""
    points: int


@dataclass(frozen=True, slots=True)
class RenderedTrend:
    """A finished answer."""

    body: bytes
    etag: str


class TrendRenderer:
    """One for each process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], RenderedTrend] = OrderedDict()
        self._lock = threading.Lock()

    def render(
        self, store: Store, project: str, branch: Branch, contract: str | None, window: TrendWindow
    ) -> RenderedTrend:
        """The trend.

        Raises:
            NotFoundError: the branch's tip has no such contract.
        """
        now = int(time.time())
        key = (project, branch.name, branch.version, contract, window, now // DAY)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        body = _trend(store, project, branch, contract, window, now).model_dump_json().encode()
        drawn = RenderedTrend(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
        with self._lock:
            self._kept[key] = drawn
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return drawn


def _trend(
    store: Store, project: str, branch: Branch, contract: str | None, window: TrendWindow, now: int
) -> models.Trend:
    chosen = _contract(store.get_contracts_at_tip(project, branch.name), contract)
    line = store.get_trend(project, chosen.contract.id, branch.name)
    shown = downsample(_within(line, window), window.points)
    return models.Trend(
        project=project,
        contract=chosen.contract.id,
        branch=branch.name,
        points=tuple(map(models.Point.model_validate, shown)),
        forecast=models.Forecast.model_validate(forecast_contract(line, chosen.contract, now))
        if line
        else None,
        summary=_summary(store, project, branch.name, chosen.contract.id, line),
    )


def forecast_contract(line: Sequence[TrendPoint], contract: Contract, now: int) -> Forecast:
    """When the contract's violations will be gone, or why nobody can say.

    Args:
        line: its points, the branch's tip last.
        contract: its verdict at the tip.
        now: seconds since 1970; a tip with a clock that is ahead is now.
    """
    observations = [
        Observation(point.committed_at, point.violations, point.lower_bound) for point in line
    ]
    now = max([now, *(point.committed_at for point in line[-1:])])
    return forecast(observations, deadline=contract.deadline, now=now, kept=contract.kept)


def _contract(contracts: Sequence[ContractNow], name: str | None) -> ContractNow:
    for one in contracts:
        if name in (None, one.contract.id):
            return one
    raise NotFoundError("The branch's tip has no such contract.")


def _within(line: Sequence[TrendPoint], window: TrendWindow) -> Sequence[TrendPoint]:
    if window.since is None and window.until is None:
        return line
    since = window.since if window.since is not None else -1
    until = window.until if window.until is not None else 2**62
    return [point for point in line if since <= point.committed_at <= until]


def _summary(
    store: Store, project: str, branch: str, contract: str, line: Sequence[TrendPoint]
) -> models.Summary | None:
    if not line:
        return None
    first, last = line[0], line[-1]
    oldest = store.list_open_violations(
        project, branch, ViolationFilter(contract=contract), sort="introduced", limit=1
    )
    return models.Summary(
        first=models.Value.model_validate(first),
        highest=models.Value.model_validate(max(line, key=lambda point: point.violations)),
        now=models.Value.model_validate(last),
        sealed_since=_sealed_since(line),
        days=max(0, last.committed_at - first.committed_at) // DAY,
        points=len(line),
        oldest_open=models.Oldest.model_validate(oldest.items[0]) if oldest.items else None,
    )


def _sealed_since(line: Sequence[TrendPoint]) -> models.Moment | None:
    since = None
    for point in reversed(line):
        if point.violations or point.lower_bound:
            break
        since = point
    return models.Moment.model_validate(since) if since else None


def parse_moment(text: str, *, end: bool) -> int:
    """A date, or a moment in RFC 3339, in seconds since 1970; a date's first or last one.

    Raises:
        ValueError: it is neither.
    """
    if len(text) == len("2026-03-01"):
        date = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
        return int(date.timestamp()) + (DAY - 1 if end else 0)
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return int(moment.timestamp())
