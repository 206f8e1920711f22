"""Upload the commits of a history while they are judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.errors import UploadError
from archguard.snapshot.build import SnapshotInput
from archguard.snapshot.wire_families import convert_families
from archguard.upload.build import MAX_ANCESTORS_OF_CHECK, MAX_ANCESTORS_OF_HISTORY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archguard.consolidation.contract_families import ContractFamily
    from archguard.history import HistoryPoint
    from archguard.upload.build import UploadBuilder
    from archguard.upload.queue import UploadQueue, UploadSummary


class HistoryUploader:
    """Queues one snapshot after the other, each linked to the one before by its ancestors."""

    def __init__(
        self,
        builder: UploadBuilder,
        queue: UploadQueue,
        branch: str,
        *,
        tip: str = "",
        audit: Callable[[HistoryPoint], Sequence[ContractFamily]] = lambda _: (),
    ) -> None:
        """Send nothing yet.

        Args:
            builder: builds the uploads.
            queue: sends them.
            branch: the branch that they are reported on.
            tip: the last commit.
            audit: returns the families of the tip, which take too long to be sent with each commit.
        """
        self._tip = tip
        self._audit = audit
        self._builder = builder
        self._queue = queue
        self._branch = branch
        self._queued_commits: set[str] = set()
        self.without_verdict = 0
        """How many commits could not be judged, for example because they have no root package."""

    def add(self, point: HistoryPoint) -> None:
        """Queue the upload of a commit; do nothing once the queue has stopped."""
        if not self._queue.is_open:
            return
        material = point.inputs
        if material is None or not material.analysis.imports:  # `check` gives these no verdict either
            self.without_verdict += 1
            return
        reports = [*(contract.report for contract in point.contracts.values()), *point.unjudged]
        commit = point.commit.id
        max_ancestors = MAX_ANCESTORS_OF_HISTORY if self._queued_commits else MAX_ANCESTORS_OF_CHECK
        violations = point.violations or ()
        families = self._audit(point) if commit == self._tip else ()
        try:
            upload = self._builder.build(
                SnapshotInput(reports, violations, material, point.undecided, point.family_paths),
                commit,
                self._branch,
                max_ancestors=max_ancestors,
                until=self._queued_commits,
                families=convert_families(families, violations),
            )
        except UploadError as error:
            self._queue.summary.refused[commit] = str(error)
            return
        self._queued_commits.add(commit)
        self._queue.put(upload)

    def finish(self) -> UploadSummary:
        """Wait until everything is sent, and return how the uploads ended."""
        return self._queue.finish()
