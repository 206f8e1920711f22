"""Print the numbers of one tree: its execution engines, who imports them, what is ready.

    python benchmarks/definitions.py --tree DIR [--config contracts/execution_engine.toml] [--rev COMMIT]

DIR is a checkout of netra-systems/zen at 1375e32e1 (or its repository, with --rev). Each number stands
beside the one that two independent readers found.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.pipeline import scan_options
from archguard.configuration.read import read_configuration
from archguard.definitions.class_search import find_files_with_class
from archguard.definitions.file_roles import is_test_path
from archguard.definitions.importers import FromImports, find_paths
from archguard.definitions.model import Outcome
from archguard.definitions.resolver import Resolver
from archguard.definitions.symbol_scan import SymbolScan
from archguard.graph.analysis import analyse
from archguard.graph.module_expressions import is_within
from archguard.graph.scanning.cache import Cache
from archguard.sources.open import open_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from archguard.definitions.model import Definition, ModuleSymbols
    from archguard.graph.model import Analysis

PATTERN = "*ExecutionEngine*"
HOME = "netra_backend.app.agents.supervisor.user_execution_engine"
CANONICAL = f"{HOME}:UserExecutionEngine"
FACTORY = "ExecutionEngineFactory"


class Row(NamedTuple):
    """A count, and what it should be."""

    name: str
    measured: object
    expected: object


class Tree(NamedTuple):
    """A tree that was read."""

    analysis: Analysis
    resolver: Resolver
    scan: SymbolScan
    production: Mapping[str, ModuleSymbols]
    tests: Mapping[str, ModuleSymbols]
    """The test modules that may hold a class of the family."""


def read_tree(analysis: Analysis, scan: SymbolScan) -> Tree:
    """Read all production modules, and the test modules that matter."""
    modules = analysis.modules.values()
    production = scan.read(module.name for module in modules if not is_test_path(module.path))
    tests = [module for module in modules if is_test_path(module.path)]
    found = find_files_with_class(scan.source, tests, [PATTERN])
    return Tree(
        analysis,
        Resolver(analysis, scan),
        scan,
        production,
        scan.read(module.name for module in found),
    )


def list_family(modules: Mapping[str, ModuleSymbols]) -> list[Definition]:
    """Return the class statements whose name matches."""
    return [
        definition
        for symbols in modules.values()
        for definition in symbols.definitions
        if definition.is_class and fnmatchcase(definition.name, PATTERN)
    ]


def count_statements(tree: Tree) -> Iterator[Row]:
    """Yield the counts of class statements."""
    production, tests = list_family(tree.production), list_family(tree.tests)
    engines = [one for one in production if one.name.endswith("ExecutionEngine")]
    yield Row("class statements", len(production) + len(tests), 208)
    yield Row("  production, test", (len(production), len(tests)), (22, 186))
    yield Row(
        "  production: names, modules, inside except",
        (
            len({one.name for one in production}),
            len({one.module for one in production}),
            sum(one.is_fallback for one in production),
        ),
        (17, 14, 2),
    )
    yield Row(
        "  …ExecutionEngine: statements, names, modules",
        (len(engines), len({one.name for one in engines}), len({one.module for one in engines})),
        (8, 6, 8),
    )


def count_paths(tree: Tree) -> Iterator[Row]:
    """Yield the counts of importers, and of the places that lead to the canonical definition."""
    from_imports = FromImports(tree.analysis.raw_imports)
    paths = find_paths([CANONICAL], from_imports, tree.resolver, tree.scan, tree.production)[CANONICAL]
    by_path = Counter(importer.path for importer in paths.importers)
    importers = {importer.module for importer in paths.importers}
    direct = {importer.module for importer in paths.importers if importer.path == CANONICAL}
    homes = [one for one in paths.homes if one[0].partition(":")[0] in tree.production]
    yield Row(
        "importers, in production",
        (len(importers), len(importers & tree.production.keys())),
        (408, 6),
    )
    yield Row("  by path", sorted(by_path.values(), reverse=True), [397, 15, 5, 2, 1])
    yield Row("  by another path than the canonical one only", len(importers - direct), 11)
    at_run_time = [home for home in homes if not home[1].needs_type_checking]
    yield Row("homes in production, at run time", (len(homes), len(at_run_time)), (9, 7))


def count_factories(tree: Tree) -> Row:
    """Return where one name leads to."""
    resolutions = {
        module: tree.resolver.resolve(module, FACTORY)
        for module, symbols in tree.production.items()
        if any(binding.name == FACTORY for binding in symbols.bindings)
    }
    targets = {one.definition for one in resolutions.values() if one.definition}
    fallbacks = {one.id for one in list_family(tree.production) if one.name == FACTORY}
    counts = (len(resolutions), len(targets), len(targets | fallbacks))
    return Row(f"{FACTORY}: modules, definitions, with dead ones", counts, (7, 3, 4))


def count_ready(tree: Tree, deprecated: Iterable[str]) -> Row:
    """Return how many of the contract's imports can be rewritten."""
    outcomes = Counter(judge_import(tree, names, deprecated) for names in list_imports(tree, deprecated))
    counts = (sum(outcomes.values()), outcomes["same name"], outcomes["re-export"], outcomes["blocked"])
    return Row("imports; ready by the same name, by a re-export; blocked", counts, (41, 7, 6, 28))


