"""Read the version of a database's data: a cheap value that changes with every commit.

SQLite: `PRAGMA data_version` changes for a connection when another one, of any process, has committed
(https://sqlite.org/pragma.html#pragma_data_version); it takes microseconds. PostgreSQL:
`pg_current_snapshot` names the visible transactions, so equal snapshots see equal data
(https://www.postgresql.org/docs/current/functions-info.html); it takes one round trip. The position of
the write-ahead log would not do: it moves before the committed data becomes visible.
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
    """Reads the version over a connection of its own."""

    needs_network: bool
    """Whether `read` waits for a network."""

    def read(self) -> DataVersion | None:
        """Return a value that is equal as long as nothing is committed; None if the database fails."""

    def close(self) -> None:
        """Close the connection."""


def open_data_version_reader(engines: Engines) -> DataVersionReader:
    """Open the reader for a database."""
    return (
        SqliteDataVersionReader(engines.file)
        if engines.file
        else PostgresqlDataVersionReader(engines.autocommit or engines.reader)
    )


class SqliteDataVersionReader:
    """Reads the version of an SQLite file; never waits."""

    needs_network = False

    def __init__(self, file: str) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(file, timeout=0, check_same_thread=False)

    def read(self) -> DataVersion | None:
        """Return a value that is equal as long as nothing is committed; None if the database fails."""
        with self._lock:
            try:
                version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
            except sqlite3.Error:
                return None
        return version

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class PostgresqlDataVersionReader:
    """Reads the version of a PostgreSQL database.

    After a crash the server may reuse the number of a transaction that it lost, so a version is never
    equal to one that another connection has read.
    """

    needs_network = True

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._connections = 0

    def read(self) -> DataVersion | None:
        """Return a value that is equal as long as nothing is committed; None if the database fails."""
        with self._lock:
            try:
                return f"{self._read_snapshot()}@{self._connections}"
            except exc.SQLAlchemyError:
                self._disconnect()
                return None

    def _read_snapshot(self) -> str:
        if self._connection is None:
            self._connection = self._engine.connect()
            self._connections += 1
        query = "SELECT pg_current_snapshot()::text"
        snapshot: str = self._connection.exec_driver_sql(query).scalar_one()
        return snapshot

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._disconnect()
