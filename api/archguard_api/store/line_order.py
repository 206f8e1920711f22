"""Read the order that a branch's snapshots should have, and the one that its line has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, select

from archguard_api.store import commit_links, generations
from archguard_api.store.commit_order import BranchCommit, order_commits
from archguard_api.store.rebuild_leases import LeaseLostError
from archguard_api.store.schema import branch_snapshots, branches, commits, places, snapshots

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection, Row

_COLUMNS = (
    snapshots.c.id,
    snapshots.c.commit_id,
    snapshots.c.committed_at,
    snapshots.c.received_at,
    snapshots.c.violations_id,
    snapshots.c.facts_id,
    snapshots.c.graph_id,
    snapshots.c.configuration,
    commits.c.hash,
    branch_snapshots.c.pushed_again_at,
)
_READ_SNAPSHOTS = (
    select(*_COLUMNS)
    .join(branch_snapshots, branch_snapshots.c.snapshot_id == snapshots.c.id)
    .join(commits, commits.c.id == snapshots.c.commit_id)
    .where(branch_snapshots.c.branch_id == bindparam("branch"))
    .order_by(snapshots.c.id)
)


# Without the branch: with it, SQLite looks at its whole line for each snapshot.
_FIND_PLACES = select(
    places.c.snapshot_id, places.c.position, places.c.branch_id, places.c.since, places.c.until
).where(places.c.snapshot_id.in_(bindparam("snapshots", expanding=True)))
_SNAPSHOTS_PER_QUERY = 500


class LineOrder(NamedTuple):
    """The snapshots of a branch in order, as of one version of the branch."""

    branch: Row[Any]
    rows: tuple[Row[Any], ...]
    reached: int
    """`CommitOrder.reached`."""
    rewritten: bool
    """Whether a commit of the branch is not part of the order."""


def read_order(connection: Connection, branch_id: int) -> LineOrder:
    """Read a branch's row and the order of its snapshots; each commit counts with its last snapshot."""
    branch = read_branch(connection, branch_id)
    rows: Iterable[Row[Any]] = connection.execute(_READ_SNAPSHOTS, {"branch": branch_id})
    latest: dict[int, Row[Any]] = {}
    pushed_again_at: dict[int, int] = {}
    for row in rows:
        latest[row.commit_id] = row
        if row.pushed_again_at:
            earlier = pushed_again_at.get(row.commit_id, 0)
            pushed_again_at[row.commit_id] = max(earlier, row.pushed_again_at)
    order = order_commits(
        (
            BranchCommit(
                commit, min(row.committed_at, row.received_at), row.hash, pushed_again_at.get(commit, 0)
            )
            for commit, row in latest.items()
        ),
        commit_links.read_parents(connection, branch.project_id),
    )
    return LineOrder(
        branch,
        tuple(latest[commit] for commit in order.commits),
        order.reached,
        len(order.commits) < len(latest),
    )


def read_branch(connection: Connection, branch_id: int) -> Row[Any]:
    """Read a branch's row.

    Raises:
        LeaseLostError: the branch was deleted.
    """
    row = connection.execute(select(branches).where(branches.c.id == branch_id)).first()
    if row is None:
        raise LeaseLostError
    return row


def read_places(connection: Connection, branch: Row[Any]) -> tuple[int, ...]:
    """Read the snapshots of a branch's line."""
    query = select(places.c.snapshot_id).where(generations.is_visible(places, branch))
    return tuple(connection.scalars(query.order_by(places.c.position)))


def find_positions(
    connection: Connection, branch: Row[Any], snapshot_ids: Collection[int]
) -> dict[int, int]:
    """Return the positions of those snapshots that are part of a branch's line."""
    ids = list(snapshot_ids)
    positions: dict[int, int] = {}
    for start in range(0, len(ids), _SNAPSHOTS_PER_QUERY):
        batch = {"snapshots": ids[start : start + _SNAPSHOTS_PER_QUERY]}
        positions |= {
            row.snapshot_id: row.position
            for row in connection.execute(_FIND_PLACES, batch)
            if row.branch_id == branch.id and row.since <= branch.epoch < row.until
        }
    return positions
