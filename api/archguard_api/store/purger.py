"""Delete the rows of what was deleted, in short transactions; nobody can reach them any more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, select, tuple_, update

from archguard_api.store.graph_pruner import delete_unused_blobs
from archguard_api.store.schema import (
    branch_snapshots,
    branches,
    checkpoints,
    commits,
    contents,
    line_changes,
    names,
    notification_deliveries,
    notification_marks,
    notification_rules,
    places,
    plans,
    points,
    projects,
    pulls,
    snapshots,
    summaries,
    trusted_publishers,
    violations,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select, Table

    from archguard_api.store.blobs import BlobStore
    from archguard_api.store.database import Database

ROWS_PER_STEP = 500
"""Few enough that other writers wait for some milliseconds only."""
BLOBS_PER_STEP = 50
"""Blobs are larger; those that stay may have to be compressed anew."""
_OF_BRANCH = (violations, points, line_changes, checkpoints, places, branch_snapshots, summaries)
_OF_PROJECT = (
    *(notification_deliveries, notification_rules, notification_marks, trusted_publishers),
    *(pulls, plans, snapshots, contents, names, commits),
)
_BLOBS = ("graph_id", "violations_id", "details_id", "facts_id", "families_id", "paths_id")
_FIND_PROJECT: Select[Any] = (
    select(projects.c.id).where(projects.c.purge_at == 0).order_by(projects.c.id).limit(1)
)
_FIND_BRANCH: Select[Any] = (
    select(branches.c.id, branches.c.project_id)
    .where(branches.c.deleted_at.is_not(None))
    .order_by(branches.c.id)
    .limit(1)
)
_IS_REFERRED_TO = exists().where(places.c.snapshot_id == snapshots.c.id)
"""Whether a line, or one that a rebuild has yet to delete, has the snapshot."""
_FIND_SNAPSHOTS: Select[Any] = (
    select(snapshots.c.id, snapshots.c.project_id, *(snapshots.c[name] for name in _BLOBS))
    .where(snapshots.c.deleted_at.is_not(None), ~_IS_REFERRED_TO)
    .order_by(snapshots.c.project_id, snapshots.c.id)
    .limit(BLOBS_PER_STEP)
)


class Purger:
    """Deletes rows, a step in each transaction; what a killed process began, the next one ends."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs

    def take_step(self) -> bool:
        """Delete some rows of something that was deleted; return whether there were any.

        Raises:
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """
        steps = (
            (_FIND_BRANCH, _purge_branch),
            (_FIND_SNAPSHOTS, self._purge_snapshots),
            (_FIND_PROJECT, _purge_project),
        )
        for query, purge in steps:
            rows = self._database.read(partial(_find_rows, query=query))
            if rows:
                self._database.write(partial(purge, rows=rows))
                return True
        return False

    def finish(self, pause: Callable[[], None] = lambda: None) -> None:
        """Delete all that is left of what was deleted.

        Args:
            pause: called between steps.
        """
        while self.take_step():
            pause()

    def _purge_snapshots(self, connection: Connection, rows: Sequence[Row[Any]]) -> None:
        """Delete snapshots of one project and the blobs that no other one refers to."""
        project = rows[0].project_id
        if not _lock(connection, project):
            return
        ids = [row.id for row in rows if row.project_id == project]
        blob_ids = {row._mapping[name] for row in rows if row.id in ids for name in _BLOBS} - {None}
        connection.execute(delete(snapshots).where(snapshots.c.id.in_(ids)))
        freed = delete_unused_blobs(connection, self._blobs, sorted(blob_ids))
        connection.execute(
            update(projects).where(projects.c.id == project).values(bytes=projects.c.bytes - freed)
        )


def _find_rows(connection: Connection, *, query: Select[Any]) -> Sequence[Row[Any]]:
    return connection.execute(query).all()


def _purge_branch(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    if _lock(connection, rows[0].project_id):
        _delete_branch_rows(connection, rows[0].id)


def _purge_project(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    project = rows[0].id
    if not _lock(connection, project):
        return
    branch = connection.scalar(
        select(branches.c.id).where(branches.c.project_id == project).order_by(branches.c.id).limit(1)
    )
    if branch is not None:
        _delete_branch_rows(connection, branch)
        return
    for table in _OF_PROJECT:
        is_own = table.c.project_id == project
        # A blob is older than what is a delta to it; a commit is in any order with its parent.
        if table is commits and _unlink_commits(connection, project):
            return
        limit = BLOBS_PER_STEP if table is contents else ROWS_PER_STEP
        if _delete_rows(connection, table, is_own, limit):
            return
    connection.execute(delete(projects).where(projects.c.id == project))


def _lock(connection: Connection, project: int) -> bool:
    """Lock a project's row until the transaction ends; return whether there is one."""
    query = select(projects.c.id).where(projects.c.id == project).with_for_update()
    return connection.scalar(query) is not None


def _delete_branch_rows(connection: Connection, branch: int) -> None:
    for table in _OF_BRANCH:
        if _delete_rows(connection, table, table.c.branch_id == branch, ROWS_PER_STEP):
            return
    connection.execute(delete(branches).where(branches.c.id == branch))


def _delete_rows(
    connection: Connection, table: Table, condition: ColumnElement[bool], limit: int
) -> int:
    """Delete at most so many rows, those with the greatest keys first; return their number."""
    key = list(table.primary_key)
    doomed = select(*key).where(condition).order_by(*(column.desc() for column in key)).limit(limit)
    chosen = tuple_(*key).in_(doomed) if len(key) > 1 else key[0].in_(doomed)
    return connection.execute(delete(table).where(chosen)).rowcount


def _unlink_commits(connection: Connection, project: int) -> int:
    linked = (
        select(commits.c.id)
        .where(commits.c.project_id == project, commits.c.parent_id.is_not(None))
        .order_by(commits.c.id)
        .limit(ROWS_PER_STEP)
    )
    return connection.execute(
        update(commits).where(commits.c.id.in_(linked)).values(parent_id=None)
    ).rowcount
