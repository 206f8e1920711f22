"""Open a database and configure its connections.

SQLite: WAL with `synchronous=FULL`, since an upload answered with 201 must survive a power cut. One
connection writes, and it alone checkpoints (before SQLite 3.51.3 two checkpoints at once could corrupt
the file); the others only read. PostgreSQL: reads see one snapshot (REPEATABLE READ, read-only).

A statement for a request may take what is left of the request's deadline, any other read 5 seconds:
SQLite is interrupted, PostgreSQL has its `statement_timeout`. The deadline is checked before each
statement.
"""

from __future__ import annotations

import math
import os
import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
from sqlalchemy import create_engine, event, exc, make_url

from archguard_api.deadline import UNLIMITED, Deadline
from archguard_api.store.database_errors import StoreError
from archguard_api.store.owner_lock import OwnerLock, refuse_second_owner
from archguard_api.store.private_files import tighten_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection, Engine

TIMEOUT_SECONDS = 5.0
"""The longest wait for a database: for a lock, a statement, a connection."""
_NO_FILE = (None, "", ":memory:")
_COMMITTED_SECONDS = 60.0
"""The limit of a read for a request that has committed something: it must not fail any more."""
_END, _DEADLINE = "archguard_end", "archguard_deadline"
"""Execution options of a connection."""
_LIMIT = "archguard_statement_limit"
"""In a PostgreSQL connection's `info`: what its `statement_timeout` was set to, in seconds."""
_SERVER, _IDENTITY = "archguard_server", "archguard_identity"
"""In a PostgreSQL connection's `info`: which cluster it leads to, and which database that holds now."""
_READ_IDENTITY = (
    "concat_ws('/', (SELECT oid FROM pg_database WHERE datname = current_database()),"
    " pg_relation_filenode(to_regclass('projects')))"
)
"""Another one after a restore, whether that made the database, the tables or their rows anew."""
_STEPS_BETWEEN_CHECKS = 100_000
"""Of SQLite's virtual machine, between two looks at the clock: a few milliseconds."""
_MAX_EXCESS_SECONDS = 0.4
"""By how much a `statement_timeout` may exceed what is left before it is set anew."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines of one database."""

    writer: Engine
    reader: Engine
    file: str | None
    """SQLite's file; None for PostgreSQL."""
    autocommit: Engine | None = None
    """For `data_version` with PostgreSQL: each statement sees all that is committed by then."""
    checkpoints: bool = True
    """Whether this process may checkpoint SQLite's log."""
    lock: OwnerLock | None = None
    """Held until the end, if this process is the owner of an SQLite file."""

    def dispose(self) -> None:
        """Close every connection."""
        if self.file is not None and not self.checkpoints:
            with _keep_log(self.file):
                self._close()
        else:
            self._close()

    def _close(self) -> None:
        self.reader.dispose()
        if self.autocommit is not None:
            self.autocommit.dispose()
        self.writer.dispose()
        if self.lock is not None:
            self.lock.release()


def connect_to_read(file: str) -> sqlite3.Connection:
    """Return a connection to an SQLite file that cannot write it, and so never checkpoints.

    Raises:
        sqlite3.Error: the file cannot be opened.
    """
    address = f"{Path(os.path.abspath(file)).as_uri()}?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=TIMEOUT_SECONDS)


@contextmanager
def _keep_log(file: str) -> Iterator[None]:
    """Keep SQLite from a checkpoint when the last connection that can write is closed in the block.

    SQLite then moves the log into the database, unless another connection is open: here one that
    cannot write. SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE would do it, too; Python has it from 3.12 on.
    """
    try:
        connection = connect_to_read(file)
    except sqlite3.Error:  # the file is gone, and its log is nobody's any more
        yield
        return
    with closing(connection):
        with suppress(sqlite3.Error):  # it is no database, and has no log
            connection.execute("PRAGMA schema_version").fetchone()  # opens the log
        yield


def parse_url(url: str) -> URL:
    """Parse a database's URL and choose the driver.

    Raises:
        StoreError: the URL is neither that of an SQLite file nor of a PostgreSQL database.
    """
    try:
        address = make_url(url)
    except exc.ArgumentError:
        address = None
    if (
        address is not None
        and address.get_backend_name() == "sqlite"
        and address.database not in _NO_FILE
    ):
        return address.set(drivername="sqlite+pysqlite")
    if address is not None and address.get_backend_name() == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    raise StoreError(
        "invalid database URL; write sqlite:///path/to/file.db or postgresql://user@host/name."
    )


