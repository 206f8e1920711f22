"""Read the figures of all projects at once, and keep them until a project's tip is another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from archguard.lru_cache import LruCache
from archguard_api.models import ProjectFigures
from archguard_api.store.schema import branches, projects, snapshots

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection, Row

    from archguard_api.store.snapshot_reader import SnapshotReader

_CACHED_TIPS = 10_000
_TIPS = (
    select(
        projects.c.name,
        snapshots.c.id,
        snapshots.c.facts_id,
        snapshots.c.unread,
        snapshots.c.committed_at,
    )
    .join(branches, branches.c.project_id == projects.c.id)
    .join(snapshots, snapshots.c.id == branches.c.tip_id)
    .where(branches.c.name == projects.c.default_branch)
    .order_by(projects.c.name)
)


class FiguresReader:
    """Reads the figures of projects; a snapshot never changes, so those of a tip are computed once."""

    def __init__(self, snapshot_reader: SnapshotReader) -> None:
        self._snapshot_reader = snapshot_reader
        self._figures: LruCache[int, ProjectFigures] = LruCache(_CACHED_TIPS)

    def read_all(self, connection: Connection) -> Mapping[str, ProjectFigures]:
        """Return the figures of every project whose default branch has a snapshot, by name."""
        tips: Iterable[Row[Any]] = connection.execute(_TIPS)
        return {tip.name: self._read(connection, tip) for tip in tips}

    def _read(self, connection: Connection, tip: Row[Any]) -> ProjectFigures:
        figures = self._figures.get(tip.id)
        if figures is None:
            facts = self._snapshot_reader.read_facts(connection, tip)
            contracts = [contract for contract in facts.contracts if not contract.unjudged]
            figures = ProjectFigures(
                violations=sum(contract.violations for contract in contracts),
                exposure=sum(contract.exposure for contract in contracts),
                contracts=len(contracts),
                broken=sum(not contract.kept for contract in contracts),
                lower_bound=any(contract.lower_bound for contract in contracts),
                unread=tip.unread,
                committed_at=tip.committed_at,
            )
            self._figures.put(tip.id, figures)
        return figures
