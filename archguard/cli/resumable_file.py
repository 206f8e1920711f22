"""A file of lines that an interrupted run left, taken up where it ends."""

from __future__ import annotations

import os
import stat
import sys
from typing import IO, TYPE_CHECKING

from archguard.errors import ArchguardError
from archguard.reporters.history_json import parse_commit

if TYPE_CHECKING:
    from types import TracebackType


class Lines:
    """Writes lines whole, one by one; those that the file holds already are left as they are."""

    def __init__(self, path: str | None) -> None:
        """Open the file; None or `-` is standard output.

        Raises:
            ArchguardError: it cannot be written, or holds something else.
        """
        self._path = "standard output" if path is None else path or "--output ''"
        self._file: IO[bytes] = sys.stdout.buffer
        self._continues = False
        if path is None or path == "-":
            return
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
            self._file = os.fdopen(descriptor, "r+b" if _is_regular(descriptor) else "wb", buffering=0)
            self._continues = _is_regular(descriptor)
            first = self._file.readline() if self._continues else b""
        except OSError as error:
            raise self._error(error) from error
        if self._continues:
            if first.endswith(b"\n") and parse_commit(first) is None:
                raise ArchguardError(
                    f"{path}: it is no file of `archguard backfill`; delete it, or name another one."
                )
            self._file.seek(0)

    def write(self, text: str) -> None:
        """Have the file hold this line next.

        Raises:
            ArchguardError: the disk is full.
        """
        line = text.encode()
        try:
            if self._continues:
                start = self._file.tell()
                if self._file.read(len(line)) == line:
                    return
                # An older run was cut off here, or saw something else.
                self._continues = False
                self._file.truncate(start)
                self._file.seek(start)
            self._file.write(line)
            self._file.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise self._error(error) from error

    def end(self) -> None:
        """Nothing comes after the last line."""
        if self._continues:
            self._file.truncate()

    def __enter__(self) -> Lines:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self.end()
        if self._file is not sys.stdout.buffer:
            self._file.close()

    def _error(self, error: OSError) -> ArchguardError:
        return ArchguardError(f"{self._path}: it cannot be written: {error.strerror}.")


def _is_regular(descriptor: int) -> bool:
    return stat.S_ISREG(os.fstat(descriptor).st_mode)
