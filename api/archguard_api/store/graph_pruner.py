"""Dropping old graphs: every point of every trend stays, and so do the violations.

A content that others are written in terms of goes only after these have been written in other terms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, or_, select, update

from archguard_api.models.records import Pruned
from archguard_api.store import project_rows
from archguard_api.store.blob_deltas import compress, compress_delta
from archguard_api.store.schema import branch_snapshots, branches, contents, snapshots
from archguard_api.store.schema import projects as project_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

    from archguard_api.store.blobs import BlobStore

AT_ONCE = 200
"""Snapshots a transaction: uploads get their turn in between."""
_REFERENCES = (
    snapshots.c.graph_id,
    snapshots.c.violations_id,
    snapshots.c.details_id,
    snapshots.c.facts_id,
)


def prune_graphs(
    connection: Connection, stored: BlobStore, project: str, *, before: int | None, keep_last: int | None
) -> Pruned:
    """Drop some of a project's old graphs, the oldest first; none are left when it drops none.

    Args:
        connection: in a transaction of its own.
        stored: the contents.
        project: its name.
        before: a snapshot received earlier loses its graph; None: each does.
        keep_last: unless it is among so many at the end of a branch's line.
    """
    number = project_rows.lock_project(connection, project)
    query = select(snapshots.c.id, snapshots.c.graph_id).where(
        snapshots.c.project_id == number, snapshots.c.graph_id.is_not(None), ~_kept(number, keep_last)
    )
    if before is not None:
        query = query.where(snapshots.c.received_at < before)
    old = connection.execute(query.order_by(snapshots.c.id).limit(AT_ONCE)).all()
    connection.execute(
        update(snapshots).where(snapshots.c.id.in_([row.id for row in old])).values(graph_id=None)
    )
    return Pruned(len(old), _drop(connection, stored, sorted({row.graph_id for row in old})))


def _kept(project: int, keep_last: int | None) -> ColumnElement[bool]:
    """Whether a snapshot is among the last of a line, or the tip of the default branch."""
    last = (
        select(branch_snapshots.c.snapshot_id)
        .join(branches, branches.c.id == branch_snapshots.c.branch_id)
        .where(
            branches.c.project_id == project,
            branch_snapshots.c.position >= branches.c.length - (keep_last or 0),
        )
    )
    tip = (
        select(branches.c.tip_id)
        .join(project_table, project_table.c.id == branches.c.project_id)
        .where(branches.c.project_id == project, branches.c.name == project_table.c.default_branch)
    )
    return or_(snapshots.c.id.in_(last), snapshots.c.id.in_(tip))


def _drop(connection: Connection, stored: BlobStore, candidates: Sequence[int]) -> int:
    """Delete those contents that nothing refers to; the bytes that this freed."""
    used: set[int] = set()
    for reference in _REFERENCES:
        used |= set(connection.scalars(select(reference).where(reference.in_(candidates))))
    dropped = [one for one in candidates if one not in used]
    if not dropped:
        return 0
    size = func.coalesce(func.sum(func.length(contents.c.data)), 0)
    freed = connection.execute(select(size).where(contents.c.id.in_(dropped))).scalar_one()
    dependent = select(contents.c.id, func.length(contents.c.data).label("size")).where(
        contents.c.base_id.in_(dropped), contents.c.id.not_in(dropped)
    )
    for row in connection.execute(dependent.order_by(contents.c.id)).all():
        values = _rewritten(connection, stored, row.id, frozenset(dropped))
        connection.execute(update(contents).where(contents.c.id == row.id).values(values))
        freed -= len(values["data"]) - row.size
    for one in reversed(dropped):
        connection.execute(delete(contents).where(contents.c.id == one))
    return int(freed)


def _rewritten(
    connection: Connection, stored: BlobStore, content: int, dropped: frozenset[int]
) -> dict[str, Any]:
    """A content in terms of the nearest base that stays, or whole."""
    data = stored.get(connection, content)
    base: int | None = content
    while base is not None and (base == content or base in dropped):
        base = connection.execute(select(contents.c.base_id).where(contents.c.id == base)).scalar_one()
    packed = None if base is None else compress_delta(data, stored.get(connection, base))
    if packed is None:
        return {"base_id": None, "depth": 0, "data": compress(data)}
    depth = connection.execute(select(contents.c.depth).where(contents.c.id == base)).scalar_one() + 1
    return {"base_id": base, "depth": depth, "data": packed}
