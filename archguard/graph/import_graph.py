"""Build grimp's import graph from the imports of all modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grimp import ImportGraph

from archguard.graph.module_expressions import iter_with_ancestors

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from archguard.graph.model import Analysis, Import, ModuleImports


def build_graph(modules: Set[str], imports: Iterable[ModuleImports]) -> ImportGraph:
    """Return the graph that `grimp.build_graph` would build if it could read all these modules.

    Args:
        modules: the names of the modules and namespaces; other imported names are external packages.
        imports: what each module imports, sorted: grimp's heuristics depend on the order of insertion.
    """
    graph = ImportGraph()
    for name in sorted(modules):
        graph.add_module(name)
    external: set[str] = set()
    for importer, module_imports in imports:
        for one in module_imports:
            if one.imported not in modules and one.imported not in external:
                graph.add_module(one.imported, is_squashed=True)
                external.add(one.imported)
        add_imports(graph, importer, module_imports)
    return graph


def add_ghosts(graph: ImportGraph, analysis: Analysis) -> None:
    """Replace the imports of each importer of ghosts by those that include the ghosts."""
    ghosts = {one.imported for imports in analysis.ghost_imports.values() for one in imports}
    # A squashed package cannot have descendants, but a contract may name some.
    ancestors = {name for ghost in ghosts - graph.modules for name in iter_with_ancestors(ghost)}
    for module in sorted(ancestors & graph.modules):
        if graph.is_module_squashed(module):
            graph.remove_module(module)
    for importer in analysis.ghost_imports:
        for imported in graph.find_modules_directly_imported_by(importer):
            graph.remove_import(importer=importer, imported=imported)
    for importer, imports in sorted(analysis.ghost_imports.items()):
        add_imports(graph, importer, imports)


def add_imports(graph: ImportGraph, importer: str, imports: Iterable[Import]) -> None:
    """Add the imports of one module."""
    for one in imports:
        graph.add_import(
            importer=importer,
            imported=one.imported,
            line_number=one.line,
            line_contents="",
            is_lazy=one.lazy,
        )
