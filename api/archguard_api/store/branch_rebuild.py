"""A branch's line and story, made anew from everything that stands on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import from_json
from sqlalchemy import bindparam, func, select, update

from archguard_api.store import blob_format, commit_links, lifecycle_rows
from archguard_api.store.branch_writer import BranchViolations
from archguard_api.store.commit_order import BranchCommit, order_commits
from archguard_api.store.lifecycle import Judged, SnapshotResult, advance, open_after
from archguard_api.store.schema import branch_snapshots, branches, snapshots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection, Row

    from archguard_api.store.blob_format import Identity
    from archguard_api.store.blobs import BlobStore
    from archguard_api.store.interned_names import NameTable
    from archguard_api.store.lifecycle import Point, ViolationLifecycle


class BranchRebuilder:
    """Makes stale branches right again."""

    def __init__(self, blobs: BlobStore, names: NameTable) -> None:
        self._blobs = blobs
        self._names = names

    def rebuild_if_stale(
        self, connection: Connection, project: int, name: str
    ) -> tuple[int, BranchViolations] | None:
        """Make a branch's line anew; None: it is not stale (any more).

        Args:
            connection: in the transaction that holds the project's row.
            project: the branch's project.
            name: the branch.
        """
        branch = connection.execute(
            select(branches).where(branches.c.project_id == project, branches.c.name == name)
        ).one()
        return (branch.id, self.rebuild(connection, branch)) if branch.stale else None

    def rebuild(self, connection: Connection, branch: Row[Any]) -> BranchViolations:
        """Make the branch's line anew."""
        speaking = _speaking(connection, branch.id)
        standing = [
            BranchCommit(row.commit_id, min(row.committed_at, row.received_at), row.latest)
            for row in speaking.values()
        ]
        line = order_commits(standing, commit_links.read_parents(connection, branch.project_id))
        rows = [speaking[commit] for commit in line.commits]
        fates: dict[Identity, ViolationLifecycle] = {}
        open_: frozenset[Identity] = frozenset()
        told: list[tuple[int, Point]] = []
        for position, chapter in enumerate(self._chapters(connection, branch.project_id, rows)):
            news = advance(fates, open_, chapter)
            fates |= news.new
            fates |= news.changed
            open_ = open_after(open_, chapter)
            told.extend((position, point) for point in news.points)
        lifecycle_rows.replace_lifecycle(connection, branch.id, told, fates)
        _write_positions(connection, branch.id, [row.id for row in rows])
        version = branch.version + 1
        connection.execute(
            update(branches)
            .where(branches.c.id == branch.id)
            .values(
                stale=False,
                version=version,
                epoch=branch.epoch + 1,
                length=len(rows),
                reached=line.reached,
                tip_id=rows[-1].id if rows else None,
            )
        )
        return BranchViolations(version, fates, open_)

    def _chapters(
        self, connection: Connection, project: int, rows: Sequence[Row[Any]]
    ) -> Iterator[SnapshotResult]:
        judged: dict[int, tuple[Judged, ...]] = {}
        last: tuple[int, frozenset[Identity]] | None = None
        for row in rows:
            if row.facts_id not in judged:
                judged[row.facts_id] = self._judged(connection, project, row.facts_id)
            if last is None or last[0] != row.violations_id:
                data = self._blobs.get(connection, row.violations_id)
                last = (row.violations_id, blob_format.unpack_identities(data))
            yield SnapshotResult(row.id, row.committed_at, judged[row.facts_id], last[1])

    def _judged(self, connection: Connection, project: int, facts: int) -> tuple[Judged, ...]:
        contracts = from_json(self._blobs.get(connection, facts))["contracts"]
        numbers = self._names.find_ids(connection, project, [one["id"] for one in contracts])
        return tuple(
            Judged(numbers[one["id"]], *(one[field] for field in Judged._fields[1:]))
            for one in contracts
        )


def _speaking(connection: Connection, branch: int) -> dict[int, Row[Any]]:
    """Of each commit the snapshot that was received last, and when the commit was pushed last."""
    latest = branch_snapshots.alias()
    pushed = (
        select(latest.c.commit_id, func.max(latest.c.pushed).label("latest"))
        .where(latest.c.branch_id == branch)
        .group_by(latest.c.commit_id)
        .subquery()
    )
    query = (
        select(
            snapshots.c.id,
            snapshots.c.commit_id,
            snapshots.c.committed_at,
            snapshots.c.received_at,
            snapshots.c.violations_id,
            snapshots.c.facts_id,
            pushed.c.latest,
        )
        .join(branch_snapshots, branch_snapshots.c.snapshot_id == snapshots.c.id)
        .join(pushed, pushed.c.commit_id == snapshots.c.commit_id)
        .where(branch_snapshots.c.branch_id == branch)
        .order_by(snapshots.c.id)
    )
    rows: Iterable[Row[Any]] = connection.execute(query)
    return {row.commit_id: row for row in rows}


def _write_positions(connection: Connection, branch: int, line: Sequence[int]) -> None:
    query = select(branch_snapshots.c.snapshot_id, branch_snapshots.c.position).where(
        branch_snapshots.c.branch_id == branch
    )
    right: dict[int, int | None] = {snapshot: position for position, snapshot in enumerate(line)}
    moved = [
        {"snapshot": row.snapshot_id, "place": right.get(row.snapshot_id)}
        for row in connection.execute(query)
        if row.position != right.get(row.snapshot_id)
    ]
    if moved:
        connection.execute(
            update(branch_snapshots)
            .where(
                branch_snapshots.c.branch_id == branch,
                branch_snapshots.c.snapshot_id == bindparam("snapshot"),
            )
            .values(position=bindparam("place")),
            moved,
        )
