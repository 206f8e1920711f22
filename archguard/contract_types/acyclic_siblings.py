"""The violations of import-linter's `acyclic_siblings` contracts."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from archguard.contract_types.chains import unite, with_descendants
from archguard.contract_types.verdict import Chain, Edge, Finding, Passage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
    from importlinter.domain.contract import ContractCheck

    from archguard.graph.grimp_api import ImportGraph


def find(contract: AcyclicSiblingsContract, check: ContractCheck, graph: ImportGraph) -> Finding:  # noqa: ARG001
    """Find every import between siblings that lies on a cycle.

    import-linter lists only some imports whose removal would break the cycles. A heuristic selects
    them, and unrelated imports change the selection, so it cannot identify violations. The chain of an
    import is the shortest way from the imported sibling back to the importing one, and the import.
    """
    return unite(
        [_find_cycles(graph, package) for package in check.metadata["cycle_breakers_by_package"]]
    )


def find_passages(
    contract: AcyclicSiblingsContract,  # noqa: ARG001
    check: ContractCheck,
    graph: ImportGraph,
) -> Iterator[Passage]:
    """Yield the ways back from a sibling to one that imports it, for each such pair on a cycle."""
    for package in check.metadata["cycle_breakers_by_package"]:
        on_cycles = _find_cycles(graph, package).edges
        child_of = _find_children(graph, package)
        imports = _imports_between_children(graph, child_of)
        importers: dict[str, set[str]] = {}
        for edges in imports.values():
            for edge in edges:
                importers.setdefault(edge.imported, set()).add(edge.importer)
        for (_, imported), edges in imports.items():
            starts = frozenset(module for module, child in child_of.items() if child == imported)
            if closing := on_cycles.intersection(edges):
                yield Passage(starts, importers, closing, child_of)


def _find_cycles(graph: ImportGraph, package: str) -> Finding:
    imports = _imports_between_children(graph, _find_children(graph, package))
    siblings: dict[str, list[str]] = {}
    for importer, imported in sorted(imports):
        siblings.setdefault(importer, []).append(imported)
    chains: dict[Edge, Chain] = {}
    for child in siblings:
        ways = _find_shortest_ways(siblings, child)
        for importer in siblings:
            for edge in imports.get((importer, child), ()) if importer in ways else ():
                back = [min(imports[step]) for step in pairwise(ways[importer])]
                chains[edge] = Chain((*back, edge), child, child)
    return Finding(frozenset(chains), frozenset(edge.importer for edge in chains), chains=chains)


def _find_shortest_ways(siblings: Mapping[str, Sequence[str]], start: str) -> dict[str, tuple[str, ...]]:
    """Return the first of the shortest ways to each sibling that `start` reaches, both ends included."""
    ways: dict[str, tuple[str, ...]] = {start: (start,)}
    queue = [start]
    for sibling in queue:  # which grows
        for imported in siblings.get(sibling, ()):
            if imported not in ways:
                ways[imported] = (*ways[sibling], imported)
                queue.append(imported)
    return ways


def _find_children(graph: ImportGraph, package: str) -> dict[str, str]:
    """Return the modules below a package, each with the child of the package that it is part of."""
    return {
        module: child
        for child in graph.find_children(package)
        for module in with_descendants(graph, child)
    }


def _imports_between_children(
    graph: ImportGraph, child_of: Mapping[str, str]
) -> dict[tuple[str, str], list[Edge]]:
    imports: dict[tuple[str, str], list[Edge]] = {}
    for module, child in child_of.items():
        for imported in graph.find_modules_directly_imported_by(module):
            other = child_of.get(imported, child)
            if other != child:
                imports.setdefault((child, other), []).append(Edge(module, imported))
    return imports
