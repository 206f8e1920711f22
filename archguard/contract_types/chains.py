"""Which direct imports carry a forbidden dependency, however long its chains are.

Chains are arbitrary: of several shortest ones any may be reported. The edges that enter the forbidden
set from what its sources can reach are not, and there is at least one exactly if there is a chain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.contract_types.verdict import Edge, Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Set

    from archguard.graph.grimp_api import ImportGraph


# grimp follows one module's importers faster than we those of many, but it does so for each of them.
_FEW = 20


def with_descendants(graph: ImportGraph, module: str) -> set[str]:
    """A module and everything below it."""
    if module not in graph.modules or graph.is_module_squashed(module):
        return {module}
    return {module, *graph.find_descendants(module)}


def entering(
    graph: ImportGraph, sources: Set[str], targets: Set[str], without: Set[str] = frozenset()
) -> Finding:
    """The edges into `targets` from `sources`, or from what those reach past `without`."""
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
    reaching = _closure({edge.importer for edge in edges}, lambda one: importers.get(one, set()))
    return Finding(frozenset(edges), frozenset(reaching & sources))


def direct(graph: ImportGraph, sources: Set[str], targets: Set[str]) -> Finding:
    """The edges from `sources` into `targets`, one step only."""
    edges = frozenset(
        Edge(source, imported)
        for source in sources - targets
        for imported in graph.find_modules_directly_imported_by(source) & targets
    )
    return Finding(edges, frozenset(edge.importer for edge in edges))


def importers_of(graph: ImportGraph, targets: Set[str]) -> set[str]:
    """Everything that reaches one of `targets`, directly or through others."""
    if len(targets) > _FEW:
        return _closure(targets, graph.find_modules_that_directly_import) - targets
    return set().union(*map(graph.find_downstream_modules, targets)) - targets


def union(findings: Iterable[Finding]) -> Finding:
    """All of them as one."""
    every = tuple(findings)
    return Finding(
        edges=frozenset().union(*(finding.edges for finding in every)),
        exposed=frozenset().union(*(finding.exposed for finding in every)),
        undeclared=frozenset().union(*(finding.undeclared for finding in every)),
    )


def _closure(start: Iterable[str], step: Callable[[str], set[str]]) -> set[str]:
    found = set(start)
    pending = list(found)
    while pending:
        new = step(pending.pop()) - found
        found |= new
        pending += new
    return found
