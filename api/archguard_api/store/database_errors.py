"""The errors of a database, and their translation to the errors of the service."""

from __future__ import annotations

from sqlalchemy import exc

from archguard.errors import ArchguardError
from archguard_api.errors import BusyError, FullError, InvalidError, ServiceError

_SQLITE_FULL = 13
_DISK_FULL = "53100"
_TRANSIENT = ("40001", "40P01", "57P01", "57P02", "57P03")
"""SQLSTATE: serialization failure, deadlock, and a server that shuts down, crashed or starts up."""


class CorruptError(ServiceError):
    """The database does not hold what was stored."""


DatabaseFailure = (exc.DBAPIError, exc.TimeoutError, UnicodeEncodeError, OverflowError)
"""The errors that `translate_error` takes; the driver raises the last two for values it cannot store."""


class StoreError(ArchguardError):
    """The database cannot be opened, or its schema has another version; the message says what to do."""


def translate_error(error: Exception) -> ServiceError:
    """Return the error to raise instead: the client's fault, or a temporary one."""
    if isinstance(error, (exc.DataError, UnicodeEncodeError, OverflowError)):
        return InvalidError("the database cannot hold one of the values")
    if isinstance(error, exc.DBAPIError) and _is_full(error):
        return FullError("the disk is full: nothing was stored; free some space and try again")
    return BusyError("the database does not answer in time; try again")


def is_transient(error: Exception) -> bool:
    """Return whether the same transaction may succeed if it is retried at once."""
    if not isinstance(error, exc.DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(error, (exc.OperationalError, exc.InterfaceError)) and _is_postgresql(error):
        return state is None or state in _TRANSIENT or state.startswith("08")
    return error.connection_invalidated or state in _TRANSIENT


def _is_postgresql(error: exc.DBAPIError) -> bool:
    return hasattr(error.orig, "sqlstate")


def _is_full(error: exc.DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return code == _SQLITE_FULL or getattr(error.orig, "sqlstate", None) == _DISK_FULL
