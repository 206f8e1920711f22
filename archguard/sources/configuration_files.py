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
        paths = _list_tracked(folder) if _is_in_work_tree(folder) else _walk(folder)
    except SourceError:  # git is missing, or does not trust the repository's owner
        paths = _walk(folder)
    return sorted({path for path in paths if is_configuration_file(path) and _is_regular(folder, path)})


def _is_in_work_tree(folder: bytes) -> bool:
    """Return whether git is worth asking: to start it takes longer than to look."""
    while not os.path.lexists(os.path.join(folder, b".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return False
        folder = parent
    return True


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
    """Yield the configuration files below a folder, outside hidden and installed ones."""
    for parent, folders, names in os.walk(folder):
        if _ENVIRONMENT_FILE in names:
            folders.clear()
            continue
        folders[:] = [
            name for name in folders if not name.startswith(b".") and name not in _SKIPPED_FOLDERS
        ]
        for name in filter(is_configuration_file, map(decode_path, names)):
            path = decode_path(os.path.relpath(parent, folder).replace(os.fsencode(os.sep), b"/"))
            yield name if path == "." else f"{path}/{name}"