def list_imports(tree: Tree, deprecated: Iterable[str]) -> list[set[tuple[str, str]]]:
    """Return what each importer asks of each deprecated module: (base, item)."""
    asked: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for importer, raw in tree.analysis.raw_imports.items():
        for name, _, _, is_from in raw:
            base, _, item = name.rpartition(".")
            base, item = (base, item) if is_from and base in {*deprecated} else (name, "")
            if base in {*deprecated} and not any(is_within(importer, one) for one in deprecated):
                asked.setdefault((importer, base), set()).add((base, item))
    return list(asked.values())


def judge_import(tree: Tree, names: set[tuple[str, str]], deprecated: Iterable[str]) -> str:
    """Return why an import is ready, or that it is blocked."""
    reasons = {judge_name(tree, base, item, deprecated) for base, item in names}
    return max(reasons, key=["same name", "re-export", "blocked"].index)


def judge_name(tree: Tree, base: str, item: str, deprecated: Iterable[str]) -> str:
    """Return how one imported name can be imported otherwise."""
    if item and tree.resolver.resolve(HOME, item).outcome is Outcome.DEFINITION:
        return "same name"
    definition = tree.resolver.resolve(base, item).definition if item else None
    if definition is None or any(is_within(definition.partition(":")[0], one) for one in deprecated):
        return "blocked"
    return "re-export"


def print_table(tree_folder: Path, config: Path, rev: str | None, cache: Path | None) -> None:
    """Print all numbers."""
    configuration = read_configuration(str(config))
    source = open_source(str(tree_folder), rev)
    store = Cache(None if cache is None else str(cache))
    analysis = analyse(
        source, scan_options(configuration), cache=store, jobs=os.cpu_count() or 1
    ).result()
    with SymbolScan(source, analysis.modules, cache=store, jobs=os.cpu_count() or 1) as scan:
        tree = read_tree(analysis, scan)
        deprecated = scan_options(configuration).deprecated
        rows = [
            *count_statements(tree),
            *count_paths(tree),
            count_factories(tree),
            count_ready(tree, deprecated),
        ]
        for row in rows:
            mark = "" if row.measured == row.expected else "   <- expected"
            print(f"{row.name:58}{row.measured!s:28}{row.expected}{mark}")
        print("unread:", *(f"{one.path}: {one.reason}" for one in scan.unread))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tree", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=Path("contracts/execution_engine.toml"))
    parser.add_argument("--rev")
    parser.add_argument("--cache-dir", type=Path)
    arguments = parser.parse_args()
    print_table(arguments.tree, arguments.config, arguments.rev, arguments.cache_dir)


if __name__ == "__main__":
    main()
