"""The files of a project: those that git knows, or else all that are not hidden."""

from __future__ import annotations

import os

from archguard.errors import SourceError
from archguard.sources.git.commands import run_git
from archguard.sources.source import decode_path

_INSTALLED = frozenset({"__pycache__", "node_modules", "site-packages", "venv"})


def list_project_files(folder: str) -> list[str]:
    """Return the paths of a project's files, relative to its folder, sorted.

    In a git work tree these are the files that are tracked, and the new ones that are not ignored.
    """
    arguments = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
    try:
        listing = run_git("-C", folder, *arguments)
    except SourceError:  # no git, or no repository
        return sorted(_walk(folder))
    return sorted(decode_path(path) for path in listing.split(b"\0") if path)


def _walk(folder: str) -> list[str]:
    paths = []
    for parent, folders, names in os.walk(os.fsencode(folder)):
        folders[:] = [
            name for name in folders if not name.startswith(b".") and os.fsdecode(name) not in _INSTALLED
        ]
        start = os.path.relpath(parent, os.fsencode(folder))
        paths += [name if start == b"." else os.path.join(start, name) for name in names]
    return [decode_path(path.replace(os.fsencode(os.sep), b"/")) for path in paths]
