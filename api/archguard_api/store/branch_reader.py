"""Read branches; rebuild those that are stale first."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from archguard_api.errors import BusyError, FullError
from archguard_api.models import Branch, Moment, Page
from archguard_api.store import project_rows
from archguard_api.store.schema import branches, commits, snapshots
from archguard_api.store.schema import projects as project_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Row, Select

    from archguard.lru_cache import LruCache
    from archguard_api.store.branch_rebuild import BranchRebuilder
    from archguard_api.store.branch_writer import BranchViolations
    from archguard_api.store.database import Database

Result = TypeVar("Result")


class BranchReader:
    """Reads branches as they are now."""

    def __init__(
        self,
        database: Database,
        branch_rebuilder: BranchRebuilder,
        cached_violations: LruCache[int, BranchViolations],
    ) -> None:
        self._database = database
        self._branch_rebuilder = branch_rebuilder
        self._cached_violations = cached_violations

    def read(
        self, project: str, branch: str | None, work: Callable[[Connection, Row[Any]], Result]
    ) -> Result | None:
        """Return the work's result for a branch that is not stale; None if there is no such branch.

        If a stale branch cannot be rebuilt because the database is busy or full, the work gets it as the
        last rebuild left it.

        Args:
            project: the project's name.
            branch: the branch's name; None for the project's default branch.
            work: a function of the connection and the branch's row, called within one transaction.
        """

        def read_fresh(connection: Connection) -> tuple[Row[Any] | None, Result | None]:
            row = connection.execute(_select_branch(project, branch)).first()
            if row is None or row.stale:
                return row, None
            return None, work(connection, row)

        def read_anyway(connection: Connection) -> Result | None:
            row = connection.execute(_select_branch(project, branch)).first()
            return None if row is None else work(connection, row)

        stale, result = self._database.read(read_fresh)
        if stale is None:
            return result
        with suppress(BusyError, FullError):
            self._rebuild(project, stale.name)
        return self._database.read(read_anyway)

    def list_branches(self, project: str, *, after: str | None, limit: int) -> Page[Branch]:
        """List a project's branches by name."""

        def work(connection: Connection) -> list[Row[Any]]:
            query = _select_branches().where(project_table.c.name == project).order_by(branches.c.name)
            if after is not None:
                query = query.where(branches.c.name > after)
            return list(connection.execute(query.limit(limit + 1)))

        rows = self._database.read(work)
        stale = [row.name for row in rows[:limit] if row.stale]
        for name in stale:
            self.read(project, name, lambda _, row: row)
        rows = self._database.read(work) if stale else rows
        items = tuple(map(make_branch, rows[:limit]))
        return Page[Branch](items=items, next=items[-1].name if len(rows) > limit else None)

    def rebuild_stale(self, project: str) -> None:
        """Rebuild all stale branches of a project."""
        query = select(branches.c.name).join(project_table, project_table.c.id == branches.c.project_id)
        query = query.where(project_table.c.name == project, branches.c.stale)
        for name in self._database.read(lambda connection: connection.scalars(query).all()):
            self._rebuild(project, name)

    def _rebuild(self, project: str, branch: str) -> None:
        def work(connection: Connection) -> tuple[int, BranchViolations] | None:
            project_id = project_rows.lock_project(connection, project)
            return self._branch_rebuilder.rebuild_if_stale(connection, project_id, branch)

        rebuilt = self._database.write(work, about=project)
        if rebuilt is not None:
            self._cached_violations.put(*rebuilt)


def make_branch(row: Row[Any]) -> Branch:
    """Make a branch from its row."""
    tip = None if row.hash is None else Moment(row.hash.hex(), row.committed_at)
    return Branch(row.name, row.length, row.version, tip, row.seen_at)


def _select_branches() -> Select[Any]:
    return (
        select(branches, commits.c.hash, snapshots.c.committed_at)
        .join(project_table, project_table.c.id == branches.c.project_id)
        .outerjoin(snapshots, snapshots.c.id == branches.c.tip_id)
        .outerjoin(commits, commits.c.id == snapshots.c.commit_id)
    )


def _select_branch(project: str, branch: str | None) -> Select[Any]:
    wanted = project_table.c.default_branch if branch is None else branch
    return _select_branches().where(project_table.c.name == project, branches.c.name == wanted)
