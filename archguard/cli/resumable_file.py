"""An output file of JSON lines that a later run continues where an interrupted one ended."""

from __future__ import annotations

import os
import stat
import sys
from typing import IO, TYPE_CHECKING

from archguard.errors import ArchguardError
from archguard.reporters.history_json import parse_commit

if TYPE_CHECKING:
    from types import TracebackType


class ResumableFile:
    """Writes whole lines one by one; lines that the file already holds are not written again."""

    def __init__(self, path: str | None) -> None:
        """Open a file; None or `-` is standard output.

        Raises:
            ArchguardError: the file cannot be written, or `archguard backfill` did not write it.
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
                    f"{path}: the file is not from `archguard backfill`; delete it, or name another one."
                )
            self._file.seek(0)

    def write(self, text: str) -> None:
        """Write a line, unless the file already holds it at this position.

        Raises:
            ArchguardError: the line cannot be written, because the disk is full for one.
        """
        line = text.encode()
        try:
            if self._continues:
                start = self._file.tell()
                if self._file.read(len(line)) == line:
                    return
                # The earlier run was interrupted here, or wrote something else.
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
        """Cut off what an earlier run wrote after the last line."""
        if self._continues:
            self._file.truncate()

    def __enter__(self) -> ResumableFile:
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
