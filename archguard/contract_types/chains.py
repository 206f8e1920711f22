"""The direct imports behind a forbidden dependency, however long its chains are.

Of several shortest chains any may be reported, so a chain cannot identify a violation. The edges that
enter the forbidden modules from what the sources can reach can: one exists if and only if a chain does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.contract_types.verdict import Edge, Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence, Set

    from archguard.graph.grimp_api import ImportGraph


# Up to this number, grimp's search from each module is faster than one search of ours from all of them.
_MAX_GRIMP_SEARCHES = 20


def with_descendants(graph: ImportGraph, module: str) -> set[str]:
    """Return a module and its descendants."""
    if module not in graph.modules or graph.is_module_squashed(module):
        return {module}
    return {module, *graph.find_descendants(module)}


def find_entering_edges(
    graph: ImportGraph, sources: Set[str], targets: Set[str], without: Set[str] = frozenset()
) -> Finding:
    """Find edges into `targets` from `sources`, or from modules that those reach without `without`."""
    edges = set()
    importers: dict[str, set[str]] = {}
    seen = set(sources - targets - without)
    pending = sorted(seen)
    while pending:
        importer = pending.pop()
        for imported in graph.find_modules_directly_imported_by(importer):
            if imported in targets:
                edges.add(Edge(importer, imported))
            elif imported not in without:
                importers.setdefault(imported, set()).add(importer)
                if imported not in seen:
                    seen.add(imported)
                    pending.append(imported)
    reaching = _closure({edge.importer for edge in edges}, lambda module: importers.get(module, set()))
    return Finding(frozenset(edges), frozenset(reaching & sources))


def find_direct_edges(graph: ImportGraph, sources: Set[str], targets: Set[str]) -> Finding:
    """Find edges from `sources` directly into `targets`."""
    edges = frozenset(
        Edge(source, imported)
        for source in sources - targets
        for imported in graph.find_modules_directly_imported_by(source) & targets
    )
    return Finding(edges, frozenset(edge.importer for edge in edges))


def find_importers(graph: ImportGraph, targets: Set[str]) -> set[str]:
    """Return the modules that reach one of `targets`, directly or indirectly."""
    if len(targets) > _MAX_GRIMP_SEARCHES:
        return _closure(targets, graph.find_modules_that_directly_import) - targets
    return set().union(*map(graph.find_downstream_modules, targets)) - targets


def unite(findings: Sequence[Finding]) -> Finding:
    """Unite several findings."""
    return Finding(
        edges=frozenset().union(*(finding.edges for finding in findings)),
        exposed=frozenset().union(*(finding.exposed for finding in findings)),
        undeclared=frozenset().union(*(finding.undeclared for finding in findings)),
    )


def _closure(start: Iterable[str], step: Callable[[str], set[str]]) -> set[str]:
    reached = set(start)
    pending = list(reached)
    while pending:
        new = step(pending.pop()) - reached
        reached |= new
        pending += new
    return reached
