"""The facts about a build that every CI service's module returns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CiFacts:
    """A build, as its CI service describes it."""

    service: str
    branch: str | None = None
    """None if the build is of a tag, or its branch cannot be found out."""
    head: str | None = None
    """The pull request's commit, for services that may check out its merge instead."""
    pull_request: str | None = None
    url: str | None = None
    unclear: str | None = None
    """Why the commit of the build cannot be found out: a sentence."""


def fork_branch(owner: str, branch: str) -> str:
    """Return the name of a fork's branch, which is not the project's branch of the same name."""
    return f"{owner}:{branch}"
