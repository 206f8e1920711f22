"""What a build says of itself, whichever service runs it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CiFacts:
    """A build."""

    service: str
    branch: str | None = None
    """None: it builds a tag, or something that cannot be told."""
    head: str | None = None
    """The commit that a pull request proposes, where its merge may be what is checked out."""
    pull_request: str | None = None
    url: str | None = None
    unclear: str | None = None
    """Why it cannot be told which commit the build is about: a sentence."""


def fork_branch(owner: str, branch: str) -> str:
    """A fork's branch: its `main` is not the project's."""
    return f"{owner}:{branch}"
