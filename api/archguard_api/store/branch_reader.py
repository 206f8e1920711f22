"""Read branches. A stale one is read as its last rebuild left it, and says that it is `rebuilding`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from archguard_api.models import Branch, Moment, Page
from archguard_api.store.line_summaries import IS_KEPT
from archguard_api.store.schema import branches, commits, snapshots, summaries
from archguard_api.store.schema import projects as project_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection, Row, Select

    from archguard_api.store.database import Database
    from archguard_api.store.snapshot_reader import SnapshotReader

Result = TypeVar("Result")
_NAMES_PER_QUERY = 500


class BranchReader:
    """Reads branches as they are now."""

    def __init__(self, database: Database, snapshots: SnapshotReader) -> None:
        self._database = database
        self._snapshots = snapshots

    def read(
        self, project: str, branch: str | None, work: Callable[[Connection, Row[Any]], Result]
    ) -> Result | None:
        """Return the work's result for a branch; None if there is no such branch.

        Args:
            project: the project's name.
            branch: the branch's name; None for the project's default branch.
            work: a function of the connection and the branch's row, called within one transaction.
        """

        def read(connection: Connection) -> Result | None:
            row = read_branch_row(connection, project, branch)
            return None if row is None else work(connection, row)

        return self._database.read(read)

    def read_tip(
        self,
        project: str,
        branch: str | None,
        work: Callable[[Connection, Row[Any], Row[Any]], Result],
    ) -> Result | None:
        """Return the work's result, given the rows of a branch and its tip; None if there is no tip."""

        def look(connection: Connection, row: Row[Any]) -> Result | None:
            if row.tip_id is None:
                return None
            return work(connection, row, self._snapshots.read_row(connection, row.tip_id))

        return self.read(project, branch, look)

    def list_branches(self, project: str, *, after: str | None, limit: int) -> Page[Branch]:
        """List a project's branches by name."""

        def work(connection: Connection) -> list[Row[Any]]:
            query = _select_branches().where(project_table.c.name == project).order_by(branches.c.name)
            if after is not None:
                query = query.where(branches.c.name > after)
            return list(connection.execute(query.limit(limit + 1)))

        rows = self._database.read(work)
        items = tuple(map(make_branch, rows[:limit]))
        return Page[Branch](items=items, next=items[-1].name if len(rows) > limit else None)


def read_branch_row(connection: Connection, project: str, branch: str | None) -> Row[Any] | None:
    """Return the row of a branch, by default of the project's default branch; None if there is none."""
    return connection.execute(_select_branch(project, branch)).first()


def list_default_branches(
    connection: Connection, names: Sequence[str], *, with_lines: bool
) -> Iterator[Row[Any]]:
    """Yield the rows of projects' default branches, with `project`, its `settings` and maybe `line`."""
    query = _select_branches().add_columns(
        project_table.c.name.label("project"), project_table.c.settings
    )
    if with_lines:
        query = query.add_columns(summaries.c.line).outerjoin(summaries, IS_KEPT)
    query = query.where(branches.c.name == project_table.c.default_branch)
    for start in range(0, len(names), _NAMES_PER_QUERY):
        batch = names[start : start + _NAMES_PER_QUERY]
        yield from connection.execute(query.where(project_table.c.name.in_(batch)))


def make_branch(row: Row[Any]) -> Branch:
    """Make a branch from its row."""
    tip = None if row.hash is None else Moment(row.hash.hex(), row.committed_at)
    return Branch(row.name, row.length, row.version, tip, row.seen_at, row.stale)


def _select_branches() -> Select[Any]:
    return (
        select(branches, commits.c.hash, snapshots.c.committed_at)
        .join(project_table, project_table.c.id == branches.c.project_id)
        .outerjoin(snapshots, snapshots.c.id == branches.c.tip_id)
        .outerjoin(commits, commits.c.id == snapshots.c.commit_id)
        .where(branches.c.deleted_at.is_(None))
    )


def _select_branch(project: str, branch: str | None) -> Select[Any]:
    wanted = project_table.c.default_branch if branch is None else branch
    return _select_branches().where(project_table.c.name == project, branches.c.name == wanted)
