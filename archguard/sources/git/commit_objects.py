"""Read commit objects. Unlike `git log`, they name the parents that a shallow clone lacks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.sources.git import commands

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

MAX_TIMESTAMP = 253_402_300_799
"""The last second of year 9999, the last that `datetime` can hold; a commit can claim any time."""
_MAX_BYTES = 64 * 1024 * 1024  # git does not limit the length of messages
_MAX_MESSAGE_BYTES = 2_000
_SECONDS = re.compile(rb">[^>]*? (\d{1,19}) [+-]\d+$")


@dataclass(frozen=True, slots=True)
class CommitObject:
    """The headers of a commit, and what its message begins with."""

    id: str
    parents: tuple[str, ...]
    committed_at: int
    """Seconds since 1970, by the committer's clock; 0 if the header is malformed."""
    message: str = ""
    """The beginning of the message. This is untrusted text."""

    @property
    def parent(self) -> str | None:
        """The first parent; None for a root commit."""
        return self.parents[0] if self.parents else None


class CommitObjects:
    """Reads the commits of a repository, each once."""

    def __init__(self, git_dir: str) -> None:
        self._blobs = commands.BlobReader(git_dir)
        self._commits: dict[str, CommitObject | None] = {}

    def read(self, commit: str) -> CommitObject | None:
        """Return a commit; None if it is missing, as those that a shallow clone lacks."""
        if commit not in self._commits:
            self.preload([commit])
        return self._commits[commit]

    def preload(self, commits: Sequence[str]) -> None:
        """Read many commits at once, so that `read` returns them without asking git."""
        for commit, content in zip(commits, self._blobs.read(commits, _MAX_BYTES), strict=True):
            self._commits[commit] = _parse(commit, content) if isinstance(content, bytes) else None

    def list_first_parents(self, commit: str, limit: int, until: Container[str] = ()) -> tuple[str, ...]:
        """Return the first parent of a commit, the first parent of that one and so on.

        Ends before a commit that is missing.

        Args:
            commit: the commit to start from.
            limit: how many to return at most.
            until: commits to stop at; the one that is reached first is included.
        """
        parents: list[str] = []
        while len(parents) < limit and (child := self.read(commit)) is not None and child.parent:
            commit = child.parent
            parents.append(commit)
            if commit in until:
                break
        return tuple(parents)


def _parse(commit: str, content: bytes) -> CommitObject:
    # https://git-scm.com/docs/git-commit-tree: headers, an empty line, the message.
    header, _, message = content.partition(b"\n\n")
    headers = header.split(b"\n")
    parents = [line.split()[1].decode("ascii") for line in headers if line.startswith(b"parent ")]
    committer = next((line for line in headers if line.startswith(b"committer ")), b"")
    seconds = _SECONDS.search(committer)
    committed_at = min(int(seconds[1]), MAX_TIMESTAMP) if seconds else 0
    text = message[:_MAX_MESSAGE_BYTES].decode("utf-8", "replace")
    return CommitObject(commit, tuple(parents), committed_at, text)
