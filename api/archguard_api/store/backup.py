"""A copy of the database while it is in use."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from archguard_api.store.database_errors import StoreError

if TYPE_CHECKING:
    from archguard_api.store.engines import Engines


def backup(engines: Engines, path: str) -> None:
    """Copy an SQLite database as it stands at one moment (VACUUM INTO); the copy is whole or not there.

    Raises:
        StoreError: it cannot be written, or the database is PostgreSQL.
    """
    if engines.file is None:
        raise StoreError("PostgreSQL has its own way: pg_dump --format=custom --file=FILE DATABASE.")
    if os.path.exists(path):
        raise StoreError(f"{path}: it exists already; name another file.")
    part = f"{path}.part"
    try:
        if os.path.exists(part):
            os.unlink(part)
        with closing(sqlite3.connect(engines.file)) as connection:
            connection.execute("PRAGMA wal_autocheckpoint=0")
            connection.execute("VACUUM INTO ?", (part,))
        _flush(part)
        os.rename(part, path)
        _flush(os.path.dirname(os.path.abspath(path)))
    except OSError as error:
        raise StoreError(f"{path}: it cannot be written: {error.strerror}.") from error
    except sqlite3.Error as error:
        raise StoreError(f"{path}: it cannot be written: {error}.") from error


def _flush(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
