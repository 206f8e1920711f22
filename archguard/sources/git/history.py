"""The commits of a repository's past, and what each changed: read without a checkout."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from archguard.sources.git import commands
from archguard.sources.git.commit import find_commit, list_files, open_repository
from archguard.sources.git.tree import MISSING, GitTree
from archguard.sources.source import MAX_FILE_BYTES, TOO_LARGE, Unreadable, decode_path, encode_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard.sources.git.tree import TreeEntry


FileChange = tuple[str, "TreeEntry | None"]
"""A path, and the file that stands there now; None: there is none any more."""


# The last one that a calendar has; a commit can claim any.
_LAST_SECOND = 253_402_300_799


@dataclass(frozen=True, slots=True)
class CommitInfo:
    """A commit, as its history lists it."""

    id: str
    committed_at: int
    """Seconds since 1970, by the committer's clock."""


class BlobSource:
    """The source whose paths are object ids: every version of every file, whatever it was called."""

    commit: str | None = None

    def __init__(self, git_dir: str) -> None:
        self.git_dir = git_dir
        self.blobs = commands.BlobReader(git_dir)

    def spec(self) -> dict[str, str]:
        """What another process needs to open the same source."""
        return {"adapter": "objects", "git_dir": self.git_dir}

    def fingerprint(self, path: str, content: bytes) -> str:  # noqa: ARG002 (the port's)
        """The object id."""
        return f"git:{path}"

    def fingerprints(self, paths: Sequence[str]) -> Iterator[str | None]:
        """The object ids."""
        for path in paths:
            yield f"git:{path}"

    def stamps(self, paths: Sequence[str]) -> Iterator[str | None]:
        """Nothing: a fingerprint is as cheap."""
        yield from (None for _ in paths)

    def read(self, paths: Sequence[str], limit: int = MAX_FILE_BYTES) -> Iterator[bytes | Unreadable]:
        """The content of each object, in the order asked for."""
        for content in self.blobs.read(list(paths), limit):
            if isinstance(content, bytes):
                yield content
            else:
                yield Unreadable(MISSING if content is None else TOO_LARGE)


class History:
    """The commits that lead to one, below a folder of the repository."""

    def __init__(self, repository: str, rev: str) -> None:
        """Find the repository and the commit; a bare repository, a work tree, a folder of one.

        Raises:
            SourceError: there is no such repository, or no such commit in it.
        """
        self.repository = repository
        self.git_dir, self._prefix = open_repository(repository, "--repo")
        self._tip = find_commit(self.git_dir, repository, rev)
        self.objects = BlobSource(self.git_dir)

    @property
    def is_shallow(self) -> bool:
        """Whether the past was cut off when the repository was cloned."""
        return os.path.exists(os.path.join(self.git_dir, "shallow"))

    def list_commits(self, *, first_parent: bool) -> list[CommitInfo]:
        """Every commit, each after its parents."""
        listing = commands.run_git(
            f"--git-dir={self.git_dir}",
            "rev-list",
            "--topo-order",
            "--reverse",
            "--timestamp",
            *(["--first-parent"] if first_parent else []),
            self._tip,
        )
        lines = (line.split() for line in listing.decode("ascii").splitlines())
        return [CommitInfo(commit, min(int(seconds), _LAST_SECOND)) for seconds, commit in lines]

    def new_tree(self) -> GitTree:
        """An empty tree, to be changed into each commit's."""
        return GitTree(self.objects.blobs)

    def iter_changes(self, commits: Sequence[str]) -> Iterator[list[FileChange]]:
        """What each commit's tree changes of the one before it in this list; the first one's is all."""
        if not commits:
            return
        yield [(path, file) for path, file in list_files(self.git_dir, commits[0], self._prefix)]
        # `commit other` is read as a commit and its parent: any two can be compared.
        pairs = "".join(f"{new} {old}\n" for old, new in pairwise(commits))
        if not pairs:
            return
        fields = commands.stream_fields(
            f"--git-dir={self.git_dir}",
            *("diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "-m"),
            *("--ignore-submodules=none", "--always"),
            given=pairs.encode(),
        )
        yield from self._parse(fields, commits[1:])

    def _parse(self, fields: Iterator[bytes], commits: Sequence[str]) -> Iterator[list[FileChange]]:
        expected = iter(commits)
        start = encode_path(self._prefix)
        changes: list[FileChange] = []
        next(fields, None)  # the first commit's header
        for field in fields:
            if not field.startswith(b":"):  # the next commit's header
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
