"""Build the upload of a commit: its snapshot, its branch and ancestors, and the CI build."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from archguard.errors import UploadError
from archguard.snapshot.build import CommitFacts, SnapshotBuilder, SnapshotInput
from archguard.snapshot.schema import MAX_MERGED, Build, Upload
from archguard.snapshot.truncate import truncate
from archguard.sources.git.tree import MISSING as NOT_IN_THE_STORE
from archguard.upload.merged_pulls import list_merged_pulls
from archguard.upload.target import find_public_url

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from archguard.snapshot.family_schema import Family
    from archguard.snapshot.schema import Cause, MergedPull, PullRequest
    from archguard.upload.ci import CiFacts
    from archguard.upload.target import Repository

MAX_ANCESTORS_OF_CHECK, MAX_ANCESTORS_OF_HISTORY = 200, 10_000
"""The most ancestors in an upload. The server needs those between the commit and the last upload."""


class UploadBuilder:
    """Builds uploads of one repository and one CI build."""

    def __init__(self, repository: Repository, ci: CiFacts | None) -> None:
        self._repository = repository
        self._snapshots = SnapshotBuilder()
        self._build = None if ci is None else _describe_build(ci)

    def build(
        self,
        snapshot_input: SnapshotInput,
        commit: str,
        branch: str,
        *,
        max_ancestors: int,
        until: Container[str] = (),
        pull_request: PullRequest | None = None,
        causes: tuple[Cause, ...] | None = None,
        families: tuple[Family, ...] = (),
    ) -> Upload:
        """Return the upload of a commit.

        Args:
            snapshot_input: the commit's contracts, violations and graph.
            commit: its full id.
            branch: the branch that it is reported on.
            max_ancestors: how many first-parent ancestors to list at most.
            until: commits that the server has; the list ends with the first of them.
            pull_request: the pull request that proposes the commit, if any.
            causes: what makes its new violations; None if nobody looked for it.
            families: those of its `canonical` contracts, if somebody looked for them.

        Raises:
            UploadError: files of the commit are missing in this clone.
            BuildingError: the commit is larger than a snapshot may be.
        """
        objects = self._repository.objects
        commit_object = objects.read(commit)
        missing = [
            file.path
            for file in snapshot_input.inputs.analysis.unread
            if file.reason == NOT_IN_THE_STORE
        ]
        if commit_object is None or missing:
            raise UploadError(
                f"commit {commit[:10]} is not complete in this clone, which lacks {len(missing)} of its "
                "files: fetch them, or clone without --filter."
            )
        facts = CommitFacts(
            commit, commit_object.parent, commit_object.committed_at, self._repository.folder
        )
        ancestors = objects.list_first_parents(commit, max_ancestors, until)
        return Upload(
            snapshot=self._snapshots.build(facts, snapshot_input),
            branch=truncate(branch, 255),
            ancestors=ancestors,
            build=self._build,
            pull_request=pull_request,
            merged_commits=self._list_merged([commit, *ancestors]),
            merged_pulls=self._list_merged_pulls([commit, *ancestors]),
            causes=None if pull_request is None else causes,
            families=families,
        )

    def _list_merged_pulls(self, commits: Sequence[str]) -> tuple[MergedPull, ...]:
        """Return the pull requests that commits merged by a squash, the newest first."""
        objects = self._repository.objects
        read = (commit for commit in map(objects.read, commits) if commit)
        service = self._build.service if self._build else None
        return tuple(islice(list_merged_pulls(read, service), MAX_MERGED))

    def _list_merged(self, commits: Sequence[str]) -> tuple[str, ...]:
        """Return the other parents of commits and their first parents, the newest first."""
        objects = self._repository.objects
        read = (objects.read(commit) for commit in commits)
        merged = (parent for commit in read if commit for parent in commit.parents[1:])
        return tuple(islice(dict.fromkeys(merged), MAX_MERGED))


def _describe_build(ci: CiFacts) -> Build:
    pull_request = None if ci.pull_request is None else truncate(ci.pull_request, 64)
    return Build(service=ci.service, url=find_public_url(ci), pull_request=pull_request)
