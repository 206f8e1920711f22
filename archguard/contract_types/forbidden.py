"""The violations of import-linter's `forbidden` contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archguard.contract_types.chains import (
    find_direct_edges,
    find_direct_passage,
    find_entering_edges,
    find_passage,
    name_modules,
    unite,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlinter.domain.contract import ContractCheck

    from archguard.contract_types.verdict import Finding, Passage
    from archguard.graph.grimp_api import ImportGraph

    Ends = tuple[dict[str, str], dict[str, str]]


def find(contract: Any, check: ContractCheck, graph: ImportGraph) -> Finding:
    """Find the edges that enter the forbidden module, for each pair of modules with a chain."""
    find_edges = find_direct_edges if contract.allow_indirect_imports else find_entering_edges
    return unite([find_edges(graph, *ends) for ends in _list_ends(contract, check, graph)])


def find_passages(contract: Any, check: ContractCheck, graph: ImportGraph) -> Iterator[Passage]:
    """Yield the ways to each forbidden module that has a chain."""
    find_ways = find_direct_passage if contract.allow_indirect_imports else find_passage
    for ends in _list_ends(contract, check, graph):
        yield find_ways(graph, *ends)


def _list_ends(contract: Any, check: ContractCheck, graph: ImportGraph) -> list[Ends]:
    """Return the sources and the targets of chains, for each forbidden module that has one."""
    sources: dict[str, set[str]] = {}
    for pair in check.metadata["invalid_chains"]:
        sources.setdefault(pair["upstream_module"], set()).add(pair["downstream_module"])
    return [
        (_modules(contract, graph, downstream), _modules(contract, graph, {upstream}))
        for upstream, downstream in sources.items()
    ]


def _modules(contract: Any, graph: ImportGraph, names: set[str]) -> dict[str, str]:
    return name_modules(graph, names) if contract.as_packages else {name: name for name in names}
