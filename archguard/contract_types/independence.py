"""The violations of import-linter's `independence` contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importlinter.domain.helpers import module_expressions_to_modules

from archguard.contract_types.chains import (
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

    Ends = tuple[dict[str, str], dict[str, str], set[str]]


def find(contract: Any, check: ContractCheck, graph: ImportGraph) -> Finding:
    """Find the edges that enter the imported module past the others, for each pair with a chain."""
    return unite([find_entering_edges(graph, *ends) for ends in _list_ends(contract, check, graph)])


def find_passages(contract: Any, check: ContractCheck, graph: ImportGraph) -> Iterator[Passage]:
    """Yield the ways from one module to another, for each pair with a chain."""
    for ends in _list_ends(contract, check, graph):
        yield find_passage(graph, *ends)


def _list_ends(contract: Any, check: ContractCheck, graph: ImportGraph) -> Iterator[Ends]:
    """Yield the importers, the imported, and what no chain passes, for each pair with a chain."""
    modules = module_expressions_to_modules(graph, contract.modules)
    everything = name_modules(graph, {module.name for module in modules}).keys()
    for pair in check.metadata["invalid_chains"]:
        importers = name_modules(graph, {pair["downstream_module"]})
        imported = name_modules(graph, {pair["upstream_module"]})
        yield importers, imported, everything - importers.keys() - imported.keys()
