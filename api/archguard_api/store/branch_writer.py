"""Put snapshots on branches.

A snapshot that follows the branch's tip is appended within the upload's transaction. Any other marks the
branch stale; `branch_rebuild` works it in, and until then readers see the branch as it was.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update

from archguard_api.store import commit_links, generations, lifecycle_rows, project_rows
from archguard_api.store.checkpoints import CHECKPOINT_EVERY, pack_state
from archguard_api.store.lifecycle import Changes, Point, SnapshotResult, advance
from archguard_api.store.line_changes import append_to_line
from archguard_api.store.schema import (
    branch_snapshots,
    branches,
    checkpoints,
    places,
    snapshots,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Row

    from archguard.ledger import UnreadSoFar, ViolationLifecycle
    from archguard_api.store.blob_format import Identity


# Built once: building a statement costs as much as running it.
_FIND_BRANCH = (
    select(
        branches,
        snapshots.c.commit_id.label("last"),
        snapshots.c.configuration.label("last_configuration"),
    )
    .outerjoin(snapshots, snapshots.c.id == branches.c.tip_id)
    .where(branches.c.project_id == bindparam("project"), branches.c.name == bindparam("name"))
)
_INSERT = insert(branch_snapshots)
_FIND_SNAPSHOT = select(branch_snapshots.c.epoch).where(
    branch_snapshots.c.branch_id == bindparam("branch"),
    branch_snapshots.c.snapshot_id == bindparam("snapshot"),
)
_INSERT_PLACE = insert(places)
_MAX_START = 2**30
"""Of a new branch's version and epoch."""


class PushedSnapshot(NamedTuple):
    """A snapshot that is pushed onto a branch."""

    snapshot: int
    """The id of its row."""
    is_new: bool
    """Whether this upload has stored it."""
    recorded: commit_links.RecordedCommit
    time: int
    """The commit time or the time of receipt, whichever is earlier."""
    now: int


@dataclass(frozen=True, slots=True)
class BranchViolations:
    """A branch's violations at its tip, as of one version of the branch."""

    version: int
    lifecycles: Mapping[Identity, ViolationLifecycle[int]]
    open: frozenset[Identity]
    """The violations that exist, or may exist."""
    unknown: frozenset[Identity] = frozenset()
    """Those of which that is unknown."""
    unread: UnreadSoFar[int] | None = None
    """The modules that the tip could not read, compared with those before; None if that is unknown."""

    def update(self, version: int, changes: Changes) -> BranchViolations:
        """Return the branch's violations at its next version."""
        changed = changes.new or changes.changed
        lifecycles = (
            {**self.lifecycles, **changes.new, **changes.changed} if changed else self.lifecycles
        )
        open_ = self.open
        if changes.opened or changes.closed:
            open_ = (open_ | changes.opened) - changes.closed
        return BranchViolations(version, lifecycles, open_, changes.unknown, changes.unread)


class AppendedSnapshot(NamedTuple):
    """What a snapshot at the end of a branch makes of it."""

    violations: BranchViolations
    points: tuple[Point, ...]
    """The counts of its contracts."""


def make_branch_violations(
    version: int,
    lifecycles: Mapping[Identity, ViolationLifecycle[int]],
    unread: UnreadSoFar[int] | None,
) -> BranchViolations:
    """Return a branch's violations, given their lifecycles."""
    still_open = (identity for identity, lifecycle in lifecycles.items() if lifecycle.is_open)
    unknown = (identity for identity, lifecycle in lifecycles.items() if lifecycle.unknown)
    return BranchViolations(version, lifecycles, frozenset(still_open), frozenset(unknown), unread)


def get_or_create_branch(connection: Connection, project: int, name: str) -> Row[Any]:
    """Return a branch's row with its tip's commit as `last`; create it if it is new."""
    key = {"project": project, "name": name}
    row = connection.execute(_FIND_BRANCH, key).first()
    if row is None:
        start = {
            # Random, because a deleted branch's id or name may come again, and caches ask for these.
            "version": secrets.randbelow(_MAX_START),
            "epoch": secrets.randbelow(_MAX_START),
            "stale": False,
            "length": 0,
            "reached": 0,
        }
        connection.execute(insert(branches), {"project_id": project, "name": name, **start})
        row = connection.execute(_FIND_BRANCH, key).one()
        project_rows.update_default_branch(connection, project)
    return row


