"""The direct imports behind a forbidden dependency, however long its chains are.

Another import can make another chain the shortest, so a chain cannot identify a violation. The edges
that enter the forbidden modules from what the sources can reach can: one exists if and only if a chain
does. What is shown of an edge is the first of its shortest chains, in the order of their modules' names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.contract_types.verdict import Chain, Edge, Finding, Passage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence, Set

    from archguard.graph.grimp_api import ImportGraph


# Up to this number, grimp's search from each module is faster than one search of ours from all of them.
_MAX_GRIMP_SEARCHES = 20


def with_descendants(graph: ImportGraph, module: str) -> set[str]:
    """Return a module and its descendants."""
    if module not in graph.modules or graph.is_module_squashed(module):
        return {module}
    return {module, *graph.find_descendants(module)}


def name_modules(graph: ImportGraph, names: Iterable[str]) -> dict[str, str]:
    """Return the named modules and their descendants, each with the nearest named module."""
    return {module: name for name in sorted(names) for module in with_descendants(graph, name)}


def find_entering_edges(
    graph: ImportGraph,
    sources: Mapping[str, str],
    targets: Mapping[str, str],
    without: Set[str] = frozenset(),
) -> Finding:
    """Find edges into `targets` from `sources`, or from modules that those reach without `without`.

    Args:
        graph: the imports.
        sources: the modules where chains begin; see `name_modules`.
        targets: the modules where they end.
        without: modules that no chain passes.
    """
    passage, arrivals = _walk(graph, sources, targets, without)
    importers, edges = passage.importers, passage.edges
    reaching = _closure({edge.importer for edge in edges}, lambda module: importers.get(module, set()))
    chains = {edge: _name_chain(_trace(edge, arrivals), sources, targets) for edge in edges}
    return Finding(edges, frozenset(reaching & sources.keys()), chains=chains)


def find_passage(
    graph: ImportGraph,
    sources: Mapping[str, str],
    targets: Mapping[str, str],
    without: Set[str] = frozenset(),
) -> Passage:
    """Return all the ways by which `find_entering_edges` finds its edges."""
    return _walk(graph, sources, targets, without)[0]


def find_direct_passage(
    graph: ImportGraph, sources: Mapping[str, str], targets: Mapping[str, str]
) -> Passage:
    """Return the ways of `find_direct_edges`, which pass nothing."""
    edges = find_direct_edges(graph, sources, targets).edges
    return Passage(frozenset(sources), {}, edges)


def find_direct_edges(
    graph: ImportGraph, sources: Mapping[str, str], targets: Mapping[str, str]
) -> Finding:
    """Find edges from `sources` directly into `targets`."""
    edges = frozenset(
        Edge(source, imported)
        for source in sources.keys() - targets.keys()
        for imported in graph.find_modules_directly_imported_by(source) & targets.keys()
    )
    chains = {edge: _name_chain((edge,), sources, targets) for edge in edges}
    return Finding(edges, frozenset(edge.importer for edge in edges), chains=chains)


def find_importers(graph: ImportGraph, targets: Set[str]) -> set[str]:
    """Return the modules that reach one of `targets`, directly or indirectly."""
    if len(targets) > _MAX_GRIMP_SEARCHES:
        return _closure(targets, graph.find_modules_that_directly_import) - targets
    return set().union(*map(graph.find_downstream_modules, targets)) - targets


def unite(findings: Sequence[Finding]) -> Finding:
    """Unite several findings; of several chains to one edge, the first in `Chain.order` stays."""
    chains: dict[Edge, Chain] = {}
    for finding in findings:
        for edge, chain in finding.chains.items():
            chains[edge] = min(chain, chains.get(edge, chain), key=lambda chain: chain.order)
    return Finding(
        edges=frozenset().union(*(finding.edges for finding in findings)),
        exposed=frozenset().union(*(finding.exposed for finding in findings)),
        undeclared=frozenset().union(*(finding.undeclared for finding in findings)),
        chains=chains,
    )


def _walk(
    graph: ImportGraph, sources: Mapping[str, str], targets: Mapping[str, str], without: Set[str]
) -> tuple[Passage, Mapping[str, Edge | None]]:
    """Return the ways from `sources` to `targets`, and the edge by which each module was reached."""
    edges: list[Edge] = []
    importers: dict[str, set[str]] = {}
    # Breadth first, in the order of names: the first of its shortest chains is first to reach a module.
    queue = sorted(sources.keys() - targets.keys() - without)
    arrivals: dict[str, Edge | None] = dict.fromkeys(queue)
    for importer in queue:  # which grows
        new = []
        for imported in graph.find_modules_directly_imported_by(importer):
            if imported in targets:
                edges.append(Edge(importer, imported))
            elif imported not in without:
                importers.setdefault(imported, set()).add(importer)
                if imported not in arrivals:
                    new.append(imported)
        new.sort()
        arrivals.update((imported, Edge(importer, imported)) for imported in new)
        queue += new
    starts = frozenset(module for module, edge in arrivals.items() if edge is None)
    return Passage(starts, importers, frozenset(edges)), arrivals


def _trace(edge: Edge, arrivals: Mapping[str, Edge | None]) -> tuple[Edge, ...]:
    """Return the edges up to an edge; `arrivals` has the one by which each module was reached."""
    edges = [edge]
    while (before := arrivals[edges[-1].importer]) is not None:
        edges.append(before)
    return tuple(reversed(edges))


def _name_chain(
    edges: tuple[Edge, ...], sources: Mapping[str, str], targets: Mapping[str, str]
) -> Chain:
    return Chain(edges, sources[edges[0].importer], targets[edges[-1].imported])


def _closure(start: Iterable[str], step: Callable[[str], Set[str]]) -> set[str]:
    reached = set(start)
    pending = list(reached)
    while pending:
        new = step(pending.pop()) - reached
        reached |= new
        pending += new
    return reached
