"""What goes wrong in a database, and what it is called outside this room."""

from __future__ import annotations

from sqlalchemy import exc

from archguard.errors import ArchguardError
from archguard_api.errors import BusyError, FullError, InvalidError, ServiceError

_SQLITE_FULL = 13
_DISK_FULL = "53100"
_TRANSIENT = ("40001", "40P01", "57P01", "57P02", "57P03")
"""SQLSTATE: serialization, deadlock, the server shuts down, crashed, starts up."""


class CorruptError(ServiceError):
    """What the database holds is not what was stored."""


DatabaseFailure = (exc.DBAPIError, exc.TimeoutError, UnicodeEncodeError, OverflowError)
"""What `translate_error` knows; the last two come from the driver, of values that no database takes."""


class StoreError(ArchguardError):
    """The database cannot be opened, or is of another version; the sentence says what to do."""


def translate_error(error: Exception) -> ServiceError:
    """What the caller of the service hears of it: never a 500."""
    if isinstance(error, (exc.DataError, UnicodeEncodeError, OverflowError)):
        return InvalidError("a value is none that a database can hold")
    if isinstance(error, exc.DBAPIError) and _is_full(error):
        return FullError("the disk is full: nothing was stored; free some space and try again")
    return BusyError("the database does not answer in time; try again")


def is_transient(error: Exception) -> bool:
    """Whether the same transaction may succeed when it is tried again at once."""
    if not isinstance(error, exc.DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(error, (exc.OperationalError, exc.InterfaceError)) and _of_postgresql(error):
        return state is None or state in _TRANSIENT or state.startswith("08")
    return error.connection_invalidated or state in _TRANSIENT


def _of_postgresql(error: exc.DBAPIError) -> bool:
    return hasattr(error.orig, "sqlstate")


def _is_full(error: exc.DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return code == _SQLITE_FULL or getattr(error.orig, "sqlstate", None) == _DISK_FULL