def push_snapshot(
    connection: Connection,
    branch: Row[Any],
    pushed: PushedSnapshot,
    result: SnapshotResult,
    listed: frozenset[Identity],
    cached: BranchViolations | None,
) -> AppendedSnapshot | None:
    """Put a snapshot onto a branch, which may have it already.

    Args:
        connection: a connection whose transaction has locked the project's row.
        branch: the branch's row, from `get_or_create_branch`.
        pushed: the snapshot.
        result: its verdicts.
        listed: its violations.
        cached: the branch's violations as cached; read again if they are of another version.

    Returns:
        What it makes of the branch; None if the branch has become stale or has not changed.
    """
    others = commit_links.find_descendant_branches(connection, pushed.recorded.joined)
    if others:
        connection.execute(
            update(branches)
            .where(branches.c.id.in_(others), branches.c.deleted_at.is_(None))
            .values(stale=True, version=branches.c.version + 1)
        )
    stale = branch.stale or branch.id in others
    if not pushed.is_new:
        key = {"branch": branch.id, "snapshot": pushed.snapshot}
        existing = connection.execute(_FIND_SNAPSHOT, key).first()
        if existing is not None:
            _push_again(connection, branch, pushed, existing.epoch, stale=stale)
            return None
    reached = None if stale else _find_reached(connection, branch, pushed)
    connection.execute(
        _INSERT,
        {
            "branch_id": branch.id,
            "snapshot_id": pushed.snapshot,
            "commit_id": pushed.recorded.commit,
            "epoch": branch.epoch,
        },
    )
    if reached is None:
        _update_branch(connection, branch, stale=True)
        return None
    if cached is None or cached.version != branch.version:
        cached = read_branch_violations(connection, branch)
    if branch.length and branch.length % CHECKPOINT_EVERY == 0:
        state = pack_state(cached.lifecycles, cached.unread)
        row = {"branch_id": branch.id, "position": branch.length, "since": branch.epoch, "state": state}
        connection.execute(insert(checkpoints), row)
    changes = advance(
        cached.lifecycles,
        cached.open,
        result,
        listed,
        cached.unknown,
        cached.unread,
        branch.last_configuration,
    )
    lifecycle_rows.append_changes(connection, branch, branch.length, changes)
    append_to_line(connection, branch, changes)
    connection.execute(
        _INSERT_PLACE,
        {
            "branch_id": branch.id,
            "position": branch.length,
            "since": branch.epoch,
            "snapshot_id": pushed.snapshot,
        },
    )
    _update_branch(
        connection,
        branch,
        length=branch.length + 1,
        reached=reached,
        tip_id=pushed.snapshot,
        unread=lifecycle_rows.pack_unread(changes.unread),
    )
    return AppendedSnapshot(cached.update(branch.version + 1, changes), changes.points)


def _push_again(
    connection: Connection, branch: Row[Any], pushed: PushedSnapshot, epoch: int, *, stale: bool
) -> None:
    """Note that a commit that a force-push removed is pushed again; anything else changes nothing.

    Args:
        connection: a connection whose transaction has locked the project's row.
        branch: the branch's row.
        pushed: the snapshot.
        epoch: the branch's when the snapshot was pushed, whose place the next rebuild finds.
        stale: whether the branch awaits a rebuild.
    """
    place = select(places.c.position).where(
        generations.is_visible(places, branch), places.c.snapshot_id == pushed.snapshot
    )
    if (stale and epoch == branch.epoch) or connection.scalar(place) is not None:
        return
    connection.execute(
        update(branch_snapshots)
        .where(
            branch_snapshots.c.branch_id == branch.id,
            branch_snapshots.c.snapshot_id == pushed.snapshot,
        )
        .values(pushed_again_at=pushed.now, epoch=branch.epoch)
    )
    _update_branch(connection, branch, stale=True)


def _update_branch(connection: Connection, branch: Row[Any], **values: object) -> None:
    connection.execute(
        update(branches)
        .where(branches.c.id == branch.id)
        .values(version=branches.c.version + 1, **values)
    )


def _find_reached(connection: Connection, branch: Row[Any], pushed: PushedSnapshot) -> int | None:
    """Return `CommitOrder.reached` with the snapshot appended; None if it does not belong at the end."""
    commit, is_new, parent, _ = pushed.recorded
    if branch.tip_id is None:
        return pushed.time
    if not is_new and commit_links.has_snapshot(connection, commit, branch.id):
        return None
    last = branch.last
    ancestor = (
        last if parent == last else commit_links.find_nearest_ancestor(connection, commit, branch.id)
    )
    if ancestor == last:
        # A commit that a force-push has removed may be later than a child of the tip that came with it.
        is_latest = not branch.rewritten or pushed.time > branch.reached
        return max(int(branch.reached), pushed.time) if is_latest else None
    if ancestor is not None or pushed.time <= branch.reached:
        return None
    has_descendants = not is_new and branch.id in commit_links.find_descendant_branches(
        connection, [commit]
    )
    return None if has_descendants else pushed.time


def read_branch_violations(connection: Connection, branch: Row[Any]) -> BranchViolations:
    """Read a branch's violations from the tables."""
    return make_branch_violations(
        branch.version,
        lifecycle_rows.read_lifecycles(connection, branch),
        lifecycle_rows.unpack_unread(branch.unread),
    )
