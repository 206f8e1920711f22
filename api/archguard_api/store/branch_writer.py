"""Branches: what stands on them, in which order, and the story that they tell.

An upload that goes on at the end of the line is appended in its own transaction. Any other marks the
branch stale, and whoever reads it next makes its line anew, from the same links by the same code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update

from archguard_api.store import commit_links, lifecycle_rows, project_rows
from archguard_api.store.lifecycle import (
    Changes,
    SnapshotResult,
    ViolationLifecycle,
    advance,
    is_open,
    open_after,
)
from archguard_api.store.schema import (
    branch_snapshots,
    branches,
    snapshots,
    violations,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Row

    from archguard_api.store.blob_format import Identity


# Built once: building a statement costs as much as running it.
_BRANCH = (
    select(branches, snapshots.c.commit_id.label("last"))
    .outerjoin(snapshots, snapshots.c.id == branches.c.tip_id)
    .where(branches.c.project_id == bindparam("project"), branches.c.name == bindparam("name"))
)
_STAND = insert(branch_snapshots)
_STANDS = (
    select(branch_snapshots.c.snapshot_id)
    .where(
        branch_snapshots.c.branch_id == bindparam("branch"),
        branch_snapshots.c.commit_id == bindparam("commit"),
    )
    .limit(1)
)
_ALREADY = select(branch_snapshots.c.position).where(
    branch_snapshots.c.branch_id == bindparam("branch"),
    branch_snapshots.c.snapshot_id == bindparam("snapshot"),
)


class PushedSnapshot(NamedTuple):
    """A snapshot that arrives on a branch."""

    snapshot: int
    is_new: bool
    """Whether it was stored just now."""
    recorded: commit_links.RecordedCommit
    time: int
    """The earlier of committed and received."""


@dataclass(frozen=True, slots=True)
class BranchViolations:
    """A branch's violations at one version of it."""

    version: int
    fates: Mapping[Identity, ViolationLifecycle]
    open: frozenset[Identity]

    def after(self, version: int, told: Changes, now: frozenset[Identity]) -> BranchViolations:
        """The next one."""
        changed = told.new or told.changed
        return BranchViolations(
            version, {**self.fates, **told.new, **told.changed} if changed else self.fates, now
        )


def get_or_create_branch(connection: Connection, project: int, name: str) -> Row[Any]:
    """The branch, made if it is new."""
    key = {"project": project, "name": name}
    row = connection.execute(_BRANCH, key).first()
    if row is None:
        start = {"version": 0, "epoch": 0, "stale": False, "pushes": 0, "length": 0, "reached": 0}
        connection.execute(insert(branches), {"project_id": project, "name": name, **start})
        row = connection.execute(_BRANCH, key).one()
        project_rows.update_default_branch(connection, project)
    return row


def push_snapshot(
    connection: Connection,
    branch: Row[Any],
    pushed: PushedSnapshot,
    chapter: SnapshotResult,
    tip: BranchViolations | None,
) -> BranchViolations | None:
    """Put a snapshot onto a branch that it may stand on already.

    Args:
        connection: in the transaction that holds the project's row.
        branch: from `get_or_create_branch`.
        pushed: the snapshot.
        chapter: what it tells.
        tip: the branch's tip, as this process remembers it; of another version it is read again.

    Returns:
        The branch's tip afterwards; None where the line has to be made anew.
    """
    others = commit_links.find_descendant_branches(connection, pushed.recorded.joined)
    if others:
        connection.execute(
            update(branches)
            .where(branches.c.id.in_(others))
            .values(stale=True, version=branches.c.version + 1)
        )
    stale = branch.stale or branch.id in others
    if not pushed.is_new:
        key = {"branch": branch.id, "snapshot": pushed.snapshot}
        already = connection.execute(_ALREADY, key).first()
        if already is not None:
            if stale or already.position is None:
                _push_again(connection, branch, pushed.snapshot)
            return None
    reached = None if stale else _reached(connection, branch, pushed)
    connection.execute(
        _STAND,
        {
            "branch_id": branch.id,
            "snapshot_id": pushed.snapshot,
            "commit_id": pushed.recorded.commit,
            "pushed": branch.pushes + 1,
            "position": None if reached is None else branch.length,
        },
    )
    if reached is None:
        _change(connection, branch, stale=True)
        return None
    if tip is None or tip.version != branch.version:
        tip = read_branch_violations(connection, branch)
    told = advance(tip.fates, tip.open, chapter)
    lifecycle_rows.append_changes(connection, branch.id, branch.length, told)
    _change(connection, branch, length=branch.length + 1, reached=reached, tip_id=pushed.snapshot)
    return tip.after(branch.version + 1, told, open_after(tip.open, chapter))


def _push_again(connection: Connection, branch: Row[Any], snapshot: int) -> None:
    connection.execute(
        update(branch_snapshots)
        .where(branch_snapshots.c.branch_id == branch.id, branch_snapshots.c.snapshot_id == snapshot)
        .values(pushed=branch.pushes + 1)
    )
    _change(connection, branch, stale=True)


def _change(connection: Connection, branch: Row[Any], **values: object) -> None:
    connection.execute(
        update(branches)
        .where(branches.c.id == branch.id)
        .values(version=branches.c.version + 1, pushes=branch.pushes + 1, **values)
    )


def _reached(connection: Connection, branch: Row[Any], pushed: PushedSnapshot) -> int | None:
    """Until when the line's last tree reaches with this snapshot at its end; None: it is not its end."""
    commit, is_new, parent, _ = pushed.recorded
    if branch.tip_id is None:
        return pushed.time
    key = {"branch": branch.id, "commit": commit}
    if not is_new and connection.scalar(_STANDS, key) is not None:
        return None
    last = branch.last
    below = last if parent == last else commit_links.find_nearest_ancestor(connection, commit, branch.id)
    if below == last:
        return max(int(branch.reached), pushed.time)
    if below is not None or pushed.time < branch.reached:
        return None
    known = not is_new and branch.id in commit_links.find_descendant_branches(connection, [commit])
    return None if known else pushed.time


def read_branch_violations(connection: Connection, branch: Row[Any]) -> BranchViolations:
    """What the tables say of a branch's violations."""
    query = select(violations).where(violations.c.branch_id == branch.id)
    fates = {
        (row.contract_id, row.importer_id, row.imported_id): ViolationLifecycle(
            row.first_id, row.introduced_id, row.introduced_at, row.fixed_id, row.fixed_at, row.times
        )
        for row in connection.execute(query)
    }
    return BranchViolations(
        branch.version, fates, frozenset(one for one, fate in fates.items() if is_open(fate))
    )
