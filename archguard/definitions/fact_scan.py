"""Read the facts of chosen definitions in child processes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.fact_protocol import unpack_facts
from archguard.graph.scanning.pool import ScanPool
from archguard.graph.scanning.processor_time import TimeAllowance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archguard.definitions.fact_reader import DefinitionFacts, Span
    from archguard.definitions.model import Definition
    from archguard.graph.discovery import Module
    from archguard.graph.scanning.workers import BatchResult
    from archguard.sources.source import Source


class FactOptions(NamedTuple):
    """What a child that reads facts is told before its first request."""

    source: dict[str, str]
    """What `reopen` needs to open the source."""
    spans: dict[str, list[Span]]
    """Path -> where the statements of the definitions stand, and where they end."""
    allowance: TimeAllowance = TimeAllowance()
    """How much processor time each file may take."""

    @property
    def main_module(self) -> str:
        """The module whose `main` the child runs."""
        return "archguard.definitions.fact_child"


def scan_facts(
    definitions: Iterable[Definition], source: Source, modules: Mapping[str, Module], *, jobs: int
) -> dict[str, DefinitionFacts]:
    """Return the facts of some definitions, by the id of their statement.

    Those of a file that cannot be read any more are missing.

    Args:
        definitions: classes at any depth, and functions at module scope.
        source: the tree.
        modules: its modules, by name.
        jobs: how many child processes read at the same time.

    Raises:
        WorkerError: no child process can be started.
    """
    by_module: defaultdict[str, dict[int, Definition]] = defaultdict(dict)
    for definition in definitions:
        by_module[definition.module][definition.line] = definition
    wanted = [modules[name] for name in sorted(by_module) if name in modules]
    facts: dict[str, DefinitionFacts] = {}

    def add(batch: BatchResult) -> None:
        for module, result in batch.results.items():
            for fields in result.get("facts", ()):
                one = unpack_facts(fields)
                facts[by_module[module.name][one.line].statement] = one

    spans: dict[str, list[Span]] = {
        module.path: [(one.line, one.end_line) for one in by_module[module.name].values()]
        for module in wanted
    }
    options = FactOptions(source.spec(), spans)
    pool = ScanPool(options, jobs=jobs)
    try:
        if wanted:
            pool.scan(wanted, add)
    finally:
        pool.close()
    return facts
