"""Scanning in parts, wherever an executor runs them: in threads of this process, on other machines."""

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
    from archguard.graph.scanning.workers import ScannerOptions

_AT_ONCE = 700  # modules: some seconds, which is what is lost when a machine goes away
_PARTS_EACH = 8  # for each child here, where they are larger than that
_FEW_MODULES = 100  # one child is enough


def scan_in_new_child(set_up: ScannerOptions, modules: Sequence[Module]) -> BatchResult:
    """Scan in a child of the process that this runs in; it needs the repository at the same path.

    Raises:
        WorkerError: no child process can be started there.
    """
    workers = WorkerProcesses(set_up, threads=0)
    try:
        scanned = list(workers.scan(deque([modules])))
    finally:
        workers.close()
    return BatchResult(
        {module: result for part in scanned for module, result in part.results.items()},
        [answer for part in scanned for answer in part.answers],
    )


class ScanPool:
    """Where modules are scanned."""

    def __init__(
        self,
        set_up: ScannerOptions,
        *,
        jobs: int,
        executor: Executor | None = None,
        started: Sequence[ChildProcess] = (),
    ) -> None:
        """Start nothing yet.

        Args:
            set_up: what the children are told.
            jobs: child processes at once.
            executor: what runs the parts elsewhere, each in a child of its own; None: they run here, and
                the children live until `close`.
            started: children that were started here already.
        """
        self._set_up = set_up
        self._workers = WorkerProcesses(set_up, threads=choose_thread_count(jobs), started=started)
        self._threads = DaemonThreads(jobs)
        self._jobs = jobs
        self._executor = executor

    def start_children(self, count: int) -> None:
        """Start children before their work is known: it takes them a tenth of a second.

        Raises:
            WorkerError: no child process can be started.
        """
        self._workers.start_children(count)

    def compute_fingerprints(self, paths: Sequence[str]) -> list[str | None] | None:
        """The names of the files' contents, from a child that was started here; None: there is none."""
        return self._workers.compute_fingerprints(paths)

    def scan(self, modules: Sequence[Module], keep: Callable[[BatchResult], None]) -> None:
        """Scan modules.

        Args:
            modules: what to scan.
            keep: is given the results of each part as they are ready, all in the thread of the caller.

        Raises:
            WorkerError: no child process can be started where a part was to be scanned.
        """
        if self._executor is None:
            self._scan_here(modules, keep)
        else:
            self._scan_elsewhere(self._executor, modules, keep)

    def close(self) -> None:
        """End the children that run here; a scan that waits for one returns with what it has."""
        self._workers.close()
        self._threads.shutdown(wait=False)

    def _scan_here(self, modules: Sequence[Module], keep: Callable[[BatchResult], None]) -> None:
        parts = deque(_split_tapering(modules, self._jobs))
        ready: SimpleQueue[BatchResult | None] = SimpleQueue()

        def scan() -> None:
            try:
                for part in self._workers.scan(parts):
                    ready.put(part)
            finally:
                parts.clear()  # where it failed; else it is empty
                ready.put(None)

        scanning = [self._threads.submit(scan) for _ in range(min(self._jobs, len(parts)))]
        for _ in scanning:
            while (part := ready.get()) is not None:
                keep(part)
        for future in scanning:
            future.result()

    def _scan_elsewhere(
        self, executor: Executor, modules: Sequence[Module], keep: Callable[[BatchResult], None]
    ) -> None:
        left = {
            executor.submit(scan_in_new_child, self._set_up, part) for part in _split_evenly(modules)
        }
        try:
            for future in as_completed(left):
                left.remove(future)  # or it would hold its result until all are done
                keep(future.result())
        finally:
            for future in left:
                future.cancel()


def _split_evenly(modules: Sequence[Module]) -> Iterator[Sequence[Module]]:
    for start in range(0, len(modules), _AT_ONCE):
        yield modules[start : start + _AT_ONCE]


def _split_tapering(modules: Sequence[Module], jobs: int) -> Iterator[Sequence[Module]]:
    """Large parts waste less; smaller ones at the end let all children end together."""
    most = max(_AT_ONCE, len(modules) // (_PARTS_EACH * jobs))
    least = _FEW_MODULES if len(modules) <= _FEW_MODULES else most // 16
    start = 0
    while start < len(modules):
        size = max(1, least, min(most, (len(modules) - start) // (2 * jobs)))
        yield modules[start : start + size]
        start += size
