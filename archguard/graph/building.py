"""Facts to grimp's import graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grimp import ImportGraph

from archguard.graph.names import lineage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archguard.graph.facts import Analysis, Import


def build(analysis: Analysis) -> ImportGraph:
    """The graph of the modules that exist, as `grimp.build_graph` would make it if it read them all."""
    graph = ImportGraph()
    known = analysis.namespaces | analysis.modules.keys()
    # Sorted throughout: grimp's heuristics depend on the order of insertion.
    for name in sorted(known):
        graph.add_module(name)
    imported = {one.imported for imports in analysis.imports.values() for one in imports}
    for name in sorted(imported - known):
        graph.add_module(name, is_squashed=True)  # somebody else's package
    _add(graph, analysis.imports)
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
    _add(graph, analysis.ghost_imports)


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


def _add(graph: ImportGraph, imports: Mapping[str, tuple[Import, ...]]) -> None:
    for importer, imported in sorted(imports.items()):
        add_imports(graph, importer, imported)
