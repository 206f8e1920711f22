"""`backfill --upload`: open the upload of a history, report its progress, and report how it ended."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from archguard.cli.output import say
from archguard.errors import UploadError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archguard.cli.options.upload import UploadOptions
    from archguard.cli.progress_bar import ShowProgress
    from archguard.consolidation.contract_families import ContractFamily
    from archguard.graph.scanning.cache import Cache
    from archguard.history import HistoryPoint
    from archguard.sources.git.history import CommitInfo
    from archguard.upload.history_upload import HistoryUploader
    from archguard.upload.queue import UploadSummary

_SECONDS_BETWEEN_LINES = 10


@contextmanager
def open_uploader(
    options: UploadOptions,
    repo: str,
    rev: str,
    commits: Sequence[CommitInfo],
    progress: ShowProgress | None,
    *,
    cache: Cache,
    jobs: int,
) -> Iterator[HistoryUploader | None]:
    """Open an uploader of a history's commits.

    It is None, after a warning, if nothing can be uploaded and the upload is not required.

    Raises:
        UploadError: nothing can be uploaded, and the upload is required.
    """
    from archguard.upload.build import UploadBuilder  # noqa: PLC0415
    from archguard.upload.history_upload import HistoryUploader  # noqa: PLC0415 (loads an HTTP client)
    from archguard.upload.queue import UploadQueue  # noqa: PLC0415
    from archguard.upload.target import Repository, find_target  # noqa: PLC0415

    try:
        client = options.open_client()
        ci, repository = options.read_ci_facts(), Repository(repo, "--repo")
        target = find_target(repository, rev, options.branch, ci)
    except UploadError as error:
        if options.require:
            raise
        say(f"not uploaded: {error}")
        yield None
        return
    repository.objects.preload([commit.id for commit in commits])
    total = len(commits)
    on_progress = _ProgressLines(total) if progress is None else _update_bar(progress, total)
    with client:
        queue = UploadQueue(client, on_progress)
        try:
            yield HistoryUploader(
                UploadBuilder(repository, ci),
                queue,
                target.branch,
                tip=commits[-1].id if commits else "",
                audit=partial(_audit_tip, repo=repo, cache=cache, jobs=jobs),
            )
        finally:
            queue.abandon()


def _audit_tip(point: HistoryPoint, repo: str, cache: Cache, jobs: int) -> tuple[ContractFamily, ...]:
    """Return the families of a commit that was judged."""
    from archguard.checking.pipeline import scan_options  # noqa: PLC0415
    from archguard.consolidation.contract_families import JudgedTree, audit_families  # noqa: PLC0415
    from archguard.sources.open import open_source  # noqa: PLC0415

    inputs = point.inputs
    if inputs is None:
        return ()
    source, options = open_source(repo, point.commit.id), scan_options(inputs.configuration)
    return audit_families(inputs.contracts, JudgedTree(source, options, inputs.analysis, cache, jobs))


def _update_bar(progress: ShowProgress, total: int) -> Callable[[UploadSummary], None]:
    return lambda summary: progress("Uploading", summary.sent + len(summary.refused), total)


class _ProgressLines:
    """Prints the progress as a line from time to time, where no bar is shown."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._next = time.monotonic() + _SECONDS_BETWEEN_LINES

    def __call__(self, summary: UploadSummary) -> None:
        if time.monotonic() >= self._next:
            say(f"uploaded {summary.sent} of {self._total} so far.")
            self._next = time.monotonic() + _SECONDS_BETWEEN_LINES


def finish(uploader: HistoryUploader, total: int, options: UploadOptions) -> int:
    """Wait until everything is sent and print a summary.

    Return the exit code: 3 if an upload failed and was required, else 0.
    """
    summary = uploader.finish()
    say(
        f"uploaded {summary.sent} of {total}: {summary.new} new, {summary.known} the server had already."
    )
    if uploader.without_verdict:
        say(f"{uploader.without_verdict} had nothing that could be judged, and no snapshot.")
    if summary.refused:
        commit, reason = next(iter(summary.refused.items()))
        say(f"{len(summary.refused)} not uploaded, {commit[:10]} first: {reason}")
    if summary.stopped is not None:
        say(f"stopped: {summary.stopped} Run it again to continue.")
    failed = summary.stopped is not None or bool(summary.refused)
    return options.failure_code if failed else 0
