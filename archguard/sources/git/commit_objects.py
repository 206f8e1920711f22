"""Commits as git stores them: a shallow clone's last one still tells its parents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.sources.git import commands

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

_MAX_BYTES = 64 * 1024 * 1024  # their messages have no limit
_LAST_SECOND = 253_402_300_799  # that a calendar has
_SECONDS = re.compile(rb">[^>]*? (\d{1,19}) [+-]\d+$")


@dataclass(frozen=True, slots=True)
class CommitObject:
    """What a commit says of itself."""

    id: str
    parents: tuple[str, ...]
    committed_at: int
    """Seconds since 1970, by the committer's clock; 0 where that cannot be read."""

    @property
    def parent(self) -> str | None:
        """The first one."""
        return self.parents[0] if self.parents else None


class CommitObjects:
    """The commits of one repository, by id."""

    def __init__(self, git_dir: str) -> None:
        self._blobs = commands.BlobReader(git_dir)
        self._known: dict[str, CommitObject | None] = {}

    def read(self, commit: str) -> CommitObject | None:
        """A commit; None if it is not here: a shallow clone was cut off before it."""
        if commit not in self._known:
            self.preload([commit])
        return self._known[commit]

    def preload(self, commits: Sequence[str]) -> None:
        """Read many at once, which will be asked for."""
        for commit, content in zip(commits, self._blobs.read(commits, _MAX_BYTES), strict=True):
            self._known[commit] = _parse(commit, content) if isinstance(content, bytes) else None

    def list_first_parents(self, commit: str, most: int, until: Container[str] = ()) -> tuple[str, ...]:
        """The first parent of a commit, that one's first parent and so on, as far as they are known.

        Args:
            commit: whose.
            most: how many at most.
            until: those where to stop; the first that is met is the last one given.
        """
        found: list[str] = []
        while len(found) < most and (one := self.read(commit)) is not None and one.parent:
            commit = one.parent
            found.append(commit)
            if commit in until:
                break
        return tuple(found)


def _parse(commit: str, content: bytes) -> CommitObject:
    # https://git-scm.com/docs/git-commit-tree: headers, an empty line, the message.
    headers = content.partition(b"\n\n")[0].split(b"\n")
    parents = [line.split()[1].decode("ascii") for line in headers if line.startswith(b"parent ")]
    committer = next((line for line in headers if line.startswith(b"committer ")), b"")
    seconds = _SECONDS.search(committer)
    return CommitObject(commit, tuple(parents), min(int(seconds[1]), _LAST_SECOND) if seconds else 0)
