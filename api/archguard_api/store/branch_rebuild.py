"""Rebuild a stale branch: its commit order, trend points and lifecycles, from all its snapshots."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, null, select, update

from archguard_api.store import blob_format, commit_links, lifecycle_rows
from archguard_api.store.branch_writer import BranchViolations
from archguard_api.store.commit_order import BranchCommit, order_commits
from archguard_api.store.lifecycle import Judged, SnapshotResult, advance, make_judged
from archguard_api.store.schema import branch_snapshots, branches, snapshots
from archguard_api.store.unknown_violations import (
    UnreadParts,
    list_unread_names,
    make_unread_parts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection, Row

    from archguard.ledger import UnreadSoFar, ViolationLifecycle
    from archguard_api.store.blob_format import Identity
    from archguard_api.store.blobs import BlobStore
    from archguard_api.store.interned_names import NameTable
    from archguard_api.store.lifecycle import Point


class BranchRebuilder:
    """Rebuilds stale branches."""

    def __init__(self, blobs: BlobStore, names: NameTable) -> None:
        self._blobs = blobs
        self._names = names

    def rebuild_if_stale(
        self, connection: Connection, project: int, name: str
    ) -> tuple[int, BranchViolations] | None:
        """Rebuild a branch; return its id and its violations, or None if it is not stale.

        Args:
            connection: a connection whose transaction has locked the project's row.
            project: the project's id.
            name: the branch's name.
        """
        branch = connection.execute(
            select(branches).where(branches.c.project_id == project, branches.c.name == name)
        ).one()
        return (branch.id, self.rebuild(connection, branch)) if branch.stale else None

    def rebuild(self, connection: Connection, branch: Row[Any]) -> BranchViolations:
        """Rebuild a branch, given its row; return its violations."""
        latest = _read_latest_snapshots(connection, branch.id)
        branch_commits = [
            BranchCommit(row.commit_id, min(row.committed_at, row.received_at), row.last_pushed)
            for row in latest.values()
        ]
        order = order_commits(branch_commits, commit_links.read_parents(connection, branch.project_id))
        rows = [latest[commit] for commit in order.commits]
        lifecycles: dict[Identity, ViolationLifecycle[int]] = {}
        open_violations: frozenset[Identity] = frozenset()
        unknown: frozenset[Identity] = frozenset()
        unread: UnreadSoFar[int] | None = None
        points: list[tuple[int, Point]] = []
        for position, result in enumerate(self._read_results(connection, branch.project_id, rows)):
            changes = advance(lifecycles, open_violations, result, unknown, unread)
            lifecycles |= changes.new
            lifecycles |= changes.changed
            open_violations, unknown, unread = changes.open, changes.unknown, changes.unread
            points.extend((position, point) for point in changes.points)
        lifecycle_rows.replace_lifecycle(connection, branch.id, points, lifecycles)
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
                reached=order.reached,
                tip_id=rows[-1].id if rows else None,
                unread=null() if unread is None else lifecycle_rows.pack_unread(unread),
            )
        )
        return BranchViolations(version, lifecycles, open_violations, unknown, unread)

    def _read_results(
        self, connection: Connection, project: int, rows: Sequence[Row[Any]]
    ) -> Iterator[SnapshotResult]:
        facts: dict[int, tuple[tuple[Judged, ...], UnreadParts]] = {}
        last: tuple[int, frozenset[Identity]] | None = None
        for row in rows:
            if row.facts_id not in facts:
                facts[row.facts_id] = self._read_facts(connection, project, row.facts_id)
            judged, unread = facts[row.facts_id]
            if last is None or last[0] != row.violations_id:
                data = self._blobs.get(connection, row.violations_id)
                last = (row.violations_id, blob_format.unpack_identities(data))
            load_imports = partial(self._read_imports, connection, row.graph_id)
            yield SnapshotResult(row.id, row.committed_at, judged, last[1], unread, load_imports)

    def _read_facts(
        self, connection: Connection, project: int, facts_id: int
    ) -> tuple[tuple[Judged, ...], UnreadParts]:
        facts = blob_format.unpack_facts(self._blobs.get(connection, facts_id))
        contracts = facts.contracts
        names = {contract.id for contract in contracts} | list_unread_names(contracts, facts.unread)
        ids = self._names.find_ids(connection, project, names)
        judged = tuple(make_judged(contract, ids[contract.id]) for contract in contracts)
        unread = make_unread_parts(connection, project, self._names, ids, contracts, facts.unread)
        return judged, unread

    def _read_imports(
        self, connection: Connection, graph_id: int | None
    ) -> list[tuple[int, int]] | None:
        if graph_id is None:
            return None
        return blob_format.unpack_ids(self._blobs.get(connection, graph_id)).imports


def _read_latest_snapshots(connection: Connection, branch: int) -> dict[int, Row[Any]]:
    """Return the snapshot received last of each commit, with the commit's last push as `last_pushed`."""
    pushes = branch_snapshots.alias()
    pushed = (
        select(pushes.c.commit_id, func.max(pushes.c.pushed).label("last_pushed"))
        .where(pushes.c.branch_id == branch)
        .group_by(pushes.c.commit_id)
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
            snapshots.c.graph_id,
            pushed.c.last_pushed,
        )
        .join(branch_snapshots, branch_snapshots.c.snapshot_id == snapshots.c.id)
        .join(pushed, pushed.c.commit_id == snapshots.c.commit_id)
        .where(branch_snapshots.c.branch_id == branch)
        .order_by(snapshots.c.id)
    )
    rows: Iterable[Row[Any]] = connection.execute(query)
    return {row.commit_id: row for row in rows}


def _write_positions(connection: Connection, branch: int, ordered: Sequence[int]) -> None:
    """Set the positions of a branch's snapshots, given the ids of those in its commit order."""
    query = select(branch_snapshots.c.snapshot_id, branch_snapshots.c.position).where(
        branch_snapshots.c.branch_id == branch
    )
    positions: dict[int, int | None] = {snapshot: index for index, snapshot in enumerate(ordered)}
    moved = [
        {"snapshot": row.snapshot_id, "new_position": positions.get(row.snapshot_id)}
        for row in connection.execute(query)
        if row.position != positions.get(row.snapshot_id)
    ]
    if moved:
        connection.execute(
            update(branch_snapshots)
            .where(
                branch_snapshots.c.branch_id == branch,
                branch_snapshots.c.snapshot_id == bindparam("snapshot"),
            )
            .values(position=bindparam("new_position")),
            moved,
        )
