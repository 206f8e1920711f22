"""Scanning in parts, wherever an executor runs them: in threads of this process, on other machines."""

from __future__ import annotations

from concurrent.futures import as_completed
from functools import partial
from typing import TYPE_CHECKING

from archguard.graph.child import threads_for
from archguard.graph.threads import DaemonThreads
from archguard.graph.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor

    from archguard.graph.child import Child
    from archguard.graph.discovery import Module
    from archguard.graph.workers import Part, SetUp

_AT_ONCE = 700  # modules: some seconds, which is what is lost when a machine goes away
_PARTS_EACH = 8  # for each child here, where they are larger than that
_FEW_MODULES = 100  # one child is enough


def scan_alone(set_up: SetUp, modules: Sequence[Module]) -> Part:
    """Scan in a child of the process that this runs in; it needs the repository at the same path.

    Raises:
        WorkerError: no child process can be started there.
    """
    workers = Workers(set_up, threads=0)
    try:
        return workers.scan(modules)
    finally:
        workers.close()


class Pool:
    """Where modules are scanned."""

    def __init__(
        self,
        set_up: SetUp,
        *,
        jobs: int,
        executor: Executor | None = None,
        started: Sequence[Child] = (),
    ) -> None:
        """Start nothing yet.

        Args:
            set_up: what the children are told.
            jobs: child processes at once.
            executor: what runs the parts elsewhere, each in a child of its own; None: they run here, and
                the children live until `close`.
            started: children that were started here already.
        """
        self._workers = Workers(set_up, threads=threads_for(jobs), started=started)
        self._threads = DaemonThreads(jobs)
        self._jobs = None if executor else jobs
        self._executor = executor or self._threads
        self._scan = partial(scan_alone, set_up) if executor else self._workers.scan

    def start(self, count: int) -> None:
        """Start children before their work is known: it takes them a tenth of a second.

        Raises:
            WorkerError: no child process can be started.
        """
        self._workers.start(count)

    def fingerprints(self, paths: Sequence[str]) -> list[str | None] | None:
        """The names of the files' contents, from a child that was started here; None: there is none."""
        return self._workers.fingerprints(paths)

    def scan(self, modules: Sequence[Module], keep: Callable[[Part], None]) -> None:
        """Scan modules.

        Args:
            modules: what to scan.
            keep: is given the results of each part as they are ready, all in the thread of the caller.

        Raises:
            WorkerError: no child process can be started where a part was to be scanned.
        """
        parts = _even(modules) if self._jobs is None else _tapering(modules, self._jobs)
        left = {self._executor.submit(self._scan, part) for part in parts}
        try:
            for future in as_completed(left):
                left.remove(future)  # or it would hold its result until all are done
                keep(future.result())
        finally:
            for future in left:
                future.cancel()

    def close(self) -> None:
        """End the children that run here; a scan that waits for one returns with what it has."""
        self._workers.close()
        self._threads.shutdown(wait=False)


def _even(modules: Sequence[Module]) -> Iterator[Sequence[Module]]:
    for start in range(0, len(modules), _AT_ONCE):
        yield modules[start : start + _AT_ONCE]


def _tapering(modules: Sequence[Module], jobs: int) -> Iterator[Sequence[Module]]:
    """Large parts waste less; smaller ones at the end let all children end together."""
    jobs = 1 if len(modules) <= _FEW_MODULES else jobs
    most = max(_AT_ONCE, len(modules) // (_PARTS_EACH * jobs))
    start = 0
    while start < len(modules):
        size = max(1, most // 4, min(most, (len(modules) - start) // (2 * jobs)))
        yield modules[start : start + size]
        start += size
