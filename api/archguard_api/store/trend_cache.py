"""Cache the trends of contracts: read all points once, then only new ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, select

from archguard.lru_cache import LruCache
from archguard_api.models import TrendRow
from archguard_api.store import generations
from archguard_api.store.contract_lines import list_previous_ids
from archguard_api.store.schema import commits, names, points, snapshots

if TYPE_CHECKING:
    from sqlalchemy import Column, ColumnElement, Connection, Row

_MAX_POINTS = 2_000_000
"""About 300 bytes each."""


def _if_judged(column: Column[Any]) -> ColumnElement[Any]:
    return case((points.c.judged, column), else_=None)


_COLUMNS = (
    commits.c.hash,
    snapshots.c.committed_at,
    _if_judged(points.c.violations),
    _if_judged(points.c.exposure),
    points.c.added,
    points.c.fixed,
    points.c.reintroduced,
    points.c.lower_bound,
    snapshots.c.unread,
    _if_judged(points.c.adoption),
    _if_judged(points.c.kept),
    points.c.unknown,
    _if_judged(points.c.dropped),
    _if_judged(points.c.allowed),
    points.c.position,
)
"""The fields of `TrendRow`."""


@dataclass(frozen=True, slots=True)
class _CachedTrend:
    epoch: int
    """The branch's epoch: a rebuild makes the points invalid."""
    length: int
    """The branch's length when the points were read."""
    points: tuple[TrendRow, ...]


class TrendCache:
    """Reads trends, and caches those used last."""

    def __init__(self) -> None:
        self._trends: LruCache[tuple[int, str], _CachedTrend] = LruCache(
            _MAX_POINTS, lambda trend: len(trend.points) + 1
        )

    def read(self, connection: Connection, branch: Row[Any], contract: str) -> tuple[TrendRow, ...]:
        """Return a contract's points along a branch, oldest first.

        The branch's row must come from the same transaction.
        """
        key = (branch.id, contract)
        cached = self._trends.get(key)
        if cached is None or cached.epoch != branch.epoch or cached.length > branch.length:
            cached = _CachedTrend(branch.epoch, 0, ())
        if cached.length < branch.length:
            new_points = _read_points(connection, branch, contract, cached.length)
            cached = _CachedTrend(branch.epoch, branch.length, cached.points + new_points)
            self._trends.put(key, cached)
        return cached.points

    def read_joined(
        self, connection: Connection, branch: Row[Any], contract: str
    ) -> tuple[TrendRow, ...]:
        """Return what `read` does, with the points that the contract has under its earlier ids."""
        earlier = list_previous_ids(contract, branch.renamed or {})
        lines = [self.read(connection, branch, name) for name in (contract, *earlier)]
        if not any(lines[1:]):
            return lines[0]
        joined = {point.position: point for line in reversed(lines) for point in line}
        return tuple(joined[position] for position in sorted(joined))


def _read_points(
    connection: Connection, branch: Row[Any], contract: str, start: int
) -> tuple[TrendRow, ...]:
    query = (
        select(*_COLUMNS)
        .join(names, names.c.id == points.c.contract_id)
        .join(snapshots, snapshots.c.id == points.c.snapshot_id)
        .join(commits, commits.c.id == snapshots.c.commit_id)
        .where(
            generations.is_visible(points, branch),
            names.c.project_id == branch.project_id,
            names.c.name == contract,
            points.c.position >= start,
        )
        .order_by(points.c.position)
    )
    return tuple(map(TrendRow._make, connection.execute(query).all()))
