"""The trend of a contract as finished bytes, kept until its branch changes or the day does."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.lru_cache import LruCache
from archguard_api import models
from archguard_api.errors import NotFoundError
from archguard_api.services.downsample import downsample
from archguard_api.services.outlook import forecast_contract
from archguard_api.store import ViolationFilter
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard_api.models import Branch, OpenViolation, TipContract, TrendPoint
    from archguard_api.store import Store

_KEPT = 256


@dataclass(frozen=True, slots=True)
class Window:
    """What part of the line is asked for, and in how many points."""

    since: int | None
    until: int | None
    """Seconds since 1970, the last one included."""
    points: int


class Trends:
    """One for each process."""

    def __init__(self) -> None:
        self._bodies: LruCache[tuple[object, ...], bytes] = LruCache(_KEPT)

    def draw(
        self, store: Store, project: str, branch: Branch, contract: str | None, window: Window
    ) -> bytes:
        """The trend as JSON.

        Raises:
            NotFoundError: the branch's tip has no such contract.
        """
        now = int(time.time())
        key = (project, branch.name, branch.version, contract, window, now // DAY)
        body = self._bodies.get(key)
        if body is None:
            body = _trend(store, project, branch, contract, window, now).model_dump_json().encode()
            self._bodies.put(key, body)
        return body


def _trend(
    store: Store, project: str, branch: Branch, contract: str | None, window: Window, now: int
) -> models.Trend:
    chosen = _contract(store.get_contracts_at_tip(project, branch.name), contract)
    line = store.get_trend(project, chosen.contract.id, branch.name)
    shown = downsample(_within(line, window), window.points)
    return models.Trend(
        project=project,
        contract=chosen.contract.id,
        branch=branch.name,
        points=tuple(shown),
        forecast=forecast_contract(line, chosen.contract, now) if line else None,
        summary=_summary(store, project, branch.name, chosen.contract.id, line),
    )


def _contract(contracts: Sequence[TipContract], name: str | None) -> TipContract:
    for one in contracts:
        if name in (None, one.contract.id):
            return one
    raise NotFoundError("The branch's tip has no such contract.")


def _within(line: Sequence[TrendPoint], window: Window) -> Sequence[TrendPoint]:
    if window.since is None and window.until is None:
        return line
    since = window.since if window.since is not None else -1
    until = window.until if window.until is not None else 2**62
    return [point for point in line if since <= point.committed_at <= until]


def _summary(
    store: Store, project: str, branch: str, contract: str, line: Sequence[TrendPoint]
) -> models.TrendSummary | None:
    if not line:
        return None
    first, last = line[0], line[-1]
    oldest = store.list_open_violations(
        project, branch, ViolationFilter(contract=contract), sort="introduced", limit=1
    )
    return models.TrendSummary(
        first=_count(first),
        highest=_count(max(line, key=lambda point: point.violations)),
        now=_count(last),
        sealed_since=_sealed_since(line),
        days=max(0, last.committed_at - first.committed_at) // DAY,
        points=len(line),
        oldest_open=_oldest(oldest.items[0]) if oldest.items else None,
    )


def _sealed_since(line: Sequence[TrendPoint]) -> models.Moment | None:
    since = None
    for point in reversed(line):
        if point.violations or point.lower_bound:
            break
        since = point
    return models.Moment(since.commit, since.committed_at) if since else None


def _count(point: TrendPoint) -> models.ViolationCount:
    return models.ViolationCount(point.commit, point.committed_at, point.violations, point.reintroduced)


def _oldest(violation: OpenViolation) -> models.OldestViolation:
    return models.OldestViolation(
        importer=violation.importer, imported=violation.imported, introduced=violation.introduced
    )
