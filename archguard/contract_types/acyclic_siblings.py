"""The violations of import-linter's `acyclic_siblings` contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.contract_types.chains import unite, with_descendants
from archguard.contract_types.verdict import Edge, Finding
from archguard.graph.grimp_api import ImportGraph

if TYPE_CHECKING:
    from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
    from importlinter.domain.contract import ContractCheck


def find(contract: AcyclicSiblingsContract, check: ContractCheck, graph: ImportGraph) -> Finding:  # noqa: ARG001
    """Find every import between siblings that lies on a cycle.

    import-linter lists only some imports whose removal would break the cycles. A heuristic selects
    them, and unrelated imports change the selection, so it cannot identify violations.
    """
    return unite(
        [_find_cycles(graph, package) for package in check.metadata["cycle_breakers_by_package"]]
    )


def _find_cycles(graph: ImportGraph, package: str) -> Finding:
    imports = _imports_between_children(graph, package)
    siblings = ImportGraph()
    for importer, imported in imports:
        siblings.add_import(importer=importer, imported=imported)
    reached = {child: siblings.find_upstream_modules(child) for child in siblings.modules}
    edges = frozenset(
        edge
        for (importer, imported), edges_between in imports.items()
        if importer in reached[imported]
        for edge in edges_between
    )
    return Finding(edges, frozenset(edge.importer for edge in edges))


def _imports_between_children(graph: ImportGraph, package: str) -> dict[tuple[str, str], list[Edge]]:
    child_of = {
        module: child
        for child in graph.find_children(package)
        for module in with_descendants(graph, child)
    }
    imports: dict[tuple[str, str], list[Edge]] = {}
    for module, child in child_of.items():
        for imported in graph.find_modules_directly_imported_by(module):
            other = child_of.get(imported, child)
            if other != child:
                imports.setdefault((child, other), []).append(Edge(module, imported))
    return imports
