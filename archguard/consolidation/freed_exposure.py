"""Find the importers whose change frees most modules from what a contract deprecates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

_DEPRECATED = ""
"""All that the contract deprecates, as one node; no module has this name."""


def count_freed(
    importers: Iterable[str],
    importers_of: Mapping[str, Collection[str]],
    is_deprecated: Callable[[str], bool],
) -> dict[str, int]:
    """Return how many modules no longer reach deprecated ones if one importer stops importing them.

    The importer itself counts, unless it reaches them another way, too. On the graph from what is
    deprecated to its users, these are the modules that the importer's imports dominate.

    Args:
        importers: the modules that import deprecated ones directly.
        importers_of: module -> the modules that import it.
        is_deprecated: whether a module is deprecated itself; those are not counted or passed.
    """
    graph = nx.DiGraph()
    graph.add_node(_DEPRECATED)
    waiting = sorted(set(importers))
    for importer in waiting:  # the imports of each are a node of their own: they change, not the module
        graph.add_edge(_DEPRECATED, (importer,))
        graph.add_edge((importer,), importer)
    direct, reached = tuple(waiting), set(waiting)
    while waiting:
        module = waiting.pop()
        for importer in importers_of.get(module, ()):
            if not is_deprecated(importer):
                graph.add_edge(module, importer)
                if importer not in reached:
                    reached.add(importer)
                    waiting.append(importer)
    dominators = nx.immediate_dominators(graph, _DEPRECATED)
    tree = nx.DiGraph((parent, node) for node, parent in dominators.items() if node != _DEPRECATED)
    sizes: dict[object, int] = {}
    for node in nx.dfs_postorder_nodes(tree, _DEPRECATED) if direct else ():
        sizes[node] = isinstance(node, str) + sum(sizes[child] for child in tree[node])
    return {importer: sizes[importer,] for importer in direct}
