"""Facts to grimp's import graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grimp import ImportGraph

from archguard.graph.module_expressions import lineage

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from archguard.graph.model import Analysis, Import, Importing


def build(nodes: Set[str], imports: Iterable[Importing]) -> ImportGraph:
    """The graph of the modules that exist, as `grimp.build_graph` would make it if it read them all.

    Args:
        nodes: the modules and namespaces.
        imports: what modules import, sorted: grimp's heuristics depend on the order of insertion.
    """
    graph = ImportGraph()
    for name in sorted(nodes):
        graph.add_module(name)
    foreign: set[str] = set()
    for importer, every in imports:
        for one in every:
            if one.imported not in nodes and one.imported not in foreign:
                graph.add_module(one.imported, is_squashed=True)  # somebody else's package
                foreign.add(one.imported)
        add_imports(graph, importer, every)
    return graph


def add_ghosts(graph: ImportGraph, analysis: Analysis) -> None:
    """Have imports of missing deprecated modules lead somewhere."""
    ghosts = {one.imported for imports in analysis.ghost_imports.values() for one in imports}
    # A squashed package cannot have the children that a contract names.
    above = {ancestor for ghost in ghosts - graph.modules for ancestor in lineage(ghost)}
    for module in sorted(above & graph.modules):
        if graph.is_module_squashed(module):
            graph.remove_module(module)
    for importer in analysis.ghost_imports:
        for imported in graph.find_modules_directly_imported_by(importer):
            graph.remove_import(importer=importer, imported=imported)
    for importer, imports in sorted(analysis.ghost_imports.items()):
        add_imports(graph, importer, imports)


def add_imports(graph: ImportGraph, importer: str, imports: Iterable[Import]) -> None:
    """Add what one module imports."""
    for one in imports:
        graph.add_import(
            importer=importer,
            imported=one.imported,
            line_number=one.line,
            line_contents="",
            is_lazy=one.lazy,
        )
