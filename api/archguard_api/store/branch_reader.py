"""Looking at a branch: a stale one is made anew first."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from archguard_api.errors import BusyError, FullError
from archguard_api.models.records import Branch, Moment, Page
from archguard_api.store import project_rows
from archguard_api.store.schema import branches, commits, snapshots
from archguard_api.store.schema import projects as project_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Row, Select

    from archguard_api.store.branch_rebuild import BranchRebuilder
    from archguard_api.store.branch_writer import BranchViolations
    from archguard_api.store.database import Database
    from archguard_api.store.lru_cache import LruCache

Result = TypeVar("Result")


class BranchReader:
    """Branches, as they stand now."""

    def __init__(
        self,
        database: Database,
        branch_rebuilder: BranchRebuilder,
        tips: LruCache[int, BranchViolations],
    ) -> None:
        self._database = database
        self._branch_rebuilder = branch_rebuilder
        self._tips = tips

    def read(
        self, project: str, branch: str | None, work: Callable[[Connection, Row[Any]], Result]
    ) -> Result | None:
        """What the work finds on a branch that is not stale; None: there is no such branch.

        While the database cannot be written, the line that was made last is what there is to see.

        Args:
            project: its project.
            branch: its name; None: the project's default branch.
            work: gets the branch's row, of the same view as all that it reads.
        """

        def fresh(connection: Connection) -> tuple[Row[Any] | None, Result | None]:
            row = connection.execute(_named(project, branch)).first()
            if row is None or row.stale:
                return row, None
            return None, work(connection, row)

        def as_it_is(connection: Connection) -> Result | None:
            row = connection.execute(_named(project, branch)).first()
            return None if row is None else work(connection, row)

        stale, found = self._database.read(fresh)
        if stale is None:
            return found
        with suppress(BusyError, FullError):
            self._rebuild(project, stale.name)
        return self._database.read(as_it_is)

    def list_branches(self, project: str, *, after: str | None, limit: int) -> Page[Branch]:
        """A project's branches, by name."""

        def work(connection: Connection) -> list[Row[Any]]:
            query = _rows().where(project_table.c.name == project).order_by(branches.c.name)
            if after is not None:
                query = query.where(branches.c.name > after)
            return list(connection.execute(query.limit(limit + 1)))

        rows = self._database.read(work)
        stale = [row.name for row in rows[:limit] if row.stale]
        for name in stale:
            self.read(project, name, lambda _, row: row)
        rows = self._database.read(work) if stale else rows
        items = tuple(map(make_branch, rows[:limit]))
        return Page(items, items[-1].name if len(rows) > limit else None)

    def rebuild_stale(self, project: str) -> None:
        """Make every stale branch of a project anew."""
        query = select(branches.c.name).join(project_table, project_table.c.id == branches.c.project_id)
        query = query.where(project_table.c.name == project, branches.c.stale)
        for name in self._database.read(lambda connection: connection.scalars(query).all()):
            self._rebuild(project, name)

    def _rebuild(self, project: str, branch: str) -> None:
        def work(connection: Connection) -> tuple[int, BranchViolations] | None:
            number = project_rows.lock_project(connection, project)
            return self._branch_rebuilder.rebuild_if_stale(connection, number, branch)

        renewed = self._database.write(work, about=project)
        if renewed is not None:
            self._tips.put(*renewed)


def make_branch(row: Row[Any]) -> Branch:
    """A branch's row as what it says."""
    tip = None if row.hash is None else Moment(row.hash.hex(), row.committed_at)
    return Branch(row.name, row.length, row.version, tip)


def _rows() -> Select[Any]:
    return (
        select(branches, commits.c.hash, snapshots.c.committed_at)
        .join(project_table, project_table.c.id == branches.c.project_id)
        .outerjoin(snapshots, snapshots.c.id == branches.c.tip_id)
        .outerjoin(commits, commits.c.id == snapshots.c.commit_id)
    )


def _named(project: str, branch: str | None) -> Select[Any]:
    wanted = project_table.c.default_branch if branch is None else branch
    return _rows().where(project_table.c.name == project, branches.c.name == wanted)
