"""Find the configuration files of a folder: what git tracks there, or else what a walk finds."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from archguard.sources.source import (
    CONFIGURATION_SUFFIXES,
    decode_path,
    encode_path,
    is_configuration_file,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# Folders of installed packages, whose configuration is somebody else's.
_SKIPPED_FOLDERS = frozenset({b"__pycache__", b"node_modules", b"site-packages", b"venv"})
_ENVIRONMENT_FILE = b"pyvenv.cfg"
_SEPARATOR = os.fsencode(os.sep)


def find_configuration_files(
    folder: bytes,
    tracked: Iterable[str] | None,
    listed: Mapping[bytes, Sequence[os.DirEntry[bytes]]],
) -> list[str]:
    """Return the paths of a folder's configuration files, relative to it, sorted.

    Args:
        folder: the folder.
        tracked: the paths that git tracks below it; None if there is no repository.
        listed: the entries of the folders in it that were listed just now.
    """
    paths = _walk(folder, listed) if tracked is None else tracked
    return sorted({path for path in paths if is_configuration_file(path) and _is_regular(folder, path)})


def _is_regular(folder: bytes, path: str) -> bool:
    """Return whether a path is that of a file; git also tracks links, and files that are deleted."""
    try:
        return stat.S_ISREG(os.lstat(os.path.join(folder, encode_path(path))).st_mode)
    except (OSError, ValueError):
        return False


def _walk(folder: bytes, listed: Mapping[bytes, Sequence[os.DirEntry[bytes]]]) -> Iterator[str]:
    """Yield the configuration files below a folder, outside hidden and installed ones."""
    pending = [folder]
    while pending:
        path = pending.pop()
        entries = listed.get(path)
        if entries is None:
            entries = _list_entries(path)
        files = [entry for entry in entries if entry.name.endswith(CONFIGURATION_SUFFIXES)]
        if any(entry.name == _ENVIRONMENT_FILE for entry in files):
            continue
        for entry in files:
            yield decode_path(os.path.relpath(entry.path, folder).replace(_SEPARATOR, b"/"))
        pending += [
            entry.path
            for entry in entries
            if entry.is_dir(follow_symlinks=False)
            and not entry.name.startswith(b".")
            and entry.name not in _SKIPPED_FOLDERS
        ]


def _list_entries(folder: bytes) -> list[os.DirEntry[bytes]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
