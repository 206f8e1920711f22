"""The service's thread that works uploads out of order into their branches, and keeps summaries.

After an upgrade it also works out what the earlier version did not store. What was deleted is purged by
the same thread, so that no rebuild of this process reads what disappears meanwhile.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from archguard_api.errors import ReplacedError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard_api.store import Store

POLL_SECONDS = 0.2
_RETRY_SECONDS = 5.0
_MIN_WORK_SECONDS = 0.003
"""Below this, sleeping costs more than it gives to others."""
_MAX_PAUSE_SECONDS = 0.05
_LOOK_SECONDS = 5.0
"""Between two looks for projects without a summary: those of an earlier version have none."""
_PURGE_SECONDS = 1.0
"""Between two looks for what was deleted."""
_RETENTION_SECONDS = 3600.0
"""Between two times that what projects do not want to keep is deleted."""
_logger = logging.getLogger("archguard.rebuild")


class _StoppedError(Exception):
    """The service stops."""


class RebuildThread:
    """Rebuilds stale branches while the service runs; those of before its start, too.

    It also keeps the summaries of lines that have none, and adds the changes of lines that lack them.
    Half of the time it sleeps, because Python runs one thread at a time and requests come first.
    """

    def __init__(self, store: Store, end_process: Callable[[], None] = lambda: None) -> None:
        """Create the thread.

        Args:
            store: whose branches it rebuilds.
            end_process: called if the database was replaced by another one, which only a new start of
                the process can serve.
        """
        self._store = store
        self._end_process = end_process
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rebuilds", daemon=True)
        self._resumed = 0.0
        self._next_look = 0.0
        self._next_purge = 0.0
        self._next_retention = 0.0

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread, even in the middle of a rebuild, which the next start does again."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        wait = POLL_SECONDS
        while not self._stop.wait(wait):
            wait = POLL_SECONDS
            try:
                self._work()
            except _StoppedError:
                return
            except ReplacedError as error:
                _logger.critical("%s", error)
                self._end_process()
                return
            except ServiceError as error:
                _logger.warning("a branch is not rebuilt yet: %s", error)
                wait = _RETRY_SECONDS

    def _work(self) -> None:
        """Do all that is to be done now."""
        self._resumed = time.monotonic()
        while self._store.upkeep.rebuild_next(pause=self._pause):
            self._pause()
        if self._resumed >= self._next_purge:
            while self._purge():
                self._pause()
            self._next_purge = self._resumed + _PURGE_SECONDS
        if self._resumed >= self._next_retention:
            self._store.retention.apply(self._pause)
            self._next_retention = self._resumed + _RETENTION_SECONDS
        if self._resumed >= self._next_look:
            while self._store.upkeep.keep_next_summary():
                self._pause()
            while self._store.upkeep.add_missing_changes(pause=self._pause):
                self._pause()
            self._next_look = self._resumed + _LOOK_SECONDS

    def _purge(self) -> bool:
        """Delete a part of what was deleted, unless a rebuild is to be done first."""
        return (
            self._store.upkeep.rebuild_next(pause=self._pause)
            or self._store.deletions.begin_next_purge()
            or self._store.purger.take_step()
        )

    def _pause(self) -> None:
        worked = time.monotonic() - self._resumed
        if self._stop.is_set():
            raise _StoppedError
        if worked >= _MIN_WORK_SECONDS:
            self._stop.wait(min(worked, _MAX_PAUSE_SECONDS))
            self._resumed = time.monotonic()
