"""The violations of import-linter's `forbidden` contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archguard.contract_types.chains import (
    find_direct_edges,
    find_entering_edges,
    name_modules,
    unite,
)

if TYPE_CHECKING:
    from importlinter.domain.contract import ContractCheck

    from archguard.contract_types.verdict import Finding
    from archguard.graph.grimp_api import ImportGraph


def find(contract: Any, check: ContractCheck, graph: ImportGraph) -> Finding:
    """Find the edges that enter the forbidden module, for each pair of modules with a chain."""
    sources: dict[str, set[str]] = {}
    for pair in check.metadata["invalid_chains"]:
        sources.setdefault(pair["upstream_module"], set()).add(pair["downstream_module"])
    find_edges = find_direct_edges if contract.allow_indirect_imports else find_entering_edges
    return unite(
        [
            find_edges(
                graph, _modules(contract, graph, downstream), _modules(contract, graph, {upstream})
            )
            for upstream, downstream in sources.items()
        ]
    )


def _modules(contract: Any, graph: ImportGraph, names: set[str]) -> dict[str, str]:
    return name_modules(graph, names) if contract.as_packages else {name: name for name in names}
