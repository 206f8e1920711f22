"""A database as two verbs, `read` and `write`: each one transaction, its failures translated."""

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
_RESERVE = 256 * 2**20
_TRIES = 4
_PAUSES = (0.05, 0.3, 1.0)
"""Seconds before each further try: PostgreSQL is back within a second of a restart."""


class Database:
    """Runs work in transactions; what it raises is of `archguard_api.errors`."""

    def __init__(
        self, engines: Engines, *, reserve_bytes: int | None, patience: float = TIMEOUT_SECONDS
    ) -> None:
        self.engines = engines
        self._reserve = reserve_bytes
        self._patience = patience
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def read(self, work: Callable[[Connection], Result]) -> Result:
        """What the work finds, in one consistent view.

        Raises:
            BusyError: the database does not answer.
            InvalidError: a value is none that a database can hold.
        """
        return self._run(self.engines.reader, work, time.monotonic() + self._patience)

    def write(self, work: Callable[[Connection], Result], *, about: str = "") -> Result:
        """What the work gives, once it is durable.

        The work may run again when the connection was lost: it must be idempotent.

        Args:
            work: what to do in the transaction.
            about: the project: PostgreSQL's writers of different projects need not wait for each other.

        Raises:
            BusyError: the database is locked or away.
            FullError: the disk is full, or nearly.
            InvalidError: a value is none that a database can hold.
        """
        deadline = time.monotonic() + self._patience
        lock = self._locks["" if self.engines.file else about]
        if not lock.acquire(timeout=self._patience):
            raise BusyError("others are writing; try again")
        try:
            self.refuse_full()
            return self._run(self.engines.writer, work, deadline)
        finally:
            lock.release()

    def refuse_full(self) -> None:
        """Nothing, as long as the disk has more than the reserve left.

        Raises:
            FullError: it has not.
        """
        if self.engines.file is None:
            return
        disk = shutil.disk_usage(os.path.dirname(self.engines.file))
        reserve = min(_RESERVE, disk.total // 20) if self._reserve is None else self._reserve
        if disk.free < reserve:
            raise FullError("the disk is nearly full: nothing was stored; free some space and try again")

    def _run(self, engine: Engine, work: Callable[[Connection], Result], deadline: float) -> Result:
        for attempt in range(_TRIES):
            try:
                with engine.connect() as connection, set_deadline(connection, deadline).begin():
                    return work(connection)
            except DatabaseFailure as error:
                if attempt == _TRIES - 1 or not is_transient(error):
                    raise translate_error(error) from error
            time.sleep(_PAUSES[attempt])
        raise AssertionError
