"""Describe the pull request that a build is of, as a snapshot's upload carries it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.branch_name import is_branch_name, is_head_branch_name
from archguard.errors import SourceError
from archguard.snapshot.schema import PullRequest
from archguard.snapshot.wire_types import MAX_INTEGER
from archguard.sources.git.branches import find_default_branch, find_remote_branch
from archguard.sources.git.merge_base import find_merge_base

if TYPE_CHECKING:
    from archguard.upload.ci import CiFacts
    from archguard.upload.target import Repository

_MAX_DIGITS = 16


def find_pull_request(repository: Repository, commit: str, ci: CiFacts | None) -> PullRequest | None:
    """Return the pull request that proposes a commit; None if CI names none that can be described.

    What CI says comes from the author of the change: with a number or a branch that cannot be one, there
    is no pull request.

    Args:
        repository: the repository.
        commit: the full id of the commit that is reported.
        ci: what the CI service says, if there is one.
    """
    if ci is None or ci.is_merge_queue or not _is_proposed(repository, commit, ci):
        return None
    number = _parse_number(ci.pull_request or "")
    base_branch = ci.base or _find_default(repository.git_dir) or ""
    head_branch = ci.branch or ""
    if number is None or not is_branch_name(base_branch) or not is_head_branch_name(head_branch):
        return None
    return PullRequest(
        number=number,
        base_branch=base_branch,
        head_branch=head_branch,
        base_commit=_find_base_commit(repository, base_branch, commit) or ci.base_commit,
    )


def _parse_number(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS):
        return None
    number = int(text)
    return number if 1 <= number <= MAX_INTEGER else None


def _is_proposed(repository: Repository, commit: str, ci: CiFacts) -> bool:
    """Return whether a commit is the last one of the pull request, and not another one named by hand."""
    try:
        return commit == (ci.head or repository.find_commit("HEAD"))
    except SourceError:
        return False


def _find_default(git_dir: str) -> str | None:
    """Return the remote's default branch, without the remote's name."""
    branch = find_default_branch(git_dir)
    return branch.partition("/")[2] if branch else None


def _find_base_commit(repository: Repository, base_branch: str, commit: str) -> str | None:
    """Return the last commit in common; None if the clone cannot know it, or the commit was merged."""
    base = find_remote_branch(repository.git_dir, base_branch)
    try:
        merge_base = find_merge_base(repository.git_dir, repository.root, base, commit)
    except SourceError:  # the clone is too shallow, or lacks the branch
        return None
    return merge_base if merge_base != commit else None
