"""Find the configuration files of a folder: what git tracks there, or else what a walk finds."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from archguard.errors import SourceError
from archguard.sources.source import decode_path, encode_path, is_configuration_file

if TYPE_CHECKING:
    from collections.abc import Iterator

# Folders of installed packages, whose configuration is somebody else's.
_SKIPPED_FOLDERS = frozenset({b"__pycache__", b"node_modules", b"site-packages", b"venv"})
_ENVIRONMENT_FILE = b"pyvenv.cfg"


def find_configuration_files(folder: bytes) -> list[str]:
    """Return the paths of a folder's configuration files, relative to it, sorted."""
    try:
        paths = set(_list_tracked(folder))
    except SourceError:  # no repository, or git is missing or does not trust its owner
        paths = set(_walk(folder))
    return sorted(path for path in paths if is_configuration_file(path) and _is_regular(folder, path))


def _is_regular(folder: bytes, path: str) -> bool:
    """Return whether a path is that of a file; git also tracks links, and files that are deleted."""
    try:
        return stat.S_ISREG(os.lstat(os.path.join(folder, encode_path(path))).st_mode)
    except (OSError, ValueError):
        return False


def _list_tracked(folder: bytes) -> Iterator[str]:
    """Yield the paths that git tracks below a folder.

    Raises:
        SourceError: git cannot tell.
    """
    from archguard.sources.git.commands import run_git  # noqa: PLC0415 (needed here only)

    listing = run_git("-C", os.fsdecode(folder), "ls-files", "-z", "--cached", "--", ".")
    return (
        decode_path(path.replace(os.fsencode(os.sep), b"/")) for path in listing.split(b"\0") if path
    )


def _walk(folder: bytes) -> Iterator[str]:
    """Yield the paths below a folder, without hidden folders and those of installed packages."""
    for parent, folders, names in os.walk(folder):
        if _ENVIRONMENT_FILE in names:
            folders.clear()
            continue
        folders[:] = [
            name for name in folders if not name.startswith(b".") and name not in _SKIPPED_FOLDERS
        ]
        for name in names:
            path = os.path.relpath(os.path.join(parent, name), folder)
            yield decode_path(path.replace(os.fsencode(os.sep), b"/"))
