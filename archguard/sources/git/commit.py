"""A commit as a source, read from the object store without a checkout."""

from __future__ import annotations

import os
import re
from copy import copy
from functools import cache, partial
from typing import TYPE_CHECKING

from archguard.errors import NoRepositoryError, SourceError
from archguard.sources.git import commands
from archguard.sources.git.tree import GitTree
from archguard.sources.git.tree_entries import FOLDER, LINK, SUBMODULE
from archguard.sources.source import decode_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from archguard.sources.git.tree_entries import TreeEntry

_OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_OWNED_BY_ANOTHER = re.compile(r"dubious ownership in repository at '(.*)'")


class Commit(GitTree):
    """The files of a commit, or of a folder of it, listed on first use."""

    def __init__(self, git_dir: str, commit: str, prefix: str = "") -> None:
        self.git_dir = git_dir
        self.commit: str | None = commit
        self.prefix = prefix
        self._find_known: Callable[[], Mapping[str, str]] = dict
        super().__init__(commands.BlobReader(git_dir), partial(list_files, git_dir, commit, prefix))

    @classmethod
    def find(cls, root: str, rev: str) -> Commit:
        """Return the commit that `rev` names in the repository at `root`, which may be bare.

        Raises:
            SourceError: there is no repository at `root`, no such commit in it, or git cannot list it.
        """
        git_dir, prefix = open_repository(root, "--root")
        commit = cls(git_dir, find_commit(git_dir, root, rev), prefix)
        commit.prepare_listing()
        return commit

    def with_known_fingerprints(self, find: Callable[[], Mapping[str, str]]) -> Commit:
        """Return the same commit, of which the fingerprints of some files are known.

        Args:
            find: returns them by path, for files with the same content elsewhere; called on first use.
        """
        commit = copy(self)
        commit._find_known = cache(find)
        return commit

    def spec(self) -> dict[str, str]:
        """Return what `reopen` needs."""
        return {
            "adapter": "commit",
            "git_dir": self.git_dir,
            "commit": self.commit or "",
            "prefix": self.prefix,
        }

    def prepare_listing(self) -> None:
        """List the files, if that was not done yet.

        Raises:
            SourceError: git failed.
        """
        _ = self._files

    def fingerprints(self, paths: Sequence[str]) -> Iterator[str | None]:
        """Yield the blob id of each file: git detects SHA-1 collisions when it stores a blob."""
        known = self._find_known()
        for path in paths:
            blob = self.get_blob(path)
            yield known.get(path, f"git:{blob}") if blob else None

    def stamps(self, paths: Sequence[str]) -> Iterator[str | None]:
        """Yield None for each file: a fingerprint is just as cheap."""
        yield from (None for _ in paths)

    def fingerprint(self, path: str, content: bytes) -> str:  # noqa: ARG002 (part of the interface)
        """Return the blob id of a file."""
        return f"git:{self.get_blob(path)}"


def list_files(git_dir: str, commit: str, prefix: str) -> Iterator[tuple[str, TreeEntry]]:
    """Yield the path, mode and object id of each file, link and submodule below a folder of a commit.

    Args:
        git_dir: the repository.
        commit: the full id of the commit.
        prefix: the folder with a `/` at its end, or empty for all; the paths are relative to it.
    """
    listing = commands.run_git(f"--git-dir={git_dir}", "ls-tree", "-r", "-z", "--full-tree", commit)
    for path, entry in _parse_listing(listing):
        if path.startswith(prefix):
            yield path[len(prefix) :], entry


def open_at_paths(git_dir: str, commit: str, paths: Iterable[str]) -> GitTree:
    """Return a commit of which only some paths are read, so that not all of it has to be listed.

    Args:
        git_dir: the repository.
        commit: the full id of the commit.
        paths: the paths, from the top of the repository.

    Raises:
        SourceError: git failed.
    """
    listed = {"/".join(parts[:end]) for parts in map(_split, paths) for end in range(1, len(parts) + 1)}
    arguments = ("--literal-pathspecs", "ls-tree", "-z", "--full-tree", commit, "--", *sorted(listed))
    found = list(_parse_listing(commands.run_git(f"--git-dir={git_dir}", *arguments)))
    if any(mode in (LINK, SUBMODULE) for _, (mode, _) in found):
        return Commit(git_dir, commit)  # a link may lead to any other path
    files = [(path, entry) for path, entry in found if entry[0] != FOLDER]
    return GitTree(commands.BlobReader(git_dir), lambda: files)


def _split(path: str) -> list[str]:
    return path.split("/")


def _parse_listing(listing: bytes) -> Iterator[tuple[str, TreeEntry]]:
    """Yield path, mode and object id of each line that `git ls-tree -z` prints."""
    for line in decode_path(listing).split("\0"):
        facts, tab, path = line.partition("\t")
        if tab:
            yield path, (facts[:6], facts.rpartition(" ")[2])


def find_commit(git_dir: str, root: str, rev: str, option: str = "--rev") -> str:
    """Return the full id of the commit that `rev` names.

    Args:
        git_dir: the repository.
        root: the folder that was given, for error messages.
        rev: the revision.
        option: the command-line option that named it, for error messages.

    Raises:
        SourceError: there is no such commit.
    """
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}")
    try:
        output = commands.run_git(f"--git-dir={git_dir}", *arguments)
    except SourceError as error:
        raise SourceError(f"{option} {rev}: no such commit in the repository at {root}.") from error
    commit = output.decode("ascii", "replace").split()[-1]
    if not _OBJECT_ID.fullmatch(commit):  # `^REV` excludes commits and names none
        raise SourceError(f"{option} {rev}: no such commit in the repository at {root}.")
    return commit


def open_repository(root: str, option: str) -> tuple[str, str]:
    """Return the git directory of `root`, and the path of `root` in the work tree: `folder/` or empty.

    Args:
        root: a bare repository, or a folder of a work tree.
        option: the command-line option that named it, for error messages.

    Raises:
        SourceError: there is no repository at `root`, or git does not trust its owner.
    """
    if not os.path.isdir(root):
        raise SourceError(f"{option} {root}: there is no such folder.")
    root = os.path.abspath(root)
    is_bare = all(os.path.exists(os.path.join(root, name)) for name in ("HEAD", "objects", "refs"))
    if is_bare and not os.path.lexists(os.path.join(root, ".git")):
        return root, ""
    try:
        git_dir, prefix = _find_places(root)
    except SourceError as error:
        if commands.NOT_INSTALLED in str(error):
            raise
        if owned := _OWNED_BY_ANOTHER.search(str(error)):
            raise SourceError(
                f"{option} {root}: the repository belongs to another user; if you trust it, run "
                f"`git config --global --add safe.directory {owned[1]}`."
            ) from error
        raise NoRepositoryError(f"{option} {root}: no git repository there.") from error
    return decode_path(git_dir.removesuffix(b"\n")), decode_path(prefix.removesuffix(b"\n"))


def _find_places(root: str) -> tuple[bytes, bytes]:
    """Return the git directory of a folder and its path in the work tree, each with a line's end."""
    questions = ("--absolute-git-dir", "--show-prefix")
    lines = commands.run_git("-C", root, "rev-parse", *questions).splitlines(keepends=True)
    if len(lines) == len(questions):
        return lines[0], lines[1]
    git_dir, prefix = (commands.run_git("-C", root, "rev-parse", question) for question in questions)
    return git_dir, prefix  # a name has a line's end in it
