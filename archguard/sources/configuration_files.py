"""Find the configuration files of a folder: what git tracks there, or else what a walk finds."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from archguard.sources.source import decode_path, encode_path, is_configuration_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Folders of installed packages, whose configuration is somebody else's.
_SKIPPED_FOLDERS = frozenset({b"__pycache__", b"node_modules", b"site-packages", b"venv"})
_ENVIRONMENT_FILE = b"pyvenv.cfg"


def find_configuration_files(folder: bytes, tracked: Iterable[str] | None) -> list[str]:
    """Return the paths of a folder's configuration files, relative to it, sorted.

    Args:
        folder: the folder.
        tracked: the paths that git tracks below it; None if there is no repository.
    """
    paths = _walk(folder) if tracked is None else tracked
    return sorted({path for path in paths if is_configuration_file(path) and _is_regular(folder, path)})


def _is_regular(folder: bytes, path: str) -> bool:
    """Return whether a path is that of a file; git also tracks links, and files that are deleted."""
    try:
        return stat.S_ISREG(os.lstat(os.path.join(folder, encode_path(path))).st_mode)
    except (OSError, ValueError):
        return False


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
