"""The source that is a commit in a git object store, read without a checkout."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from archguard.errors import SourceError
from archguard.sources.git import commands
from archguard.sources.git.tree import GitTree
from archguard.sources.source import decode_path, encode_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard.sources.git.tree import TreeEntry

_OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_OWNED_BY_ANOTHER = re.compile(r"dubious ownership in repository at '(.*)'")


class Commit(GitTree):
    """The files of a commit below a folder of it."""

    def __init__(self, git_dir: str, commit: str, prefix: str = "") -> None:
        self.git_dir = git_dir
        self.commit: str | None = commit
        self.prefix = prefix
        super().__init__(commands.BlobReader(git_dir), list_files(git_dir, commit, prefix))

    @classmethod
    def find(cls, root: str, rev: str) -> Commit:
        """The commit that `rev` names in the repository at `root`, a bare one too.

        Raises:
            SourceError: there is no repository at `root`, or no such commit in it.
        """
        git_dir, prefix = open_repository(root, "--root")
        return cls(git_dir, find_commit(git_dir, root, rev), prefix)

    def spec(self) -> dict[str, str]:
        """What another process needs to open the same source."""
        return {
            "adapter": "commit",
            "git_dir": self.git_dir,
            "commit": self.commit or "",
            "prefix": self.prefix,
        }

    def fingerprints(self, paths: Sequence[str]) -> Iterator[str | None]:
        """The blob id of each file: git refuses the known SHA-1 collisions when it stores one."""
        for path in paths:
            blob = self.get_blob(path)
            yield f"git:{blob}" if blob else None

    def stamps(self, paths: Sequence[str]) -> Iterator[str | None]:
        """Nothing: a fingerprint is as cheap."""
        yield from (None for _ in paths)

    def fingerprint(self, path: str, content: bytes) -> str:  # noqa: ARG002 (the port's)
        """The blob id of a file."""
        return f"git:{self.get_blob(path)}"


def list_files(git_dir: str, commit: str, prefix: str) -> Iterator[tuple[str, TreeEntry]]:
    """(path, (mode, object id)) of everything in a commit that is no folder, below a folder of it."""
    listing = commands.run_git(f"--git-dir={git_dir}", "ls-tree", "-r", "-z", "--full-tree", commit)
    start = encode_path(prefix)
    for line in listing.split(b"\0"):
        about, tab, path = line.partition(b"\t")
        if tab and path.startswith(start):
            mode, _, blob = about.split(b" ")
            yield decode_path(path[len(start) :]), (mode.decode(), blob.decode())


def find_commit(git_dir: str, root: str, rev: str) -> str:
    """The full id of the commit that `rev` names.

    Raises:
        SourceError: it names none.
    """
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}")
    try:
        found = commands.run_git(f"--git-dir={git_dir}", *arguments)
    except SourceError as error:
        raise SourceError(f"--rev {rev}: no such commit in the repository at {root}.") from error
    commit = found.decode("ascii", "replace").split()[-1]
    if not _OBJECT_ID.fullmatch(commit):  # `^REV` excludes commits, and names none
        raise SourceError(f"--rev {rev}: no such commit in the repository at {root}.")
    return commit


def open_repository(root: str, option: str) -> tuple[str, str]:
    """The git directory for `root`, and `root`'s folder inside the work tree (with a `/`, or empty).

    Raises:
        SourceError: there is no repository at `root`, which `option` gave.
    """
    if not os.path.isdir(root):
        raise SourceError(f"{option} {root}: there is no such folder.")
    root = os.path.abspath(root)
    is_bare = all(os.path.exists(os.path.join(root, name)) for name in ("HEAD", "objects", "refs"))
    if is_bare and not os.path.lexists(os.path.join(root, ".git")):
        return root, ""
    try:
        git_dir = commands.run_git("-C", root, "rev-parse", "--absolute-git-dir")
        prefix = commands.run_git("-C", root, "rev-parse", "--show-prefix")
    except SourceError as error:
        if commands.MISSING in str(error):
            raise
        if owned := _OWNED_BY_ANOTHER.search(str(error)):
            raise SourceError(
                f"{option} {root}: the repository belongs to another user; if you trust it, run "
                f"`git config --global --add safe.directory {owned[1]}`."
            ) from error
        raise SourceError(f"{option} {root}: no git repository there.") from error
    return decode_path(git_dir.removesuffix(b"\n")), decode_path(prefix.removesuffix(b"\n"))
