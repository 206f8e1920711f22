"""import-linter's `independence` contracts, as edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importlinter.domain.helpers import module_expressions_to_modules

from archguard.contract_types.chains import entering, union, with_descendants

if TYPE_CHECKING:
    from importlinter.domain.contract import ContractCheck

    from archguard.contract_types.verdict import Finding
    from archguard.graph.grimp_api import ImportGraph


def find(contract: Any, check: ContractCheck, graph: ImportGraph) -> Finding:
    """For each pair with a chain: the edges that enter the imported module, past the others."""
    modules = module_expressions_to_modules(graph, contract.modules)
    everything = set().union(*(with_descendants(graph, module.name) for module in modules))
    findings = []
    for pair in check.metadata["invalid_chains"]:
        importers = with_descendants(graph, pair["downstream_module"])
        imported = with_descendants(graph, pair["upstream_module"])
        findings.append(entering(graph, importers, imported, everything - importers - imported))
    return union(findings)
