"""Drop the graphs and families of old snapshots; trends and violations stay complete.

A blob that others are deltas to is deleted only after these have been rewritten without it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, or_, select, update

from archguard_api.deadline import get_deadline
from archguard_api.errors import BusyError
from archguard_api.models import PruneResult
from archguard_api.models.audit import Action
from archguard_api.store import audit_rows, generations, project_rows
from archguard_api.store.audit_rows import AuditEvent
from archguard_api.store.blob_deltas import compress, compress_delta
from archguard_api.store.schema import branches, contents, places, snapshots
from archguard_api.store.schema import projects as project_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection

    from archguard_api.models.audit import Actor
    from archguard_api.store.blobs import BlobStore
    from archguard_api.store.database import Database
    from archguard_api.store.rebuild_worker import RebuildWorker

SNAPSHOTS_PER_TRANSACTION = 200
"""Small enough that uploads are not kept waiting."""
_REFERENCES = (
    snapshots.c.graph_id,
    snapshots.c.violations_id,
    snapshots.c.details_id,
    snapshots.c.facts_id,
    snapshots.c.families_id,
    snapshots.c.paths_id,
)


class GraphPruner:
    """Drops graphs, a batch in each transaction."""

    def __init__(self, database: Database, blobs: BlobStore, rebuilds: RebuildWorker) -> None:
        self._database = database
        self._blobs = blobs
        self._rebuilds = rebuilds

    def prune(
        self,
        projects: Iterable[str],
        *,
        before: int | None,
        keep_last: int | None,
        now: int,
        actor: Actor,
    ) -> PruneResult:
        """Drop the old graphs of projects; leave the rest to another call if the request's time is up.

        Args:
            projects: the names of the projects.
            before: drop only graphs of snapshots received before this time, in seconds since 1970.
            keep_last: keep the graphs of this many snapshots at the end of each branch.
            now: seconds since 1970.
            actor: who asks for it.

        Raises:
            BusyError: the database does not answer in time, before anything is dropped.
            NotFoundError: there is no such project.
            ConflictError: it is being deleted.
        """
        batches = [
            batch
            for project in projects
            for batch in self._prune_project(
                AuditEvent(Action.GRAPHS_PRUNED, actor, now, project),
                project,
                before=before,
                keep_last=keep_last,
            )
        ]
        return PruneResult(sum(one.graphs for one in batches), sum(one.bytes for one in batches))

    def _prune_project(
        self, event: AuditEvent, project: str, *, before: int | None, keep_last: int | None
    ) -> Iterator[PruneResult]:
        work = partial(
            _prune_batch,
            blobs=self._blobs,
            project=project,
            before=before,
            keep_last=keep_last,
            event=event,
        )
        deadline = get_deadline()
        self._rebuilds.finish(project)
        batch = self._database.write(work, about=project)
        while batch.graphs:
            yield batch
            if deadline.is_over():
                return
            try:
                batch = self._database.write(work, about=project)
            except BusyError:
                if deadline.has_committed:
                    return
                raise


def _prune_batch(
    connection: Connection,
    *,
    blobs: BlobStore,
    project: str,
    before: int | None,
    keep_last: int | None,
    event: AuditEvent,
) -> PruneResult:
    """Drop a batch of a project's old graphs, oldest first; none are left once it drops none.

    The first batch writes the entry of the audit log, which is for all of them.
    """
    project_id = project_rows.lock_open_project(connection, project)
    query = select(snapshots.c.id, snapshots.c.graph_id, snapshots.c.families_id).where(
        snapshots.c.project_id == project_id,
        snapshots.c.graph_id.is_not(None),
        ~_is_protected(project_id, keep_last),
    )
    if before is not None:
        query = query.where(snapshots.c.received_at < before)
    old = connection.execute(query.order_by(snapshots.c.id).limit(SNAPSHOTS_PER_TRANSACTION)).all()
    if not old:
        return PruneResult(0, 0)
    audit_rows.insert_entry(connection, event, project_id)
    connection.execute(
        update(snapshots)
        .where(snapshots.c.id.in_([row.id for row in old]))
        .values(graph_id=None, families_id=None)
    )
    dropped = {row.graph_id for row in old} | {row.families_id for row in old} - {None}
    freed = delete_unused_blobs(connection, blobs, sorted(dropped))
    connection.execute(
        update(project_table)
        .where(project_table.c.id == project_id)
        .values(bytes=project_table.c.bytes - freed)
    )
    return PruneResult(len(old), freed)


def _is_protected(project: int, keep_last: int | None) -> ColumnElement[bool]:
    """Select snapshots among the last of a branch, and the tip of the default branch."""
    last = (
        select(places.c.snapshot_id)
        .join(branches, generations.is_joined(places))
        .where(
            branches.c.project_id == project,
            places.c.position >= branches.c.length - (keep_last or 0),
        )
    )
    tip = (
        select(branches.c.tip_id)
        .join(project_table, project_table.c.id == branches.c.project_id)
        .where(branches.c.project_id == project, branches.c.name == project_table.c.default_branch)
    )
    return or_(snapshots.c.id.in_(last), snapshots.c.id.in_(tip))


def delete_unused_blobs(connection: Connection, blobs: BlobStore, candidates: Sequence[int]) -> int:
    """Delete those blobs that no snapshot refers to; return the number of bytes freed."""
    used: set[int] = set()
    for reference in _REFERENCES:
        used |= set(connection.scalars(select(reference).where(reference.in_(candidates))))
    unused = [blob_id for blob_id in candidates if blob_id not in used]
    if not unused:
        return 0
    size = func.coalesce(func.sum(func.length(contents.c.data)), 0)
    freed = connection.execute(select(size).where(contents.c.id.in_(unused))).scalar_one()
    dependent = select(contents.c.id, func.length(contents.c.data).label("size")).where(
        contents.c.base_id.in_(unused), contents.c.id.not_in(unused)
    )
    for row in connection.execute(dependent.order_by(contents.c.id)).all():
        values = _pack_again(connection, blobs, row.id, frozenset(unused))
        connection.execute(update(contents).where(contents.c.id == row.id).values(values))
        freed -= len(values["data"]) - row.size
    for blob_id in reversed(unused):
        connection.execute(delete(contents).where(contents.c.id == blob_id))
    return int(freed)


def _pack_again(
    connection: Connection, blobs: BlobStore, blob_id: int, unused: frozenset[int]
) -> dict[str, Any]:
    """Return a blob's columns as a delta to its nearest base that stays, or without a base."""
    data = blobs.get(connection, blob_id)
    base: int | None = blob_id
    while base is not None and (base == blob_id or base in unused):
        base = connection.execute(select(contents.c.base_id).where(contents.c.id == base)).scalar_one()
    packed = None if base is None else compress_delta(data, blobs.get(connection, base))
    if packed is None:
        return {"base_id": None, "depth": 0, "data": compress(data)}
    depth = connection.execute(select(contents.c.depth).where(contents.c.id == base)).scalar_one() + 1
    return {"base_id": base, "depth": depth, "data": packed}
