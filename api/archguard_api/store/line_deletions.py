"""Delete snapshots and branches, and rename branches.

A deleted snapshot leaves its branches at once, which are rebuilt without it as after an upload out of
order; its row and its blobs stay until no line refers to them (`purger`). It can be uploaded again
meanwhile.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, delete, exc, func, select, update

from archguard_api.errors import ConflictError, NotFoundError
from archguard_api.models.audit import COMMAND_LINE, Action
from archguard_api.models.deletions import Removal
from archguard_api.store import audit_rows, commit_links, plan_rows, project_rows
from archguard_api.store.audit_rows import AuditEvent
from archguard_api.store.branch_reader import make_branch, read_branch_row
from archguard_api.store.project_deletions import ABANDONED
from archguard_api.store.schema import branch_snapshots, branches, commits, projects, pulls, snapshots

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Connection, Row

    from archguard_api.models import Branch
    from archguard_api.models.audit import Actor
    from archguard_api.store.database import Database

_NO_SNAPSHOT = "The project has no snapshot of this commit, or several commits begin with these digits."
_NO_BRANCH = "The project has no such branch."
_TOMBSTONE = "~"
"""In no name of a branch or a version: what is deleted keeps its key, which is free for others."""


class _PreviewError(Exception):
    """Ends a transaction that only tells what it would do."""

    def __init__(self, removal: Removal) -> None:
        self.removal = removal


class LineDeletions:
    """Deletes parts of projects' lines; each call is one transaction."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def delete_snapshot(self, project: str, commit: str, *, actor: Actor = COMMAND_LINE) -> Removal:
        """Delete the snapshots of a commit, given by its hash or a unique prefix.

        Raises:
            NotFoundError: there is no such project or snapshot.
            ConflictError: the project is being deleted.
        """
        now = int(self._clock())
        event = AuditEvent(Action.SNAPSHOT_DELETED, actor, now, project)

        def work(connection: Connection) -> Removal:
            project_id = project_rows.lock_open_project(connection, project)
            commit_id, digits = _find_commit(connection, project_id, commit)
            removal = _remove(connection, project_id, snapshots.c.commit_id == commit_id, now)
            told = replace(event, subject=digits, details={"snapshots": removal.snapshots})
            audit_rows.insert_entry(connection, told, project_id)
            return removal

        return self._database.write(work, about=project)

    def undo_uploads(
        self, project: str, token_id: str, *, preview: bool, actor: Actor = COMMAND_LINE
    ) -> Removal:
        """Delete the snapshots that were uploaded with a token, or only tell which these are.

        Raises:
            NotFoundError: there is no such project.
            ConflictError: the project is being deleted.
        """
        now = int(self._clock())
        event = AuditEvent(Action.UPLOADS_UNDONE, actor, now, project, token_id)

        def work(connection: Connection) -> Removal:
            project_id = project_rows.lock_open_project(connection, project)
            removal = _remove(connection, project_id, snapshots.c.token_id == token_id, now)
            if preview:
                raise _PreviewError(replace(removal, preview=True))
            if removal.snapshots:
                told = replace(event, details={"snapshots": removal.snapshots})
                audit_rows.insert_entry(connection, told, project_id)
            return removal

        try:
            return self._database.write(work, about=project)
        except _PreviewError as told:
            return told.removal

    def delete_branch(self, project: str, branch: str, *, actor: Actor = COMMAND_LINE) -> Removal:
        """Delete a branch, and those of its snapshots that no other branch and no pull request has.

        Raises:
            NotFoundError: there is no such project or branch.
            ConflictError: the project is being deleted.
        """
        now = int(self._clock())
        event = AuditEvent(Action.BRANCH_DELETED, actor, now, project, branch)
        return self._database.write(
            partial(_delete_branch, project=project, branch=branch, now=now, event=event),
            about=project,
        )

    def delete_expired_branch(self, project: str, branch: str, seen_before: int, actor: Actor) -> bool:
        """Delete a branch unless a snapshot was uploaded to it since a time, or it is the default one.

        Return whether it was deleted.
        """
        now = int(self._clock())
        event = AuditEvent(Action.BRANCH_DELETED, actor, now, project, branch, {"expired": True})

        def work(connection: Connection) -> bool:
            project_id = project_rows.lock_open_project(connection, project)
            row = _find_branch(connection, project_id, branch)
            default = select(projects.c.default_branch).where(projects.c.id == project_id)
            if row.seen_at is None or row.seen_at >= seen_before or branch == connection.scalar(default):
                return False
            _delete_branch(connection, project=project, branch=branch, now=now, event=event)
            return True

        return self._database.write(work, about=project)

    def rename_branch(
        self, project: str, branch: str, new_name: str, *, actor: Actor = COMMAND_LINE
    ) -> Branch:
        """Give a branch another name; its line stays, and so do settings and pull requests that name it.

        Return it, read before the commit: after it nothing may fail any more.

        Raises:
            NotFoundError: there is no such project or branch.
            ConflictError: another branch has the name, or the project is being deleted.
        """
        event = AuditEvent(
            Action.BRANCH_RENAMED, actor, int(self._clock()), project, branch, {"to": new_name}
        )

        def work(connection: Connection) -> Branch:
            project_id = project_rows.lock_open_project(connection, project)
            row = _find_branch(connection, project_id, branch)
            if new_name != branch:
                rename(connection, project_id, row)
            renamed = read_branch_row(connection, project, new_name)
            if renamed is None:
                raise AssertionError(new_name)
            return make_branch(renamed)

        def rename(connection: Connection, project_id: int, row: Row[Any]) -> None:
            try:
                with connection.begin_nested():
                    values = {"name": new_name, "version": branches.c.version + 1}
                    connection.execute(update(branches).where(branches.c.id == row.id).values(values))
            except exc.IntegrityError:
                raise ConflictError("Another branch has this name.") from None
            for column in (pulls.c.base_branch, pulls.c.head_branch):
                is_own = (pulls.c.project_id == project_id) & (column == branch)
                connection.execute(update(pulls).where(is_own).values({column: new_name}))
            plan_rows.rename_branch(connection, project_id, branch, new_name)
            project_rows.rename_default_branch(connection, project_id, branch, new_name)
            audit_rows.insert_entry(connection, event, project_id)

        return self._database.write(work, about=project)


