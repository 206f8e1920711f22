"""The files that a change renamed, as git finds them."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from archguard.sources.git import commands
from archguard.sources.git.work_tree import disable_filters
from archguard.sources.source import decode_path

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIFF = ("--raw", "-z", "--find-renames=50%", "-l0", "--no-abbrev", "--ignore-submodules=all")


class Rename(NamedTuple):
    """A file that was moved."""

    old: str
    new: str


class WorkTreeDifferences(NamedTuple):
    """How the files that git tracks below a folder of a work tree differ from a commit."""

    renames: tuple[Rename, ...]
    """See `find_renames`."""
    paths: frozenset[str]
    """The paths that may differ, as `list_differences` returns them."""
    time: int
    """When git began to look, in nanoseconds since 1970."""


class _Change(NamedTuple):
    status: str
    old: str
    new: str
    blob: str
    """The object id of the new content; zeros if git has not stored it."""


def find_renames(git_dir: str, base: str, head: str, prefix: str) -> tuple[Rename, ...]:
    """Return the files that were renamed between two commits, as paths below a folder.

    A file of which the change made several equal ones is not renamed: which is it?

    Args:
        git_dir: the repository.
        base: the full id of the older commit.
        head: the full id of the newer one.
        prefix: the folder with a `/` at its end, or empty for all.

    Raises:
        SourceError: git failed.
    """
    output = commands.run_git(f"--git-dir={git_dir}", "diff-tree", "-r", *_DIFF, base, head)
    return tuple(_select(output, prefix))


def compare_work_tree(folder: str, base: str, prefix: str) -> WorkTreeDifferences:
    """Compare a work tree with a commit. Files that git does not track yet are not looked at.

    Args:
        folder: the folder; the paths are relative to it.
        base: the full id of the commit.
        prefix: its path in the work tree, `folder/` or empty.

    Raises:
        SourceError: git failed.
    """
    now = time.time_ns()
    settings = disable_filters(folder)
    output = commands.run_git("-C", folder, "diff-index", *_DIFF, base, settings=settings)
    paths = {path for change in _parse(output) for path in (change.old, change.new)}
    below = frozenset(path[len(prefix) :] for path in paths if path.startswith(prefix))
    return WorkTreeDifferences(tuple(_select(output, prefix)), below, now)


def find_renames_in_index(folder: str, index: str, base: str, prefix: str) -> tuple[Rename, ...]:
    """Return the files that were renamed between a commit and an index; see `find_renames`.

    Args:
        folder: a folder of the work tree.
        index: the index's file; empty for the repository's own.
        base: the full id of the commit.
        prefix: the folder with a `/` at its end, or empty for all.

    Raises:
        SourceError: git failed.
    """
    output = commands.run_git("-C", folder, "diff-index", "--cached", *_DIFF, base, index=index)
    return tuple(_select(output, prefix))


def _select(output: bytes, prefix: str) -> Iterator[Rename]:
    changes = list(_parse(output))
    copies = Counter(
        change.blob for change in changes if change.status in "AR" and change.blob.strip("0")
    )
    for change in changes:
        is_inside = change.old.startswith(prefix) and change.new.startswith(prefix)
        if change.status == "R" and copies[change.blob] <= 1 and is_inside:
            yield Rename(change.old[len(prefix) :], change.new[len(prefix) :])


def _parse(output: bytes) -> Iterator[_Change]:
    fields = iter(output.split(b"\0"))
    for field in fields:
        if not field:
            return
        _, _, _, blob, status = field[1:].decode("ascii").split(" ")
        old = decode_path(next(fields))
        new = decode_path(next(fields)) if status[0] in "RC" else old
        yield _Change(status[0], old, new, blob)
