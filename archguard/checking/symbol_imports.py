"""What the imports of a tree mean to a contract that deprecates symbols."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from archguard.contract_types.verdict import Edge
from archguard.graph.model import ContractImports, Import, UndecidedImport
from archguard.graph.module_expressions import is_within, join_symbol, make_deprecation, split_symbol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.definitions.tree_definitions import Definitions
    from archguard.definitions.ways import Ways
    from archguard.graph.grimp_api import ImportGraph
    from archguard.graph.model import Analysis, Reference, Way


class SymbolImports(NamedTuple):
    """The imports of the symbols that a contract deprecates, by whatever path."""

    imports: ContractImports = ContractImports({}, ())
    """Those of modules, and these."""
    doubted: frozenset[Edge] = frozenset()
    """The imports that may be of a symbol, and of which an unread module or nobody knows."""
    gone: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """Each symbol that does not exist (any more) -> the names that its module has instead."""
    modules: frozenset[str] = frozenset()
    """Those that are modules instead: their imports are not counted, and the contract is wrong."""
    ways: tuple[Ways, ...] = ()
    """What was found, by symbol."""


def find_symbol_ways(
    contract: LoadedContract, graph: ImportGraph, analysis: Analysis, definitions: Definitions
) -> tuple[Ways, ...]:
    """Return the imports whose way passes through each symbol that a contract deprecates."""
    return tuple(
        definitions.ways.find_symbol(split_symbol(symbol), analysis, graph, definitions.symbols)
        for symbol in contract.deprecated_symbols
    )


def add_symbol_imports(
    contract: LoadedContract,
    resolved: ContractImports,
    graph: ImportGraph,
    analysis: Analysis,
    definitions: Definitions,
) -> SymbolImports:
    """Return what the imports mean to a contract: those of its modules, and those of its symbols.

    Args:
        contract: the contract.
        resolved: what they mean to its deprecated modules.
        graph: the graph of the modules that exist.
        analysis: the tree.
        definitions: those of the tree.

    Raises:
        WorkerError: no child process can be started to read a module.
    """
    ways = find_symbol_ways(contract, graph, analysis, definitions)
    covers = make_deprecation(contract.deprecated_modules).covers
    imports = dict(resolved.imports)
    undecided = list(resolved.undecided)
    passed: dict[tuple[str, str, int], tuple[Way, ...]] = {}
    doubted: set[Edge] = set()
    modules = frozenset(
        symbol
        for symbol, found in zip(contract.deprecated_symbols, ways, strict=True)
        if found.is_gone and join_symbol(symbol) in analysis.importable_names
    )
    for symbol, found in zip(contract.deprecated_symbols, ways, strict=True):
        if symbol in modules:
            continue
        home, name = split_symbol(symbol)
        for one in found.imports:
            if is_within(one.importer, home) or covers(one.importer):
                continue
            place = (one.importer, symbol, one.line)
            passed[place] = (*passed.get(place, ()), one.way)
            before = imports.get(one.importer) or analysis.imports.get(one.importer, ())
            imports[one.importer] = (*before, Import(symbol, one.line, one.lazy))
        for doubt in found.doubts:
            if is_within(doubt.importer, home) or covers(doubt.importer):
                continue
            doubted.add(Edge(doubt.importer, symbol))
            if split_symbol(doubt.end)[1] == name:
                undecided.append(UndecidedImport(doubt.importer, doubt.line, symbol))
    counted = {(importer, symbol) for importer, symbol, _ in passed}
    return SymbolImports(
        ContractImports(
            {importer: tuple(sorted(set(its_imports))) for importer, its_imports in imports.items()},
            tuple(sorted({one for one in undecided if (one.importer, one.module) not in counted})),
            passed,
        ),
        frozenset(doubted),
        {
            symbol: _list_names(split_symbol(symbol)[0], definitions)
            for symbol, found in zip(contract.deprecated_symbols, ways, strict=True)
            if found.is_gone
        },
        modules,
        ways,
    )


def _list_names(module: str, definitions: Definitions) -> tuple[str, ...]:
    symbols = definitions.symbols.get(module)
    names = {binding.name for binding in symbols.bindings} if symbols else set()
    return tuple(sorted(names - {"*"}))


def find_symbol_references(
    contract: LoadedContract, analysis: Analysis
) -> Iterator[tuple[Reference, str]]:
    """Yield the places that name a contract's deprecated symbols, each with the symbol."""
    covers = make_deprecation(contract.deprecated_modules).covers
    for symbol in contract.deprecated_symbols:
        written, home = join_symbol(symbol), split_symbol(symbol)[0]
        for reference in analysis.references:
            is_own = is_within(reference.module, home) or covers(reference.module)
            is_named = reference.name == symbol or is_within(reference.name, written)
            if is_named and not is_own:
                yield reference, symbol
