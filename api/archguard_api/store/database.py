"""Run work in a transaction, with retries, time limits and the service's own errors.

A transaction takes no longer than the request that it is for may still take (`archguard_api.deadline`);
nothing is committed for a request that was refused.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select

from archguard_api.deadline import get_deadline
from archguard_api.errors import BusyError, FullError, ReplacedError
from archguard_api.store import project_rows
from archguard_api.store.database_errors import DatabaseFailure, is_transient, translate_error
from archguard_api.store.engines import (
    TIMEOUT_SECONDS,
    Engines,
    limit_transaction,
    read_identity,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
        self._is_writing = False
        """Whether the writer whose turn it is with SQLite has begun its transaction."""
        self._identity: str | None = None
        """Of the database of the first transaction."""

    def read(self, work: Callable[[Connection], Result]) -> Result:
        """Return the work's result; all its queries see the same state of the database.

        Raises:
            BusyError: the database does not answer in time.
            InvalidError: the database cannot hold one of the values.
        """
        return self._run(self.engines.reader, work, self._patience)

    def write(
        self, work: Callable[[Connection], Result], *, about: str = "", is_hidden: bool = False
    ) -> Result:
        """Return the work's result once its changes are committed durably.

        The work may run more than once if the connection is lost, so it must be idempotent.

        Args:
            work: a function that is called with the connection of the transaction.
            about: the project that is written; its writers take turns, and with SQLite all writers do.
                It gets another revision, so that no answer from before is given any more.
            is_hidden: whether no answer shows what is written, so that the project keeps its revision.

        Raises:
            BusyError: the database is locked or cannot be reached.
            FullError: the disk is full, or free space is below the reserve.
            InvalidError: the database cannot hold one of the values.
        """

        def begin_work(connection: Connection) -> Result:
            self._is_writing = True
            result = work(connection)
            if about and not is_hidden:
                project_rows.revise_project(connection, about)
            return result

        started = time.monotonic()
        with self._turn(about, self._patience):
            self.refuse_full()
            patience = self._patience - (time.monotonic() - started)
            return self._run(self.engines.writer, begin_work, patience)

    def check_writable(self, patience: float) -> None:
        """Raise an error if nothing can be written within `patience` seconds.

        A writer of this process that keeps the others waiting is no reason: the database takes what it
        writes.

        Raises:
            BusyError: the database is locked or cannot be reached.
            FullError: the disk is full, or free space is below the reserve.
        """
        self.refuse_full()
        started = time.monotonic()
        try:
            with self._turn("", patience):
                patience -= time.monotonic() - started
                self._run(
                    self.engines.writer, lambda connection: connection.execute(select(1)), patience
                )
        except BusyError:
            if self.engines.file is None or not self._is_writing:
                raise

    @contextmanager
    def _turn(self, about: str, patience: float) -> Iterator[None]:
        """Wait for the writers of the same project, or of the same SQLite file."""
        lock = self._locks["" if self.engines.file else about]
        if not lock.acquire(timeout=min(patience, get_deadline().get_remaining_seconds())):
            raise BusyError("other writers keep the database busy; try again")
        try:
            yield
        finally:
            self._is_writing = False
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

    def _run(self, engine: Engine, work: Callable[[Connection], Result], patience: float) -> Result:
        end = time.monotonic() + patience
        for attempt in range(_MAX_ATTEMPTS):
            get_deadline().check()
            try:
                return self._run_once(engine, work, end)
            except DatabaseFailure as error:
                if attempt == _MAX_ATTEMPTS - 1 or not is_transient(error):
                    raise translate_error(error) from error
            time.sleep(_PAUSE_SECONDS[attempt])
        raise AssertionError

    def _run_once(self, engine: Engine, work: Callable[[Connection], Result], end: float) -> Result:
        deadline = get_deadline()
        with (
            engine.connect() as connection,
            limit_transaction(connection, deadline, end),
            connection.begin() as transaction,
        ):
            self._refuse_another(connection)
            result = work(connection)
            if engine is self.engines.writer:
                with deadline.committing():
                    transaction.commit()
        return result

    def _refuse_another(self, connection: Connection) -> None:
        """Raise an error if this is not the database any more that all is known of.

        Raises:
            ReplacedError: it was restored in the meantime.
        """
        identity = read_identity(connection)
        if self._identity is None:
            self._identity = identity
        elif identity != self._identity:
            raise ReplacedError
