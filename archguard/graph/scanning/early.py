"""Child processes for a scan that is sure to need them, started before anything else is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.graph.scanning.child import Child, threads_for

if TYPE_CHECKING:
    from archguard.graph.scanning.cache import Cache


def children(cache: Cache, jobs: int) -> tuple[Child, ...]:
    """One if nothing is known yet; else none, for there may be nothing to scan.

    The others are started once there is work for them: until then this process needs the processor more.

    Raises:
        WorkerError: no child process can be started.
    """
    if not cache.is_empty():
        return ()
    return (Child(threads=threads_for(jobs)),)
