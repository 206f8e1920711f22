"""Read which deprecations the files of a tree declare, in child processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.deprecation_reader import DeprecatedName
from archguard.graph.scanning.pool import ScanPool
from archguard.graph.scanning.processor_time import TimeAllowance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.graph.discovery import Module
    from archguard.graph.scanning.workers import BatchResult
    from archguard.sources.source import Source

_WORDS = (b"deprecat", b"removedin")
"""What the text of every declaration has, in lower case."""


class DeprecationOptions(NamedTuple):
    """What a child that reads deprecations is told before its first request."""

    source: dict[str, str]
    """What `reopen` needs to open the source."""
    allowance: TimeAllowance = TimeAllowance()
    """How much processor time each file may take."""

    @property
    def main_module(self) -> str:
        """The module whose `main` the child runs."""
        return "archguard.definitions.deprecation_child"


class DeprecationScan(NamedTuple):
    """What was read."""

    deprecations: dict[Module, list[DeprecatedName]]
    """By module; of those that declare one."""
    unread: dict[str, str]
    """Path -> why the file could not be read; of those that could declare one."""


def scan_deprecations(source: Source, modules: Sequence[Module], *, jobs: int) -> DeprecationScan:
    """Return the deprecations that modules declare.

    Args:
        source: the tree.
        modules: which of its modules.
        jobs: how many child processes read at the same time.

    Raises:
        WorkerError: no child process can be started.
    """
    scan = DeprecationScan({}, {})

    def add(batch: BatchResult) -> None:
        for module, result in batch.results.items():
            if "reason" in result:
                scan.unread[module.path] = result["reason"]
            elif deprecations := result["deprecations"]:
                scan.deprecations[module] = [DeprecatedName._make(one) for one in deprecations]

    contents = source.read([module.path for module in modules])
    wanted = [
        module
        for module, content in zip(modules, contents, strict=True)
        if not isinstance(content, bytes) or any(word in content.lower() for word in _WORDS)
    ]
    pool = ScanPool(DeprecationOptions(source.spec()), jobs=jobs)
    try:
        if wanted:
            pool.scan(wanted, add)
    finally:
        pool.close()
    return scan
