"""What git says of a work tree, without any filter: those are programs that the repository names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archguard.errors import SourceError
from archguard.sources.git.commands import run_git
from archguard.sources.source import decode_path, encode_path

if TYPE_CHECKING:
    from collections.abc import Sequence

_BATCH_SIZE = 500
"""How many paths stand in one command."""
_HARMLESS = {"clean": "", "smudge": "", "process": "", "required": "false"}


def list_changes(folder: str, prefix: str) -> frozenset[str]:
    """Return the paths below a folder of a work tree that differ from HEAD, as `git status` has it.

    Files that git ignores are no changes. Some that are listed may hold what git would commit: see
    `hash_files`.

    Args:
        folder: the folder; the paths are relative to it.
        prefix: its path in the work tree, `folder/` or empty.

    Raises:
        SourceError: git failed.
    """
    arguments = (
        "--porcelain=v1",
        "-z",
        "--untracked-files=all",
        "--no-renames",
        "--ignore-submodules=all",
    )
    output = run_git("-C", folder, "status", *arguments, "--", ".", settings=disable_filters(folder))
    paths = (decode_path(entry[3:]) for entry in output.split(b"\0") if entry)
    return frozenset(path.removeprefix(prefix) for path in paths)


def list_differences(folder: str, prefix: str, commit: str) -> frozenset[str]:
    """Return the tracked paths below a folder of a work tree that may differ from a commit.

    Args:
        folder: the folder; the paths are relative to it.
        prefix: its path in the work tree, `folder/` or empty.
        commit: the full id of the commit.

    Raises:
        SourceError: git failed.
    """
    arguments = ("--name-only", "-z", "--no-renames", "--ignore-submodules=all", commit)
    output = run_git("-C", folder, "diff-index", *arguments, settings=disable_filters(folder))
    paths = (decode_path(path) for path in output.split(b"\0") if path)
    return frozenset(path.removeprefix(prefix) for path in paths if path.startswith(prefix))


def list_ignored(folder: str, paths: Sequence[str]) -> frozenset[str]:
    """Return those of some files below a folder of a work tree that git ignores.

    Raises:
        SourceError: git failed.
    """
    ignored: set[str] = set()
    for start in range(0, len(paths), _BATCH_SIZE):
        patterns = [f":(literal){path}" for path in paths[start : start + _BATCH_SIZE]]
        arguments = ("--others", "--ignored", "--exclude-standard", "-z", "--", *patterns)
        output = run_git("-C", folder, "ls-files", *arguments)
        ignored.update(decode_path(path) for path in output.split(b"\0") if path)
    return frozenset(ignored)


def hash_files(folder: str, paths: Sequence[str]) -> list[str | None]:
    """Return the object id that each file would have in a commit; None for those that cannot be read.

    Line ends are converted as git converts them, and encodings too, but no filter is run: the id of a
    file in Git LFS is not that of its pointer.
    """
    known = {path for path in paths if "\n" not in path and os.path.isfile(os.path.join(folder, path))}
    names = b"".join(encode_path(path) + b"\n" for path in paths if path in known)
    try:
        output = run_git(
            "-C", folder, "hash-object", "--stdin-paths", stdin=names, settings=disable_filters(folder)
        )
    except SourceError:  # a file was taken away meanwhile, or is in an encoding that git does not know
        return [None for _ in paths]
    ids = iter(output.decode("ascii").split())
    return [next(ids) if path in known else None for path in paths]


def disable_filters(folder: str) -> list[tuple[str, str]]:
    """Return settings by which no filter that any configuration file defines is run."""
    try:
        listing = run_git("-C", folder, "config", "-z", "--name-only", "--get-regexp", r"^filter\.")
    except SourceError:  # git fails if there are none
        return []
    filters = {key.rpartition(b".")[0] for key in listing.split(b"\0") if key}
    return [
        (f"{decode_path(name)}.{option}", value)
        for name in sorted(filters)
        for option, value in _HARMLESS.items()
    ]
