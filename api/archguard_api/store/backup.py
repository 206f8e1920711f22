"""Back up an SQLite database while it is in use."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from archguard_api.store.database_errors import StoreError
from archguard_api.store.engines import connect_to_read
from archguard_api.store.private_files import create_private_file

if TYPE_CHECKING:
    from archguard_api.store.engines import Engines


def backup(engines: Engines, path: str) -> None:
    """Copy an SQLite database as of one moment (VACUUM INTO); no partial copy is ever left at `path`.

    Nobody but the file's owner may read the copy.

    Raises:
        StoreError: the file exists or cannot be written, or the database is PostgreSQL.
    """
    if engines.file is None:
        raise StoreError(
            "only SQLite databases can be backed up this way; for PostgreSQL run "
            "pg_dump --format=custom --file=FILE DATABASE."
        )
    if os.path.exists(path):
        raise StoreError(f"{path}: the file exists already; choose another name.")
    part = f"{path}.part"
    try:
        if os.path.exists(part):
            os.unlink(part)
        create_private_file(part)
        with closing(connect_to_read(engines.file)) as connection:
            connection.execute("VACUUM INTO ?", (part,))
        _sync(part)
        os.rename(part, path)
        _sync(os.path.dirname(os.path.abspath(path)))
    except OSError as error:
        raise StoreError(f"{path}: the backup cannot be written: {error.strerror}.") from error
    except sqlite3.Error as error:
        raise StoreError(f"{path}: the backup cannot be written: {error}.") from error


def _sync(path: str) -> None:
    """Flush a file or a folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
