"""Run work in a transaction, with retries, time limits and the service's own errors."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from archguard_api.errors import BusyError, FullError
from archguard_api.store.database_errors import DatabaseFailure, is_transient, translate_error
from archguard_api.store.engines import TIMEOUT_SECONDS, Engines, set_deadline

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

Result = TypeVar("Result")
_RESERVE_BYTES = 256 * 2**20
_MAX_ATTEMPTS = 4
_PAUSE_SECONDS = (0.05, 0.3, 1.0)
"""Pauses before the second and later attempts; PostgreSQL restarts within a second."""


class Database:
    """Runs work in transactions; translates the driver's errors to those of `archguard_api.errors`."""

    def __init__(
        self, engines: Engines, *, reserve_bytes: int | None, patience: float = TIMEOUT_SECONDS
    ) -> None:
        self.engines = engines
        self._reserve = reserve_bytes
        self._patience = patience
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def read(self, work: Callable[[Connection], Result]) -> Result:
        """Return the work's result; all its queries see the same state of the database.

        Raises:
            BusyError: the database does not answer in time.
            InvalidError: the database cannot hold one of the values.
        """
        return self._run(self.engines.reader, work, time.monotonic() + self._patience)

    def write(self, work: Callable[[Connection], Result], *, about: str = "") -> Result:
        """Return the work's result once its changes are committed durably.

        The work may run more than once if the connection is lost, so it must be idempotent.

        Args:
            work: a function that is called with the connection of the transaction.
            about: the project that is written; its writers take turns, and with SQLite all writers do.

        Raises:
            BusyError: the database is locked or cannot be reached.
            FullError: the disk is full, or free space is below the reserve.
            InvalidError: the database cannot hold one of the values.
        """
        deadline = time.monotonic() + self._patience
        lock = self._locks["" if self.engines.file else about]
        if not lock.acquire(timeout=self._patience):
            raise BusyError("other writers keep the database busy; try again")
        try:
            self.refuse_full()
            return self._run(self.engines.writer, work, deadline)
        finally:
            lock.release()

    def refuse_full(self) -> None:
        """Raise an error if the disk has less free space than the reserve.

        Raises:
            FullError: free space is below the reserve.
        """
        if self.engines.file is None:
            return
        disk = shutil.disk_usage(os.path.dirname(self.engines.file))
        reserve = min(_RESERVE_BYTES, disk.total // 20) if self._reserve is None else self._reserve
        if disk.free < reserve:
            raise FullError("the disk is nearly full: nothing was stored; free some space and try again")

    def _run(self, engine: Engine, work: Callable[[Connection], Result], deadline: float) -> Result:
        for attempt in range(_MAX_ATTEMPTS):
            try:
                with engine.connect() as connection, set_deadline(connection, deadline).begin():
                    return work(connection)
            except DatabaseFailure as error:
                if attempt == _MAX_ATTEMPTS - 1 or not is_transient(error):
                    raise translate_error(error) from error
            time.sleep(_PAUSE_SECONDS[attempt])
        raise AssertionError
