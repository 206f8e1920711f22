"""Scan modules in batches, in child processes of this machine or wherever an executor runs them."""

from __future__ import annotations

from collections import deque
from concurrent.futures import as_completed
from queue import SimpleQueue
from typing import TYPE_CHECKING

from archguard.graph.scanning.child import choose_thread_count
from archguard.graph.scanning.daemon_threads import DaemonThreads
from archguard.graph.scanning.workers import BatchResult, WorkerProcesses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor

    from archguard.graph.discovery import Module
    from archguard.graph.scanning.child import ChildProcess
    from archguard.graph.scanning.workers import ChildOptions

_BATCH_SIZE = 700  # modules: some seconds of work, which are lost when a remote machine goes away
_BATCHES_PER_CHILD = 8  # in this machine, if that makes the batches larger than `_BATCH_SIZE`
_FEW_MODULES = 100  # one child is enough for these


def scan_in_new_child(options: ChildOptions, modules: Sequence[Module]) -> BatchResult:
    """Scan modules in a new child of the process that runs this.

    The source must exist at the same path there.

    Raises:
        WorkerError: no child process can be started there.
    """
    workers = WorkerProcesses(options, threads=0)
    try:
        batch_results = list(workers.scan(deque([modules])))
    finally:
        workers.close()
    return BatchResult(
        {module: result for batch in batch_results for module, result in batch.results.items()},
        [answer for batch in batch_results for answer in batch.answers],
    )


class ScanPool:
    """Divides modules into batches and has them scanned at the same time."""

    def __init__(
        self,
        options: ChildOptions,
        *,
        jobs: int,
        executor: Executor | None = None,
        started: Sequence[ChildProcess] = (),
    ) -> None:
        """Start no process yet.

        Args:
            options: what each child process is told.
            jobs: how many child processes scan at the same time.
            executor: runs the batches elsewhere, each in a child process of its own; None: scan in child
                processes of this process, which live until `close`.
            started: child processes of this process that were started already.
        """
        self._options = options
        self._workers = WorkerProcesses(options, threads=choose_thread_count(jobs), started=started)
        self._threads = DaemonThreads(jobs)
        self._jobs = jobs
        self._executor = executor

    def start_children(self, count: int) -> None:
        """Start children of this process before there is work; starting one takes a tenth of a second.

        Raises:
            WorkerError: no child process can be started.
        """
        self._workers.start_children(count)

    def compute_fingerprints(self, paths: Sequence[str]) -> list[str | None] | None:
        """Return the fingerprints of files, computed by an idle child; None if there is none here."""
        return self._workers.compute_fingerprints(paths)

    def scan(self, modules: Sequence[Module], on_result: Callable[[BatchResult], None]) -> None:
        """Scan modules.

        Args:
            modules: what to scan.
            on_result: called with the result of each batch when it is ready, in the caller's thread.

        Raises:
            WorkerError: a child process that was to scan a batch cannot be started.
        """
        if self._executor is None:
            self._scan_here(modules, on_result)
        else:
            self._scan_elsewhere(self._executor, modules, on_result)

    def close(self) -> None:
        """Kill the children of this process; a scan that waits for one ends with the results it has."""
        self._workers.close()
        self._threads.shutdown(wait=False)

    def _scan_here(self, modules: Sequence[Module], on_result: Callable[[BatchResult], None]) -> None:
        batches = deque(_split_tapering(modules, self._jobs))
        ready: SimpleQueue[BatchResult | None] = SimpleQueue()

        def scan_batches() -> None:
            try:
                for result in self._workers.scan(batches):
                    ready.put(result)
            finally:
                batches.clear()  # after a failure, so that the other threads end, too
                ready.put(None)

        futures = [self._threads.submit(scan_batches) for _ in range(min(self._jobs, len(batches)))]
        for _ in futures:
            while (result := ready.get()) is not None:
                on_result(result)
        for future in futures:
            future.result()

    def _scan_elsewhere(
        self,
        executor: Executor,
        modules: Sequence[Module],
        on_result: Callable[[BatchResult], None],
    ) -> None:
        futures = {
            executor.submit(scan_in_new_child, self._options, batch) for batch in _split_evenly(modules)
        }
        try:
            for future in as_completed(futures):
                futures.remove(future)  # or it would hold its result until all are done
                on_result(future.result())
        finally:
            for future in futures:
                future.cancel()


def _split_evenly(modules: Sequence[Module]) -> Iterator[Sequence[Module]]:
    for start in range(0, len(modules), _BATCH_SIZE):
        yield modules[start : start + _BATCH_SIZE]


def _split_tapering(modules: Sequence[Module], jobs: int) -> Iterator[Sequence[Module]]:
    """Split modules into batches: large ones first, which cost less, then smaller ones.

    Small batches at the end let all children end at about the same time.
    """
    most = max(_BATCH_SIZE, len(modules) // (_BATCHES_PER_CHILD * jobs))
    least = _FEW_MODULES if len(modules) <= _FEW_MODULES else most // 16
    start = 0
    while start < len(modules):
        size = max(1, least, min(most, (len(modules) - start) // (2 * jobs)))
        yield modules[start : start + size]
        start += size
