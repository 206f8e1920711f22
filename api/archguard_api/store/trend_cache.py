"""A contract's line of points, read once and then only as it grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from archguard_api.models.records import TrendPoint
from archguard_api.store.lru_cache import LruCache
from archguard_api.store.schema import commits, names, points, snapshots

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_POINTS = 2_000_000
"""How many are kept, some 300 bytes each."""


@dataclass(frozen=True, slots=True)
class _Read:
    epoch: int
    length: int
    """Of the branch's line: up to there the points are read."""
    points: tuple[TrendPoint, ...]


class TrendCache:
    """Keeps the trends that were asked for."""

    def __init__(self) -> None:
        self._read: LruCache[tuple[int, str], _Read] = LruCache(_POINTS, lambda one: len(one.points) + 1)

    def read(self, connection: Connection, branch: Row[Any], contract: str) -> tuple[TrendPoint, ...]:
        """A contract's points along a branch, oldest first; the branch's row is of the same view."""
        key = (branch.id, contract)
        kept = self._read.get(key)
        if kept is None or kept.epoch != branch.epoch or kept.length > branch.length:
            kept = _Read(branch.epoch, 0, ())
        if kept.length < branch.length:
            more = _points(connection, branch, contract, kept.length)
            kept = _Read(branch.epoch, branch.length, kept.points + more)
            self._read.put(key, kept)
        return kept.points


def _points(
    connection: Connection, branch: Row[Any], contract: str, start: int
) -> tuple[TrendPoint, ...]:
    query = (
        select(
            commits.c.hash,
            snapshots.c.committed_at,
            points.c.violations,
            points.c.exposure,
            points.c.added,
            points.c.fixed,
            points.c.reintroduced,
            points.c.lower_bound,
            snapshots.c.unread,
            points.c.adoption,
            points.c.kept,
            points.c.position,
        )
        .join(names, names.c.id == points.c.contract_id)
        .join(snapshots, snapshots.c.id == points.c.snapshot_id)
        .join(commits, commits.c.id == snapshots.c.commit_id)
        .where(
            points.c.branch_id == branch.id,
            names.c.project_id == branch.project_id,
            names.c.name == contract,
            points.c.position >= start,
        )
        .order_by(points.c.position)
    )
    rows = connection.execute(query)
    return tuple([TrendPoint(commit.hex(), *rest) for commit, *rest in rows])