def _find_commit(connection: Connection, project: int, commit: str) -> tuple[int, str]:
    """Return the id and the hash of the one commit with a snapshot that begins with some digits."""
    hash_range = commit_links.parse_commit_prefix(commit)
    if hash_range is None:
        raise NotFoundError(_NO_SNAPSHOT)
    query = (
        select(commits.c.id, commits.c.hash)
        .join(snapshots, snapshots.c.commit_id == commits.c.id)
        .where(
            commits.c.project_id == project,
            commits.c.hash.between(*hash_range),
            snapshots.c.deleted_at.is_(None),
        )
        .distinct()
    )
    rows = connection.execute(query.limit(2)).all()
    if len(rows) != 1:
        raise NotFoundError(_NO_SNAPSHOT)
    return rows[0].id, rows[0].hash.hex()


def _find_branch(connection: Connection, project: int, name: str) -> Row[Any]:
    query = select(branches).where(branches.c.project_id == project, branches.c.name == name)
    row = connection.execute(query).first()
    if row is None:
        raise NotFoundError(_NO_BRANCH)
    return row


def _delete_branch(
    connection: Connection, *, project: str, branch: str, now: int, event: AuditEvent
) -> Removal:
    project_id = project_rows.lock_open_project(connection, project)
    row = _find_branch(connection, project_id, branch)
    on_it = select(branch_snapshots.c.snapshot_id).where(branch_snapshots.c.branch_id == row.id)
    elsewhere = select(branch_snapshots.c.snapshot_id).where(
        branch_snapshots.c.branch_id != row.id, branch_snapshots.c.snapshot_id.in_(on_it)
    )
    shown = select(pulls.c.snapshot_id).where(pulls.c.project_id == project_id)
    doomed = snapshots.c.id.in_(on_it) & snapshots.c.id.not_in(elsewhere) & snapshots.c.id.not_in(shown)
    removal = _remove(connection, project_id, doomed, now)
    _abandon_branches(connection, project_id, branches.c.id == row.id, now)
    told = replace(event, details={**event.details, "snapshots": removal.snapshots})
    audit_rows.insert_entry(connection, told, project_id)
    return replace(removal, branches=(branch,))


def _remove(connection: Connection, project: int, condition: ColumnElement[bool], now: int) -> Removal:
    """Take snapshots off their branches and pull requests, and mark them as deleted."""
    is_doomed = (snapshots.c.project_id == project) & snapshots.c.deleted_at.is_(None) & condition
    times = snapshots.c.received_at
    count, first, last = connection.execute(
        select(func.count(), func.min(times), func.max(times)).where(is_doomed)
    ).one()
    # Marked first: the condition may ask for branches, which the snapshots leave after that.
    connection.execute(
        update(snapshots)
        .where(is_doomed)
        .values(
            deleted_at=now,
            tool_version=snapshots.c.tool_version + _TOMBSTONE + cast(snapshots.c.id, String),
        )
    )
    deleted = select(snapshots.c.id).where(
        snapshots.c.project_id == project, snapshots.c.deleted_at.is_not(None)
    )
    on_branches = branch_snapshots.c.snapshot_id.in_(deleted)
    changed = select(branch_snapshots.c.branch_id).where(on_branches)
    names = tuple(
        connection.scalars(
            select(branches.c.name)
            .where(branches.c.id.in_(changed), branches.c.deleted_at.is_(None))
            .order_by(branches.c.name)
        )
    )
    connection.execute(
        update(branches)
        .where(branches.c.id.in_(changed), branches.c.deleted_at.is_(None))
        .values(stale=True, version=branches.c.version + 1)
    )
    connection.execute(delete(pulls).where(pulls.c.snapshot_id.in_(deleted)))
    connection.execute(delete(branch_snapshots).where(on_branches))
    left = select(branch_snapshots.c.branch_id).where(branch_snapshots.c.branch_id == branches.c.id)
    is_empty = branches.c.name.in_(names) & ~left.exists()
    _abandon_branches(connection, project, is_empty, now)
    connection.execute(
        update(projects).where(projects.c.id == project).values(snapshots=projects.c.snapshots - count)
    )
    return Removal(count, names, first, last)


def _abandon_branches(
    connection: Connection, project: int, condition: ColumnElement[bool], now: int
) -> None:
    """Hide branches, whose rows the purger deletes, and choose the default branch anew."""
    is_abandoned = (branches.c.project_id == project) & branches.c.deleted_at.is_(None) & condition
    names = connection.scalars(select(branches.c.name).where(is_abandoned)).all()
    plan_rows.delete_plans(connection, project, names)
    connection.execute(
        update(branches)
        .where(is_abandoned)
        .values(
            name=branches.c.name + _TOMBSTONE + cast(branches.c.id, String), deleted_at=now, **ABANDONED
        )
    )
    project_rows.update_default_branch(connection, project)
