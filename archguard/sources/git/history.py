"""The commits of a repository and the files that each changed, read without a checkout."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from archguard.sources.git import commands
from archguard.sources.git.commit import find_commit, list_files, open_repository
from archguard.sources.git.commit_objects import MAX_TIMESTAMP
from archguard.sources.git.tree import MISSING, GitTree
from archguard.sources.source import MAX_FILE_BYTES, TOO_LARGE, Unreadable, decode_path, encode_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard.sources.git.tree_entries import TreeEntry


FileChange = tuple[str, "TreeEntry | None"]
"""A path and its new file; None if it was deleted."""


@dataclass(frozen=True, slots=True)
class CommitInfo:
    """A commit in a list of commits."""

    id: str
    committed_at: int
    """Seconds since 1970, by the committer's clock."""
    parents: tuple[str, ...] = ()
    """The commits that it is compared with; those that are not in the clone are left out."""


class BlobSource:
    """A source whose paths are object ids, and so can hold every version of every file."""

    commit: str | None = None

    def __init__(self, git_dir: str) -> None:
        self.git_dir = git_dir
        self.blobs = commands.BlobReader(git_dir)

    def spec(self) -> dict[str, str]:
        """Return what `reopen` needs."""
        return {"adapter": "objects", "git_dir": self.git_dir}

    def fingerprint(self, path: str, content: bytes) -> str:  # noqa: ARG002 (part of the interface)
        """Return the object id."""
        return f"git:{path}"

    def fingerprints(self, paths: Sequence[str]) -> Iterator[str | None]:
        """Yield the object ids."""
        for path in paths:
            yield f"git:{path}"

    def stamps(self, paths: Sequence[str]) -> Iterator[str | None]:
        """Yield None for each object: a fingerprint is just as cheap."""
        yield from (None for _ in paths)

    def read(self, paths: Sequence[str], limit: int = MAX_FILE_BYTES) -> Iterator[bytes | Unreadable]:
        """Yield the content of each object, in the order of `paths`."""
        for content in self.blobs.read(list(paths), limit):
            if isinstance(content, bytes):
                yield content
            else:
                yield Unreadable(MISSING if content is None else TOO_LARGE)


class History:
    """The commits that lead to a revision, below a folder of the repository."""

    def __init__(self, repository: str, rev: str) -> None:
        """Find the repository and the commit.

        Args:
            repository: a bare repository, or a folder of a work tree, to which the history is limited.
            rev: the last commit.

        Raises:
            SourceError: there is no such repository, or no such commit in it.
        """
        self.repository = repository
        self.git_dir, self._prefix = open_repository(repository, "--repo")
        self._tip = find_commit(self.git_dir, repository, rev)
        self.objects = BlobSource(self.git_dir)

    @property
    def is_shallow(self) -> bool:
        """Whether the repository is a shallow clone, which lacks older commits."""
        return os.path.exists(os.path.join(self.git_dir, "shallow"))

    def list_commits(self, *, first_parent: bool) -> list[CommitInfo]:
        """Return all commits, each after its parents.

        Args:
            first_parent: whether to follow first parents only; a merge then has no other one.
        """
        listing = commands.run_git(
            f"--git-dir={self.git_dir}",
            "rev-list",
            "--topo-order",
            "--reverse",
            "--timestamp",
            "--parents",
            *(["--first-parent"] if first_parent else []),
            self._tip,
        )
        lines = (line.split() for line in listing.decode("ascii").splitlines())
        last = 1 if first_parent else None
        return [
            CommitInfo(commit, min(int(seconds), MAX_TIMESTAMP), tuple(parents[:last]))
            for seconds, commit, *parents in lines
        ]

    def new_tree(self) -> GitTree:
        """Return an empty tree, for the changes of each commit to be applied to."""
        return GitTree(self.objects.blobs)

    def iter_changes(self, commits: Sequence[str]) -> Iterator[list[FileChange]]:
        """Yield how each commit's tree differs from that of the commit before it in this list.

        For the first commit, all its files.
        """
        if not commits:
            return
        yield [(path, file) for path, file in list_files(self.git_dir, commits[0], self._prefix)]
        # `new old` makes diff-tree compare the two as a commit and its parent, whatever they are.
        pairs = "".join(f"{new} {old}\n" for old, new in pairwise(commits))
        if not pairs:
            return
        fields = commands.stream_fields(
            f"--git-dir={self.git_dir}",
            *("diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "-m"),
            *("--ignore-submodules=none", "--always"),
            stdin=pairs.encode(),
        )
        yield from self._parse(fields, commits[1:])

    def _parse(self, fields: Iterator[bytes], commits: Sequence[str]) -> Iterator[list[FileChange]]:
        expected = iter(commits)
        start = encode_path(self._prefix)
        changes: list[FileChange] = []
        next(fields, None)  # the header of the first commit
        for field in fields:
            if not field.startswith(b":"):  # the header of the next commit
                next(expected)
                yield changes
                changes = []
                continue
            _, mode, _, blob, status = field[1:].decode("ascii").split(" ")
            path = next(fields)
            if path.startswith(start):
                file = None if status == "D" else (mode, blob)
                changes.append((decode_path(path[len(start) :]), file))
        if next(expected, None) is not None:
            yield changes
