"""Scanning in parts on other machines, behind the `concurrent.futures.Executor` that a cluster gives."""

from __future__ import annotations

from concurrent.futures import as_completed
from typing import TYPE_CHECKING

from archguard.graph.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    from archguard.graph.discovery import Module
    from archguard.graph.workers import Results, SetUp

_PART = 700  # versions: some seconds, which is what is lost when a machine goes away


def scan_part(set_up: SetUp, modules: Sequence[Module]) -> Results:
    """Scan in a child of the process that this runs in; it needs the repository at the same path.

    Raises:
        WorkerError: no child process can be started there.
    """
    workers = Workers(1, lambda _: None)
    try:
        return workers.scan(set_up, modules)
    finally:
        workers.close()


def scan_in_parts(
    executor: Executor,
    set_up: SetUp,
    modules: Sequence[Module],
    progress: Callable[[Results], None],
) -> None:
    """Scan wherever the executor has room; results come as they are ready.

    Raises:
        WorkerError: a machine can start no child process.
    """
    parts = [modules[start : start + _PART] for start in range(0, len(modules), _PART)]
    futures = [executor.submit(scan_part, set_up, part) for part in parts]
    try:
        for future in as_completed(futures):
            progress(future.result())
    finally:
        for future in futures:
            future.cancel()
