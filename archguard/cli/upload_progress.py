"""`backfill --upload`: how it begins, how far it is, and how it ended."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from archguard.cli.options.upload_options import say
from archguard.errors import UploadError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archguard.cli.options.upload_options import UploadOptions
    from archguard.sources.git.history import CommitInfo
    from archguard.upload.history_upload import HistoryUploader
    from archguard.upload.queue import UploadSummary

_SECONDS_BETWEEN_LINES = 10


@contextmanager
def feed(
    wanted: UploadOptions,
    repo: str,
    rev: str,
    commits: Sequence[CommitInfo],
    progress: Callable[[str, int, int], None] | None,
) -> Iterator[HistoryUploader | None]:
    """What takes a history's points to the server; None if that cannot be, and was not required.

    Raises:
        UploadError: it cannot be, and was required.
    """
    from archguard.upload.build import UploadBuilder  # noqa: PLC0415
    from archguard.upload.history_upload import HistoryUploader  # noqa: PLC0415 (what loads an HTTP client)
    from archguard.upload.queue import UploadQueue  # noqa: PLC0415
    from archguard.upload.target import Repository, find_target  # noqa: PLC0415

    try:
        client = wanted.client()
        ci, repository = wanted.ci(), Repository(repo, "--repo")
        place = find_target(repository, rev, wanted.branch, ci)
    except UploadError as error:
        if wanted.require:
            raise
        say(f"not uploaded: {error}")
        yield None
        return
    repository.objects.preload([commit.id for commit in commits])
    total = len(commits)
    tell = _Lines(total) if progress is None else _bar(progress, total)
    with client:
        stream = UploadQueue(client, tell)
        try:
            yield HistoryUploader(UploadBuilder(repository, ci), stream, place.branch)
        finally:
            stream.abandon()


def _bar(progress: Callable[[str, int, int], None], total: int) -> Callable[[UploadSummary], None]:
    return lambda account: progress("Uploading", account.sent + len(account.refused), total)


class _Lines:
    """Where nobody watches a bar, a line now and then."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._next = time.monotonic() + _SECONDS_BETWEEN_LINES

    def __call__(self, account: UploadSummary) -> None:
        if time.monotonic() >= self._next:
            say(f"uploaded {account.sent} of {self._total} so far.")
            self._next = time.monotonic() + _SECONDS_BETWEEN_LINES


def finish(fed: HistoryUploader, total: int, wanted: UploadOptions) -> int:
    """Wait for the last one, and say how it went; 0, or 3 where something failed that had to succeed."""
    account = fed.finish()
    say(
        f"uploaded {account.sent} of {total}: {account.new} new, {account.known} the server had already."
    )
    if fed.without_verdict:
        say(f"{fed.without_verdict} had nothing that could be judged, and no snapshot.")
    if account.refused:
        commit, why = next(iter(account.refused.items()))
        say(f"{len(account.refused)} not uploaded, {commit[:10]} first: {why}")
    if account.stopped is not None:
        say(f"stopped: {account.stopped} Run it again to continue.")
    failed = account.stopped is not None or bool(account.refused)
    return UploadError.exit_code if failed and wanted.require else 0
