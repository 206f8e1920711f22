"""What was found of a commit, and where that stands, as one upload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.errors import UploadError
from archguard.snapshot.build import About, Builder, SnapshotInput
from archguard.snapshot.schema import Build, Upload
from archguard.snapshot.truncate import truncate
from archguard.sources.git.tree import MISSING as NOT_IN_THE_STORE
from archguard.upload.target import shown_url

if TYPE_CHECKING:
    from collections.abc import Container

    from archguard.upload.ci import CiFacts
    from archguard.upload.target import Repository

OF_A_CHECK, OF_A_HISTORY = 200, 10_000
"""How many ancestors are told at most: the server asks for as many as lead to the last upload."""


class UploadBuilder:
    """Makes the uploads of one repository and one build."""

    def __init__(self, repository: Repository, ci: CiFacts | None) -> None:
        self._repository = repository
        self._builder = Builder()
        self._build = None if ci is None else _build(ci)

    def upload(
        self, found: SnapshotInput, commit: str, branch: str, *, most: int, until: Container[str] = ()
    ) -> Upload:
        """The upload of a commit.

        Args:
            found: what was found of it.
            commit: its full id.
            branch: where it stands.
            most: how many first-parent ancestors to tell at most.
            until: commits that the server knows: the first of them is the last one told.

        Raises:
            UploadError: this clone does not have all of the commit.
            BuildingError: it does not fit into a snapshot.
        """
        objects = self._repository.objects
        one = objects.read(commit)
        missing = [
            file.path for file in found.material.analysis.unread if file.reason == NOT_IN_THE_STORE
        ]
        if one is None or missing:
            raise UploadError(
                f"commit {commit[:10]} is not whole in this clone, which lacks {len(missing)} of its "
                "files: fetch them, or clone without --filter."
            )
        about = About(commit, one.parent, one.committed_at, self._repository.folder)
        return Upload(
            snapshot=self._builder.snapshot(about, found),
            branch=truncate(branch, 255),
            ancestors=objects.list_first_parents(commit, most, until),
            build=self._build,
        )


def _build(ci: CiFacts) -> Build:
    request = None if ci.pull_request is None else truncate(ci.pull_request, 64)
    return Build(service=ci.service, url=shown_url(ci), pull_request=request)
