"""The modules that use deprecated modules behind a re-export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.definitions.ways import NO_WAYS

if TYPE_CHECKING:
    from collections.abc import Set

    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.definitions.tree_definitions import Definitions
    from archguard.definitions.ways import Ways
    from archguard.graph.grimp_api import ImportGraph
    from archguard.graph.model import Analysis


def find_user_ways(
    contract: LoadedContract,
    direct_users: Set[str],
    graph: ImportGraph,
    analysis: Analysis,
    definitions: Definitions,
) -> Ways:
    """Return the imports that lead to a contract's deprecated modules by way of their importers.

    Args:
        contract: the contract.
        direct_users: the modules that import a deprecated one.
        graph: the graph of the modules that exist.
        analysis: the tree.
        definitions: those of the tree.

    Raises:
        WorkerError: no child process can be started to read a module.
    """
    expressions = contract.deprecated_modules
    if not expressions:
        return NO_WAYS
    importers = {
        importer
        for importer in direct_users & graph.modules
        if _is_asked_for_names(importer, graph, analysis)
    }
    if not importers:  # as in most trees: nothing needs to be read
        return NO_WAYS
    return definitions.ways.find_users(expressions, importers, analysis, graph, definitions.symbols)


def _is_asked_for_names(module: str, graph: ImportGraph, analysis: Analysis) -> bool:
    """Return whether a module imports something by name from another."""
    return any(
        is_from and name.rpartition(".")[0] == module
        for importer in graph.find_modules_that_directly_import(module)
        for name, _, _, is_from in analysis.raw_imports.get(importer, ())
    )
