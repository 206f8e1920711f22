"""A copy of the database while it is in use."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sqlalchemy import exc

from archguard_api.store.failures import StoreError

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
        with engines.reader.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("VACUUM INTO ?", (part,))  # type: ignore[attr-defined]
        _flush(part)
        os.rename(part, path)
        _flush(os.path.dirname(os.path.abspath(path)))
    except OSError as error:
        raise StoreError(f"{path}: it cannot be written: {error.strerror}.") from error
    except exc.DBAPIError as error:
        raise StoreError(f"{path}: it cannot be written: {error.orig}.") from error


def _flush(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
