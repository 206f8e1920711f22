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


_DEFAULT_MODE = 0o644


class FileChange(NamedTuple):
    """A file of the tree, before and after."""

    path: str
    """Relative to the root."""
    before: bytes
    after: bytes | None
    """None if the file is deleted."""
    mode: int = 0
    """Of a file that is deleted: who may read, write and run it, so that it can be restored."""


def write_changes(root: str, changes: Iterable[FileChange]) -> list[FileChange]:
    """Write the new contents; a file that is interrupted has its old content.

    Returns what `undo_changes` needs.

    Raises:
        SourceError: a file was changed meanwhile, or cannot be written; nothing is changed.
    """
    written: list[FileChange] = []
    try:
        for change in changes:
            written.append(change._replace(mode=_replace(root, change)))  # noqa: PERF401 (undone if the next fails)
    except BaseException:  # Ctrl-C, too
        undo_changes(root, written)
        raise
    return written


def undo_changes(root: str, changes: Iterable[FileChange]) -> None:
    """Write the old contents again.

    Raises:
        SourceError: a file was changed meanwhile, or cannot be written.
    """
    for change in changes:
        if change.after is None:
            _restore(root, change)
        else:
            _replace(root, change._replace(before=change.after, after=change.before))


def compute_digest(content: bytes) -> str:
    """Return the SHA-256 of a content."""
    return hashlib.sha256(content).hexdigest()


def format_diff(changes: Iterable[FileChange]) -> bytes:
    """Return the changes as a unified diff that `git apply` and `patch -p1` take."""
    return b"".join(line for change in changes for line in _diff_file(change))


def _replace(root: str, change: FileChange) -> int:
    """Change a file, and return the mode that it had."""
    full = os.path.realpath(os.path.join(root, change.path))
    try:
        with open(full, "rb") as file:
            if file.read() != change.before:
                raise SourceError(
                    f"{change.path} was changed by somebody else: nothing more was written."
                )
        mode = stat.S_IMODE(os.stat(full).st_mode)
        if change.after is None:
            os.unlink(os.path.join(root, change.path))
        else:
            replace_file(full, change.after, mode=mode)
    except OSError as error:
        raise SourceError(f"{change.path} cannot be written: {error.strerror}.") from error
    return mode


def _restore(root: str, change: FileChange) -> None:
    """Write a file again that was deleted."""
    full = os.path.join(root, change.path)
    try:
        if os.path.lexists(full):
            raise SourceError(f"{change.path} was made by somebody else: nothing more was written.")
        os.makedirs(os.path.dirname(full), exist_ok=True)
        replace_file(full, change.before, mode=change.mode or _DEFAULT_MODE)
    except OSError as error:
        raise SourceError(f"{change.path} cannot be written: {error.strerror}.") from error


def _diff_file(change: FileChange) -> Iterator[bytes]:
    before, after = _split(change.before), _split(change.after or b"")
    path = os.fsencode(change.path).decode("latin-1")
    if change.after is None:  # no other line would say that an empty file is deleted
        yield f"diff --git a/{path} b/{path}\ndeleted file mode 100644\n".encode("latin-1")
    new = "/dev/null" if change.after is None else f"b/{path}"
    for line in unified_diff(before, after, f"a/{path}", new):
        yield line.encode("latin-1")
        if not line.endswith("\n"):
            yield b"\n\\ No newline at end of file\n"


def _split(content: bytes) -> list[str]:
    """Return the lines as git has them: they end with a line feed. Each byte becomes a character."""
    *lines, last = content.decode("latin-1").split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]
