"""Do what keeps the service's data complete and small, beside the requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard_api.errors import ServiceError
from archguard_api.models.audit import COMMAND_LINE
from archguard_api.store import project_rows
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard_api.models import PruneResult
    from archguard_api.models.audit import Actor
    from archguard_api.store.database import Database
    from archguard_api.store.graph_pruner import GraphPruner
    from archguard_api.store.missing_changes import MissingChanges
    from archguard_api.store.rebuild_worker import RebuildWorker


class Upkeep:
    """Rebuilds branches, adds what an earlier version did not store, and drops old graphs."""

    def __init__(
        self,
        database: Database,
        rebuilds: RebuildWorker,
        missing_changes: MissingChanges,
        pruner: GraphPruner,
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._rebuilds = rebuilds
        self._missing_changes = missing_changes
        self._pruner = pruner
        self._clock = clock

    def rebuild_next(self, *, pause: Callable[[], None] = lambda: None) -> bool:
        """Rebuild a branch that got an upload out of order; return whether there was any.

        Args:
            pause: called every few milliseconds, to leave the processor to others.

        Raises:
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """
        return self._rebuilds.rebuild_next(None, pause)

    def keep_next_summary(self) -> bool:
        """Keep the summary of a project's line if any has none; return whether there was any.

        Raises:
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """
        return self._rebuilds.keep_next_summary()

    def add_missing_changes(self, *, pause: Callable[[], None] = lambda: None) -> bool:
        """Work out a part of what an earlier version did not store; return whether there was any.

        Args:
            pause: called every few milliseconds, to leave the processor to others.

        Raises:
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """
        return self._missing_changes.add_next(pause)

    def finish_upgrade(self) -> bool:
        """Work out what an earlier version did not store; return whether that is all of it.

        The service goes on with the rest: the disk is full, or the database did not answer in time.
        """
        try:
            while self.keep_next_summary() or self.add_missing_changes():
                pass
        except ServiceError:
            return False
        return True

    def finish_rebuilds(self, project: str | None = None) -> None:
        """Return once no branch of a project, or of any, awaits a rebuild.

        Raises:
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """
        self._rebuilds.finish(project)

    def prune_graphs(
        self,
        project: str | None,
        *,
        keep_days: int | None,
        keep_last: int | None,
        actor: Actor = COMMAND_LINE,
    ) -> PruneResult:
        """Drop old graphs; trends and violations stay complete.

        The default branch's tip always keeps its graph. If the request's time is up, the rest is left
        for another call.

        Args:
            project: the project's name; None for all projects.
            keep_days: keep the graphs of snapshots received within this many days.
            keep_last: keep the graphs of this many snapshots at the end of each branch.
            actor: who asks for it.

        Raises:
            NotFoundError: there is no such project.
            ConflictError: it is being deleted.
        """
        now = int(self._clock())
        before = None if keep_days is None else now - keep_days * DAY
        names = self._database.read(project_rows.list_names) if project is None else (project,)
        return self._pruner.prune(names, before=before, keep_last=keep_last, now=now, actor=actor)
