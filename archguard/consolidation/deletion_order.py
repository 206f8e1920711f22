"""The order in which deprecated modules can be deleted: importers before what they import."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


class DeletableGroup(NamedTuple):
    """Deprecated modules that can be deleted at the same time only."""

    modules: tuple[str, ...]
    """Sorted; several if they import each other."""
    after: tuple[str, ...]
    """The deprecated modules that import them and have to be deleted before, sorted."""
    importers: tuple[tuple[str, str], ...]
    """(importer, module of the group) of each import by a module that is not deprecated; sorted."""


def order_deletions(
    names: Iterable[str],
    imports: Iterable[tuple[str, Iterable[str]]],
    find_deprecated: Callable[[str], str | None],
) -> Iterator[DeletableGroup]:
    """Yield the deprecated modules in an order in which they can be deleted.

    A module comes after those that import it. What imports each other in a circle is one group. What
    lies below another deprecated module needs it to be loaded, and comes before it.

    Args:
        names: the modules that exist.
        imports: each module and what it imports.
        find_deprecated: returns the deprecated module, as a contract names it, in which a module lies.
    """
    graph = nx.DiGraph()
    graph.add_nodes_from(module for module in map(find_deprecated, names) if module is not None)
    for module in list(graph):
        parent = find_deprecated(module.rpartition(".")[0])
        if parent in graph:
            graph.add_edge(module, parent)
    outside: dict[str, set[tuple[str, str]]] = {module: set() for module in graph}
    for importer, imported_names in imports:
        tail = find_deprecated(importer)
        for imported in map(find_deprecated, imported_names):
            if imported is None or imported not in graph or imported == tail:
                continue
            if tail is None:
                outside[imported].add((importer, imported))
            else:
                graph.add_edge(tail, imported)
    yield from _condense(graph, outside)


def _condense(
    graph: nx.DiGraph, outside: Mapping[str, set[tuple[str, str]]]
) -> Iterator[DeletableGroup]:
    condensed = nx.condensation(graph)
    members = condensed.nodes(data="members")
    for number in nx.lexicographical_topological_sort(condensed, key=lambda one: min(members[one])):
        modules = members[number]
        before = {module for one in condensed.predecessors(number) for module in members[one]}
        importers = sorted(pair for module in modules for pair in outside[module])
        yield DeletableGroup(tuple(sorted(modules)), tuple(sorted(before)), tuple(importers))
