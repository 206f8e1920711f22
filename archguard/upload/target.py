"""Find the commit to report and its branch, from CI's variables or from git."""

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
    """The git repository that a folder is in."""

    def __init__(self, root: str, option: str = "--root") -> None:
        """Find the repository.

        Args:
            root: the folder.
            option: the option that names the folder, for the error message.

        Raises:
            SourceError: the folder is in no repository.
        """
        self.root = root
        self.git_dir, self.prefix = open_repository(root, option)
        self.objects = CommitObjects(self.git_dir)

    @property
    def folder(self) -> str:
        """The folder's path in the repository; empty at the top."""
        return self.prefix.rstrip("/")

    def find_commit(self, rev: str) -> str:
        """Return the full id of a revision.

        Raises:
            SourceError: there is no such commit.
        """
        return find_commit(self.git_dir, self.root, rev)


@dataclass(frozen=True, slots=True)
class Target:
    """A commit to report, and the branch that it is reported on."""

    commit: str
    branch: str
    is_head: bool
    """Whether the commit is checked out."""


def find_target(
    repository: Repository, rev: str | None, branch: str | None, ci: CiFacts | None
) -> Target:
    """Return the commit that `rev` names, or else the one that the build is about, and its branch.

    Args:
        repository: the repository.
        rev: a revision; None is HEAD, or if HEAD is a pull request's merge, the pull request's commit.
        branch: the branch that the user names, if any.
        ci: what the CI service says, if there is one.

    Raises:
        SourceError: there is no such commit.
        UploadError: the commit or its branch cannot be found out, or the commit is not in this clone.
    """
    if rev is None:
        commit = _find_reported_commit(repository, repository.find_commit("HEAD"), ci)
    else:
        commit = repository.find_commit(rev)
    name = branch or _find_branch(repository, commit, rev, ci)
    if name is None:
        raise UploadError(
            f"cannot tell which branch commit {commit[:10]} is on (HEAD is detached, or is another "
            "commit): name it with --branch."
        )
    return Target(commit, name, is_head=commit == _find_head(repository))


def _find_reported_commit(repository: Repository, head: str, ci: CiFacts | None) -> str:
    """Return HEAD, or if HEAD is a pull request's merge, the pull request's commit.

    The merge will never be on a branch, and its graph is not the commit's.
    """
    if ci is not None and ci.unclear is not None:
        raise UploadError(ci.unclear)
    if ci is None or ci.head is None or ci.head == head:
        return head
    merge = repository.objects.read(head)
    if merge is None or ci.head not in merge.parents:
        raise UploadError(
            f"HEAD is neither the pull request's commit {ci.head[:10]} nor its merge: name the commit "
            "to report with --rev, and its branch with --branch."
        )
    if repository.objects.read(ci.head) is None:
        raise UploadError(
            f"the pull request's commit {ci.head[:10]} is not in this clone, only its merge is: fetch "
            "both (actions/checkout: fetch-depth: 2), or check out the commit itself "
            "(ref: ${{ github.event.pull_request.head.sha }})."
        )
    return ci.head


def _find_head(repository: Repository) -> str | None:
    try:
        return repository.find_commit("HEAD")
    except SourceError:  # the repository has no commit yet
        return None


def _find_branch(repository: Repository, commit: str, rev: str | None, ci: CiFacts | None) -> str | None:
    rev_branch = find_branch(repository.git_dir, rev) if rev not in (None, "HEAD") else None
    if rev_branch is not None:
        return rev_branch
    if commit != (_find_head(repository) if ci is None or ci.head is None else ci.head):
        return None
    return ci.branch if ci is not None else find_branch(repository.git_dir, "HEAD")


def find_public_url(ci: CiFacts) -> str | None:
    """Return the URL of a build's page; None if it is not safe to publish, as with a password in it."""
    url = ci.url or ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    is_safe = parts.scheme in ("http", "https") and "@" not in parts.netloc
    return url if is_safe and url.isprintable() and len(url) <= 2048 else None
