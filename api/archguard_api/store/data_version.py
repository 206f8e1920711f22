"""Whether anything was committed since: what a database says at little cost.

SQLite: `PRAGMA data_version` changes for a connection when another one, of any process, has committed
(https://sqlite.org/pragma.html#pragma_data_version); a few microseconds. PostgreSQL:
`pg_current_snapshot` names which transactions are visible, so two equal ones see the same
(https://www.postgresql.org/docs/current/functions-info.html); one round trip. The position of its
write-ahead log would be wrong: it moves before what was committed can be seen.
"""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import exc

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from archguard_api.store.engines import Engines

DataVersion = int | str


class DataVersionReader(Protocol):
    """One connection that only ever asks this."""

    needs_network: bool
    """Whether asking waits for a network."""

    def read(self) -> DataVersion | None:
        """The same as long as nothing is committed; None: nobody knows."""

    def close(self) -> None:
        """Close the connection."""


def open_data_version_reader(engines: Engines) -> DataVersionReader:
    """What says it for a database."""
    return (
        SqliteDataVersionReader(engines.file)
        if engines.file
        else PostgresqlDataVersionReader(engines.asker or engines.reader)
    )


class SqliteDataVersionReader:
    """Of an SQLite file; never waits."""

    needs_network = False

    def __init__(self, file: str) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(file, timeout=0, check_same_thread=False)

    def read(self) -> DataVersion | None:
        """The same as long as nothing is committed; None: nobody knows."""
        with self._lock:
            try:
                found: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
            except sqlite3.Error:
                return None
        return found

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class PostgresqlDataVersionReader:
    """Of PostgreSQL.

    After a crash it may number a transaction as one that it forgot, so no stamp outlives its connection.
    """

    needs_network = True

    def __init__(self, asker: Engine) -> None:
        self._asker = asker
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._opened = 0

    def read(self) -> DataVersion | None:
        """The same as long as nothing is committed; None: nobody knows."""
        with self._lock:
            try:
                return f"{self._ask()}@{self._opened}"
            except exc.SQLAlchemyError:
                self._drop()
                return None

    def _ask(self) -> str:
        if self._connection is None:
            self._connection = self._asker.connect()
            self._opened += 1
        found: str = self._connection.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar_one()
        return found

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._drop()
