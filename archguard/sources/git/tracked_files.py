"""The files below a folder of a work tree that git tracks."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from archguard.sources.git import commands
from archguard.sources.source import decode_path

if TYPE_CHECKING:
    from collections.abc import Callable

_FILE_MODES = (b"100644", b"100755")


class TrackedFile(NamedTuple):
    """A regular file that git tracks."""

    path: str
    """Relative to the folder."""
    is_executable: bool


class TrackedFiles:
    """Has git list the tracked files below a folder, while the caller does other things."""

    def __init__(self, folder: str) -> None:
        """Start git, unless the folder is in no work tree."""
        listing = ("-C", folder, "ls-files", "--stage", "-z")
        self.may_know = has_work_tree(folder)
        """Whether git may know the files; if not, the folder is in no repository."""
        self._command = commands.start_git(*listing) if self.may_know else None

    @cached_property
    def _listing(self) -> bytes | None:
        return self._command.read() if self._command else None

    def find(self, matches: Callable[[bytes], bool]) -> list[TrackedFile] | None:
        """Return the files whose paths match, and all executable ones.

        A file may be deleted in the work tree. Links and submodules are left out.

        Returns:
            None if the folder is in no work tree that git trusts, or git is not installed.
        """
        if self._listing is None:
            return None
        files = {}
        for line in self._listing.split(b"\0"):
            about, _, path = line.partition(b"\t")
            mode = about[:6]
            if mode in _FILE_MODES and (mode == _FILE_MODES[1] or matches(path)):
                # While a merge is unfinished, a path is listed once for each side.
                files[path] = TrackedFile(decode_path(path), mode == _FILE_MODES[1])
        return list(files.values())


def has_work_tree(folder: str) -> bool:
    """Return whether a folder may be in a work tree of git; asks git nothing, which costs more."""
    parent = os.path.realpath(folder)
    while not os.path.lexists(os.path.join(parent, ".git")):
        if parent == (parent := os.path.dirname(parent)):
            return False
    return True
