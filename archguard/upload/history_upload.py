"""A history's commits, uploaded as they are judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.errors import UploadError
from archguard.snapshot.build import SnapshotInput
from archguard.upload.build import OF_A_CHECK, OF_A_HISTORY

if TYPE_CHECKING:
    from archguard.history import HistoryPoint
    from archguard.upload.build import UploadBuilder
    from archguard.upload.queue import UploadQueue, UploadSummary


class HistoryUploader:
    """Gives a stream one snapshot after the other, each linked to the one before."""

    def __init__(self, making: UploadBuilder, stream: UploadQueue, branch: str) -> None:
        self._making = making
        self._stream = stream
        self._branch = branch
        self._given: set[str] = set()
        self.without_verdict = 0
        """Commits of which nothing could be read: no root was there, for one."""

    def add(self, point: HistoryPoint) -> None:
        """Upload a commit, unless nothing more can be."""
        if not self._stream.is_open:
            return
        material = point.inputs
        if material is None or not material.analysis.imports:  # of these `check` has no verdict either
            self.without_verdict += 1
            return
        reports = [one.report for one in point.contracts.values()]
        commit = point.commit.id
        try:
            upload = self._making.upload(
                SnapshotInput(reports, point.violations or (), material),
                commit,
                self._branch,
                most=OF_A_HISTORY if self._given else OF_A_CHECK,
                until=self._given,
            )
        except UploadError as error:
            self._stream.account.refused[commit] = str(error)
            return
        self._given.add(commit)
        self._stream.put(upload)

    def finish(self) -> UploadSummary:
        """What became of all of them."""
        return self._stream.finish()
