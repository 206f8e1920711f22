"""import-linter's `forbidden` contracts, as edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.contract_types.chains import direct, entering, union, with_descendants
from archguard.contract_types.options import value

if TYPE_CHECKING:
    from importlinter.contracts.forbidden import ForbiddenContract
    from importlinter.domain.contract import ContractCheck

    from archguard.contract_types.verdict import Finding
    from archguard.graph.grimp_api import ImportGraph


def find(contract: ForbiddenContract, check: ContractCheck, graph: ImportGraph) -> Finding:
    """For each pair with a chain: the edges that enter the forbidden module."""
    sources: dict[str, set[str]] = {}
    for pair in check.metadata["invalid_chains"]:
        modules = _modules(contract, graph, pair["downstream_module"])
        sources.setdefault(pair["upstream_module"], set()).update(modules)
    find_one = direct if value(contract, "allow_indirect_imports") else entering
    return union(
        find_one(graph, downstream, _modules(contract, graph, upstream))
        for upstream, downstream in sources.items()
    )


def _modules(contract: ForbiddenContract, graph: ImportGraph, module: str) -> set[str]:
    return with_descendants(graph, module) if value(contract, "as_packages") else {module}