def hide_password(url: str) -> str:
    """Return the URL with its password hidden."""
    address = parse_url(url)
    return address.set(drivername=address.get_backend_name()).render_as_string(hide_password=True)


def default_database() -> str:
    """Return the URL of the SQLite file in the user's data folder."""
    return f"sqlite:///{platformdirs.user_data_path('archguard') / 'archguard.db'}"


def open_engines(url: str, *, readers: int, checkpoints: bool = True, owner: bool = False) -> Engines:
    """Create the engines for a URL, without connecting yet.

    The owner of an SQLite file keeps other owners out, and others from reading its files.

    Raises:
        StoreError: the URL is invalid, the driver is not installed, or the file has another owner.
    """
    address = parse_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(address, readers, checkpoints=checkpoints, owner=owner)
    try:
        return _postgresql(address, readers)
    except ModuleNotFoundError as error:
        raise StoreError(
            "the driver for PostgreSQL is not installed; install archguard[postgres]."
        ) from error


@contextmanager
def limit_transaction(connection: Connection, deadline: Deadline, end: float) -> Iterator[None]:
    """Limit the connection's transactions within this context.

    Args:
        connection: not in a transaction yet.
        deadline: of the request that it is for.
        end: until when to wait for locks, on the monotonic clock.
    """
    connection.execution_options(**{_END: end, _DEADLINE: deadline})
    if deadline is UNLIMITED or connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.dbapi_connection
    with deadline.interrupting(raw.interrupt):
        yield


def check_owner(url: str) -> None:
    """Raise an error if another process owns the database.

    Raises:
        StoreError: it does, or the URL is invalid.
    """
    address = parse_url(url)
    if address.get_backend_name() == "sqlite":
        refuse_second_owner(os.path.abspath(address.database or ""))


def _get_deadline(connection: Connection) -> Deadline:
    deadline: Deadline = connection.get_execution_options().get(_DEADLINE, UNLIMITED)
    return deadline


def _get_lock_seconds(connection: Connection) -> float:
    """Return how long the connection's next transaction may wait for a lock."""
    now = time.monotonic()
    end: float = connection.get_execution_options().get(_END, now + TIMEOUT_SECONDS)
    return min(end - now, _get_deadline(connection).get_remaining_seconds())


def _get_read_seconds(connection: Connection) -> float:
    """Return how long the connection's next statement may read."""
    deadline = _get_deadline(connection)
    if deadline is UNLIMITED:
        return TIMEOUT_SECONDS
    if deadline.has_committed:
        return _COMMITTED_SECONDS
    return deadline.get_remaining_seconds()


def _to_milliseconds(seconds: float) -> int:
    return max(1, round(1000 * seconds))


def _check_deadline(connection: Connection, *_statement: object) -> None:
    _get_deadline(connection).check()


def _sqlite(address: URL, readers: int, *, checkpoints: bool, owner: bool) -> Engines:
    file = os.path.abspath(address.database or "")
    lock = OwnerLock(file) if owner else None
    if owner:
        tighten_files(file)
    arguments = {"check_same_thread": False, "isolation_level": None}
    writer = create_engine(address, connect_args=arguments, pool_size=1, max_overflow=0)
    reader = create_engine(
        address, connect_args=arguments, pool_size=readers, max_overflow=0, pool_timeout=TIMEOUT_SECONDS
    )
    event.listen(writer, "connect", _prepare_writer)
    event.listen(reader, "connect", _prepare_reader)
    if not checkpoints:
        event.listen(writer, "connect", _disable_checkpoints)
    event.listen(writer, "begin", _begin_writing)
    event.listen(reader, "begin", _begin_reading)
    for engine in (writer, reader):
        event.listen(engine, "before_cursor_execute", _check_deadline)
    return Engines(writer, reader, file, checkpoints=checkpoints, lock=lock)


