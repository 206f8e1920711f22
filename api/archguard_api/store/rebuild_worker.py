"""Find stale branches and rebuild them, one at a time."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from archguard_api.errors import ServiceError
from archguard_api.store.branch_rebuild import BranchRebuild
from archguard_api.store.rebuild_leases import LeaseLostError, RebuildLeases

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard.lru_cache import LruCache
    from archguard_api.store.branch_writer import BranchViolations
    from archguard_api.store.database import Database
    from archguard_api.store.interned_names import NameTable
    from archguard_api.store.line_summaries import LineSummaries

_POLL_SECONDS = 0.05


class RebuildWorker:
    """Rebuilds the stale branches of a database, together with the workers of other processes."""

    def __init__(
        self,
        database: Database,
        names: NameTable,
        cached_violations: LruCache[int, BranchViolations],
        summaries: LineSummaries,
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._names = names
        self._cached_violations = cached_violations
        self._summaries = summaries
        self._leases = RebuildLeases(clock)
        self._lock = threading.Lock()

    def rebuild_next(self, project: str | None, pause: Callable[[], None]) -> bool:
        """Rebuild a stale branch that no other worker has; return whether any branch is stale.

        If others have all of them, wait a little.

        Args:
            project: the name of the project; None for all.
            pause: called between steps.

        Raises:
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """
        with self._lock:
            stale = self._database.read(partial(self._leases.list_stale, project=project))
            for row in stale:
                if row.free and self._take(row.id, row.project):
                    self._rebuild(row.id, row.project, pause)
                    return True
        if stale:
            time.sleep(_POLL_SECONDS)
        return bool(stale)

    def keep_next_summary(self) -> bool:
        """Keep the summary of a default branch that has none; return whether there was any.

        Raises:
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """
        return self._summaries.keep_next(self._database)

    def finish(self, project: str | None) -> None:
        """Rebuild until no branch is stale; wait for the other workers' rebuilds.

        Raises:
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """
        while self.rebuild_next(project, lambda: None):
            pass

    def _take(self, branch: int, project: str) -> bool:
        return self._database.write(
            partial(self._leases.take, branch=branch), about=project, is_hidden=True
        )

    def _rebuild(self, branch: int, project: str, pause: Callable[[], None]) -> None:
        rebuild = BranchRebuild(self._database, self._names, self._leases, branch, project, pause)
        try:
            self._cached_violations.put(branch, rebuild.run())
            with suppress(ServiceError):  # a summary that is missing is kept later
                self._summaries.keep(self._database, branch, project)
        except LeaseLostError:
            return
        except BaseException:
            with suppress(ServiceError):
                self._database.write(
                    partial(self._leases.release, branch=branch), about=project, is_hidden=True
                )
            raise
