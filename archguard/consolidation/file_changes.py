"""Change the files of a working tree, each as a whole, so that every change can be undone."""

from __future__ import annotations

import hashlib
import os
import stat
from difflib import unified_diff
from typing import TYPE_CHECKING, NamedTuple

from archguard.errors import SourceError
from archguard.whole_file import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class FileChange(NamedTuple):
    """A file of the tree, before and after."""

    path: str
    """Relative to the root."""
    before: bytes
    after: bytes


def write_changes(root: str, changes: Iterable[FileChange]) -> None:
    """Write the new contents; a file that is interrupted has its old content.

    Raises:
        SourceError: a file was changed meanwhile, or cannot be written; nothing is changed.
    """
    written: list[FileChange] = []
    try:
        for change in changes:
            _replace(root, change.path, change.before, change.after)
            written.append(change)
    except BaseException:  # Ctrl-C, too
        undo_changes(root, written)
        raise


def undo_changes(root: str, changes: Iterable[FileChange]) -> None:
    """Write the old contents again.

    Raises:
        SourceError: a file was changed meanwhile, or cannot be written.
    """
    for change in changes:
        _replace(root, change.path, change.after, change.before)


def compute_digest(content: bytes) -> str:
    """Return the SHA-256 of a content."""
    return hashlib.sha256(content).hexdigest()


def format_diff(changes: Iterable[FileChange]) -> bytes:
    """Return the changes as a unified diff that `git apply` and `patch -p1` take."""
    return b"".join(line for change in changes for line in _diff_file(change))


def _replace(root: str, path: str, expected: bytes, content: bytes) -> None:
    full = os.path.realpath(os.path.join(root, path))
    try:
        with open(full, "rb") as file:
            if file.read() != expected:
                raise SourceError(f"{path} was changed by somebody else: nothing more was written.")
        replace_file(full, content, mode=stat.S_IMODE(os.stat(full).st_mode))
    except OSError as error:
        raise SourceError(f"{path} cannot be written: {error.strerror}.") from error


def _diff_file(change: FileChange) -> Iterator[bytes]:
    before, after = _split(change.before), _split(change.after)
    path = os.fsencode(change.path).decode("latin-1")
    for line in unified_diff(before, after, f"a/{path}", f"b/{path}"):
        yield line.encode("latin-1")
        if not line.endswith("\n"):
            yield b"\n\\ No newline at end of file\n"


def _split(content: bytes) -> list[str]:
    """Return the lines as git has them: they end with a line feed. Each byte becomes a character."""
    *lines, last = content.decode("latin-1").split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]