def _prepare(connection: Any, *pragmas: str) -> None:
    for pragma in (f"busy_timeout={round(TIMEOUT_SECONDS * 1000)}", "trusted_schema=OFF", *pragmas):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_writer(connection: Any, _record: object) -> None:
    _prepare(connection, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


def _prepare_reader(connection: Any, _record: object) -> None:
    _prepare(connection, "query_only=ON", "wal_autocheckpoint=0")


def _disable_checkpoints(connection: Any, _record: object) -> None:
    _prepare(connection, "wal_autocheckpoint=0")


def _begin_writing(connection: Connection) -> None:
    raw: Any = connection.connection.dbapi_connection
    raw.execute(f"PRAGMA busy_timeout={_to_milliseconds(_get_lock_seconds(connection))}")
    deadline = _get_deadline(connection)
    raw.set_progress_handler(
        None if deadline is UNLIMITED else lambda: deadline.get_remaining_seconds() <= 0,
        _STEPS_BETWEEN_CHECKS,
    )
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(connection: Connection) -> None:
    raw: Any = connection.connection.dbapi_connection
    end = time.monotonic() + _get_read_seconds(connection)
    raw.set_progress_handler(lambda: time.monotonic() > end, _STEPS_BETWEEN_CHECKS)
    connection.exec_driver_sql("BEGIN")


def _postgresql(address: URL, readers: int) -> Engines:
    settings: dict[str, Any] = {
        "pool_pre_ping": True,
        "pool_timeout": TIMEOUT_SECONDS,
        "connect_args": {"connect_timeout": round(TIMEOUT_SECONDS)},
    }
    writer = create_engine(address, pool_size=4, max_overflow=4, **settings)
    reader = create_engine(
        address,
        pool_size=readers,
        max_overflow=0,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
        **settings,
    )
    for engine in (writer, reader):
        event.listen(engine, "connect", _read_server)
    event.listen(writer, "begin", _begin_postgresql_writing)
    event.listen(reader, "begin", _begin_postgresql_reading)
    for engine in (writer, reader):
        event.listen(engine, "before_cursor_execute", _limit_statement)
    autocommit = create_engine(
        address,
        pool_size=1,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",
        connect_args={
            "connect_timeout": round(TIMEOUT_SECONDS),
            "tcp_user_timeout": round(1000 * TIMEOUT_SECONDS),
        },
    )
    event.listen(autocommit, "connect", _limit_session)
    return Engines(writer, reader, None, autocommit)


def _read_server(connection: Any, record: Any) -> None:
    query = "SELECT system_identifier FROM pg_control_system()"
    record.info[_SERVER] = connection.execute(query).fetchone()[0]
    connection.commit()


def read_identity(connection: Connection) -> str | None:
    """Return which database a transaction is in, as read at its begin; None for SQLite.

    An SQLite file has its owner, which keeps a restore out.
    """
    identity: str | None = connection.info.get(_IDENTITY)
    return identity


def _limit_session(connection: Any, _record: object) -> None:
    connection.execute(f"SET statement_timeout = {round(TIMEOUT_SECONDS * 1000)}")
    connection.commit()


def _begin_postgresql_writing(connection: Connection) -> None:
    seconds = _get_deadline(connection).get_remaining_seconds()
    connection.info[_LIMIT] = seconds
    statement = 0 if seconds == math.inf else _to_milliseconds(seconds)  # 0: no limit
    lock = _to_milliseconds(_get_lock_seconds(connection))
    identity = connection.exec_driver_sql(
        f"SELECT {_READ_IDENTITY}, set_config('lock_timeout', '{lock}', true),"
        f" set_config('statement_timeout', '{statement}', true)"
    ).scalar_one()
    connection.info[_IDENTITY] = f"{connection.info[_SERVER]}/{identity}"


def _begin_postgresql_reading(connection: Connection) -> None:
    connection.info[_LIMIT] = seconds = _get_read_seconds(connection)
    identity = connection.exec_driver_sql(
        f"SELECT {_READ_IDENTITY}, set_config('statement_timeout', '{_to_milliseconds(seconds)}', true)"
    ).scalar_one()
    connection.info[_IDENTITY] = f"{connection.info[_SERVER]}/{identity}"


def _limit_statement(connection: Connection, *_statement: object) -> None:
    """Let the next statement take what is left, or little more."""
    deadline = _get_deadline(connection)
    deadline.check()
    seconds = deadline.get_remaining_seconds()
    if seconds + _MAX_EXCESS_SECONDS < connection.info[_LIMIT]:
        connection.info[_LIMIT] = seconds
        raw: Any = connection.connection.dbapi_connection
        raw.execute(f"SET LOCAL statement_timeout = {_to_milliseconds(seconds)}")
