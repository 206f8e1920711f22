"""The violations of import-linter's `independence` contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importlinter.domain.helpers import module_expressions_to_modules

from archguard.contract_types.chains import find_entering_edges, name_modules, unite

if TYPE_CHECKING:
    from importlinter.domain.contract import ContractCheck

    from archguard.contract_types.verdict import Finding
    from archguard.graph.grimp_api import ImportGraph


def find(contract: Any, check: ContractCheck, graph: ImportGraph) -> Finding:
    """Find the edges that enter the imported module past the others, for each pair with a chain."""
    modules = module_expressions_to_modules(graph, contract.modules)
    everything = name_modules(graph, {module.name for module in modules}).keys()
    findings = []
    for pair in check.metadata["invalid_chains"]:
        importers = name_modules(graph, {pair["downstream_module"]})
        imported = name_modules(graph, {pair["upstream_module"]})
        between = everything - importers.keys() - imported.keys()
        findings.append(find_entering_edges(graph, importers, imported, between))
    return unite(findings)
