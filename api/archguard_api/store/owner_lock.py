"""The lock of an SQLite database's owner.

The owner is the one process that checkpoints the log, and changes the schema: `archguard serve`,
`db upgrade`. The lock is an flock on a file beside the database, so the system releases it however
the process ends; the file stays, since another process may hold a lock on it by then.
"""

from __future__ import annotations

import os
from contextlib import suppress

from archguard_api.store.database_errors import StoreError
from archguard_api.store.private_files import PRIVATE

SUFFIX = ".lock"


class OwnerLock:
    """The lock of one database, held from creation until `release`."""

    def __init__(self, file: str) -> None:
        """Take the lock; do not wait for it.

        Args:
            file: the database, which need not exist.

        Raises:
            StoreError: another process holds it, or the lock's file cannot be opened.
        """
        path = f"{os.path.realpath(file)}{SUFFIX}"
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), PRIVATE)
        except OSError as error:
            raise StoreError(f"{path}: the lock cannot be opened: {error.strerror}.") from error
        try:
            _lock(self._handle)
        except BlockingIOError:
            holder = os.pread(self._handle, 20, 0).decode("ascii", "replace").strip()
            os.close(self._handle)
            raise StoreError(
                f"{file}: process {holder or '(unknown)'} owns this database (archguard serve or "
                "db upgrade); stop it first."
            ) from None
        except OSError as error:
            os.close(self._handle)
            raise StoreError(f"{path}: the lock cannot be taken: {error.strerror}.") from error
        with suppress(PermissionError):  # another user's
            os.chmod(path, PRIVATE)
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Release the lock; do nothing if that was done."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def refuse_second_owner(file: str) -> None:
    """Raise an error if a database has an owner; this costs less than to find out when it is opened.

    Raises:
        StoreError: another process holds the lock.
    """
    if os.path.exists(file):
        OwnerLock(file).release()


def _lock(handle: int) -> None:
    """Lock a file without waiting; where the system has no flock, nothing is locked."""
    if os.name != "posix":
        return
    import fcntl  # noqa: PLC0415

    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
