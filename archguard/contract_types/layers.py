"""import-linter's `layers` contracts, as edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlinter.domain.helpers import module_expressions_to_modules

from archguard.contract_types.finding import Edge, Finding
from archguard.contract_types.reach import entering, union, with_descendants

if TYPE_CHECKING:
    from importlinter.contracts.layers import LayersContract
    from importlinter.domain.contract import ContractCheck

    from archguard.graph import ImportGraph


def find(contract: LayersContract, check: ContractCheck, graph: ImportGraph) -> Finding:
    """For each pair with a chain: the edges that enter the higher layer, past the other layers."""
    findings = []
    for layers in _layers_by_container(contract, graph):
        everything = set().union(*(with_descendants(graph, layer) for layer in layers))
        for pair in check.metadata["invalid_dependencies"]:
            if {pair["importer"], pair["imported"]} <= layers:
                lower = with_descendants(graph, pair["importer"])
                higher = with_descendants(graph, pair["imported"])
                others = everything - lower - higher
                findings.append(entering(graph, lower, higher, others))
    undeclared = (
        Edge(module, module.rpartition(".")[0]) for module in check.metadata["undeclared_modules"]
    )
    return union([*findings, Finding(undeclared=frozenset(undeclared))])


def _layers_by_container(contract: LayersContract, graph: ImportGraph) -> list[set[str]]:
    tails = {tail.name for layer in contract.layers for tail in layer.module_tails}
    containers = module_expressions_to_modules(graph, contract.containers or ())
    if not containers:
        return [tails & graph.modules]
    return [{f"{container.name}.{tail}" for tail in tails} & graph.modules for container in containers]
