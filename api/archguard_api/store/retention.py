"""Do by schedule what the settings of projects ask for: delete old branches, drop old graphs."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from archguard_api.errors import ConflictError, NotFoundError
from archguard_api.models.audit import SERVICE
from archguard_api.models.project_settings import read_stored_settings
from archguard_api.store.schema import branches, projects
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Row

    from archguard_api.models import ProjectSettings
    from archguard_api.store.database import Database
    from archguard_api.store.graph_pruner import GraphPruner
    from archguard_api.store.line_deletions import LineDeletions

_PROJECTS = select(projects.c.id, projects.c.name, projects.c.default_branch, projects.c.settings)


class Retention:
    """Applies the settings of all projects."""

    def __init__(
        self,
        database: Database,
        lines: LineDeletions,
        pruner: GraphPruner,
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._lines = lines
        self._pruner = pruner
        self._clock = clock

    def apply(self, pause: Callable[[], None] = lambda: None) -> None:
        """Delete the branches and drop the graphs that are older than their projects keep them.

        Args:
            pause: called between two projects or branches.

        Raises:
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """
        query = _PROJECTS.where(projects.c.deleted_at.is_(None)).order_by(projects.c.id)
        for row in self._database.read(lambda connection: connection.execute(query).all()):
            settings = read_stored_settings(row.settings or {})
            with suppress(NotFoundError, ConflictError):  # it was deleted or renamed meanwhile
                self._apply(row, settings, pause)

    def _apply(
        self, project: Row[Any, Any, Any, Any], settings: ProjectSettings, pause: Callable[[], None]
    ) -> None:
        now = int(self._clock())
        if settings.delete_branches_after_days is not None:
            seen_before = now - settings.delete_branches_after_days * DAY
            for name in self._database.read(
                lambda connection: _list_old_branches(connection, project, seen_before)
            ):
                self._lines.delete_expired_branch(project.name, name, seen_before, SERVICE)
                pause()
        if settings.keep_graphs_days is not None:
            before = now - settings.keep_graphs_days * DAY
            self._pruner.prune((project.name,), before=before, keep_last=None, now=now, actor=SERVICE)
            pause()


def _list_old_branches(
    connection: Connection, project: Row[Any, Any, Any, Any], seen_before: int
) -> Sequence[str]:
    query = (
        select(branches.c.name)
        .where(
            branches.c.project_id == project.id,
            branches.c.deleted_at.is_(None),
            branches.c.seen_at < seen_before,
            branches.c.name.is_distinct_from(project.default_branch),
        )
        .order_by(branches.c.name)
    )
    return connection.scalars(query).all()
