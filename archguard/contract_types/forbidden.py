"""import-linter's `forbidden` contracts, as edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archguard.contract_types.chains import direct, entering, union, with_descendants

if TYPE_CHECKING:
    from importlinter.domain.contract import ContractCheck

    from archguard.contract_types.verdict import Finding
    from archguard.graph.grimp_api import ImportGraph


def find(contract: Any, check: ContractCheck, graph: ImportGraph) -> Finding:
    """For each pair with a chain: the edges that enter the forbidden module."""
    sources: dict[str, set[str]] = {}
    for pair in check.metadata["invalid_chains"]:
        modules = _modules(contract, graph, pair["downstream_module"])
        sources.setdefault(pair["upstream_module"], set()).update(modules)
    find_one = direct if contract.allow_indirect_imports else entering
    return union(
        find_one(graph, downstream, _modules(contract, graph, upstream))
        for upstream, downstream in sources.items()
    )


def _modules(contract: Any, graph: ImportGraph, module: str) -> set[str]:
    return with_descendants(graph, module) if contract.as_packages else {module}
