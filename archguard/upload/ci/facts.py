"""The facts about a build that every CI service's module returns."""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


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
    base: str | None = None
    """The branch that a pull request goes into."""
    base_commit: str | None = None
    """The last commit that a pull request has in common with that branch, for services that say it."""
    default_branch: str | None = None
    """The project's, for services that say it about a build that is of no pull request."""
    before: str | None = None
    """The commit that the branch led to before a push."""
    is_merge_queue: bool = False
    """Whether a merge queue tries what it will merge; its branch is none of the project's."""
    unclear: str | None = None
    """Why the commit of the build cannot be found out: a sentence."""


def fork_branch(owner: str, branch: str) -> str:
    """Return the name of a fork's branch, which is not the project's branch of the same name."""
    return f"{owner}:{branch}"


def known_commit(commit: object) -> str | None:
    """Return the full id of a commit; None for the zeros that stand for none, or for anything else."""
    if isinstance(commit, str) and _COMMIT.fullmatch(commit) and commit.strip("0"):
        return commit
    return None
