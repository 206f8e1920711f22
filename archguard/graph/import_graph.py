"""Build grimp's import graph from the imports of all modules."""

from __future__ import annotations

from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING

from grimp import ImportGraph

from archguard.graph.module_expressions import iter_with_ancestors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Set

    from archguard.graph.model import Import, ModuleImports


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
        for imported, _, _ in module_imports:
            if imported not in modules and imported not in external:
                graph.add_module(imported, is_squashed=True)
                external.add(imported)
        add_imports(graph, importer, module_imports)
    return graph


@contextmanager
def graph_for_contract(
    graph: ImportGraph,
    plain: Mapping[str, tuple[Import, ...]],
    imports: Mapping[str, tuple[Import, ...]],
) -> Iterator[ImportGraph]:
    """Show a graph with the modules that a contract deprecates and that do not exist, for a while.

    Args:
        graph: the graph of the modules that exist; it is the same again in the end.
        plain: what each module imports in it.
        imports: what some modules import instead.
    """
    missing = {one.imported for module_imports in imports.values() for one in module_imports}
    missing -= graph.modules
    # A squashed package cannot have descendants, but a contract may name some.
    ancestors = {name for module in missing for name in iter_with_ancestors(module)} & graph.modules
    squashed = [module for module in sorted(ancestors) if graph.is_module_squashed(module)]
    if squashed:
        graph = deepcopy(graph)
        for module in squashed:
            graph.remove_module(module)
        _replace_imports(graph, {}, imports)
        yield graph
        return
    _replace_imports(graph, plain, imports)
    try:
        yield graph
    finally:
        _replace_imports(graph, imports, {importer: plain.get(importer, ()) for importer in imports})
        for module in sorted(missing & graph.modules, reverse=True):
            graph.remove_module(module)


def _replace_imports(
    graph: ImportGraph, old: Mapping[str, tuple[Import, ...]], new: Mapping[str, tuple[Import, ...]]
) -> None:
    """Replace the imports of the importers in `new`, where they differ."""
    for importer, imports in sorted(new.items()):
        before = {one.imported for one in old.get(importer, ())}
        after = {one.imported for one in imports}
        for imported in sorted(before - after):
            graph.remove_import(importer=importer, imported=imported)
        add_imports(graph, importer, [one for one in imports if one.imported not in before])


def add_imports(graph: ImportGraph, importer: str, imports: Iterable[Import]) -> None:
    """Add the imports of one module."""
    for imported, line, lazy in imports:
        graph.add_import(
            importer=importer,
            imported=imported,
            line_number=line,
            line_contents="",
            is_lazy=lazy,
        )
