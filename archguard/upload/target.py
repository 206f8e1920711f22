"""Which commit is to be reported, and on which branch: as CI says it, or git."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archguard.errors import SourceError, UploadError
from archguard.sources.git.branches import find_branch
from archguard.sources.git.commit import find_commit, open_repository
from archguard.sources.git.commit_objects import CommitObjects

if TYPE_CHECKING:
    from archguard.upload.ci import CiFacts


class Repository:
    """The repository that a folder is in."""

    def __init__(self, root: str, option: str = "--root") -> None:
        """Find it.

        Raises:
            SourceError: there is none.
        """
        self.root = root
        self.git_dir, self.prefix = open_repository(root, option)
        self.objects = CommitObjects(self.git_dir)

    @property
    def folder(self) -> str:
        """Where in it the folder is; empty: at its top."""
        return self.prefix.rstrip("/")

    def commit(self, rev: str) -> str:
        """The full id of a revision.

        Raises:
            SourceError: there is none.
        """
        return find_commit(self.git_dir, self.root, rev)


@dataclass(frozen=True, slots=True)
class Target:
    """A commit, and the branch that it is reported on."""

    commit: str
    branch: str
    is_head: bool
    """Whether it is what is checked out."""


def find_target(
    repository: Repository, rev: str | None, branch: str | None, ci: CiFacts | None
) -> Target:
    """The commit that `rev` names, or the one that stands for the build, and its branch.

    Args:
        repository: where to look.
        rev: a revision; None: what is checked out, or the pull request's commit if that is its merge.
        branch: the branch, if the user says it.
        ci: what the build says.

    Raises:
        SourceError: there is no such commit.
        UploadError: nobody can tell which commit it is, or which branch; or it is not in this clone.
    """
    if rev is None:
        commit = _reported(repository, repository.commit("HEAD"), ci)
    else:
        commit = repository.commit(rev)
    name = branch or _branch(repository, commit, rev, ci)
    if name is None:
        raise UploadError(
            f"nothing tells which branch commit {commit[:10]} is on (HEAD is detached, or it is another "
            "commit): say it with --branch."
        )
    return Target(commit, name, is_head=commit == _head(repository))


def _reported(repository: Repository, head: str, ci: CiFacts | None) -> str:
    """What is checked out; where that is the merge of a pull request, the commit that it proposes.

    The merge will never be on a branch, and its graph is not the commit's.
    """
    if ci is not None and ci.unclear is not None:
        raise UploadError(ci.unclear)
    if ci is None or ci.head is None or ci.head == head:
        return head
    found = repository.objects.read(head)
    if found is None or ci.head not in found.parents:
        raise UploadError(
            f"HEAD is neither the pull request's commit {ci.head[:10]} nor its merge: say which commit "
            "to report with --rev, and its branch with --branch."
        )
    if repository.objects.read(ci.head) is None:
        raise UploadError(
            f"the pull request's commit {ci.head[:10]} is not in this clone, only its merge is: fetch "
            "both (actions/checkout: fetch-depth: 2), or check out the commit itself "
            "(ref: ${{ github.event.pull_request.head.sha }})."
        )
    return ci.head


def _head(repository: Repository) -> str | None:
    try:
        return repository.commit("HEAD")
    except SourceError:  # it has no commit yet
        return None


def _branch(repository: Repository, commit: str, rev: str | None, ci: CiFacts | None) -> str | None:
    named = find_branch(repository.git_dir, rev) if rev not in (None, "HEAD") else None
    if named is not None:
        return named
    if commit != (_head(repository) if ci is None or ci.head is None else ci.head):
        return None
    return ci.branch if ci is not None else find_branch(repository.git_dir, "HEAD")


def shown_url(ci: CiFacts) -> str | None:
    """A build's address, if it is one that may be shown: without a password in it."""
    url = ci.url or ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    is_plain = parts.scheme in ("http", "https") and "@" not in parts.netloc
    return url if is_plain and url.isprintable() and len(url) <= 2048 else None
