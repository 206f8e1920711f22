"""Judge trees that are only a mapping from paths to texts, in this process."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.judged_contract import JudgedContract, judge_contract
from archguard.graph.analysis import AnalysisBuilder
from archguard.graph.discovery import Discovery, Module, Root
from archguard.graph.import_graph import build_graph
from archguard.graph.model import AnalysisOptions, ScanResult
from archguard.graph.module_expressions import join_symbol
from archguard.graph.parsing.allow_comments import find_allow_comments
from archguard.graph.parsing.grimp_scanner import GrimpScanner, ModuleSource
from archguard.graph.parsing.import_kinds import find_import_kinds
from archguard.graph.parsing.module_bindings import find_bindings
from archguard.sources.source import module_name
from tests.contract_types.graphs import loaded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.graph.bound_names import ModuleBindings
    from archguard.graph.model import Analysis

ROOT = "p"
UNREADABLE = "("


class Judgement(NamedTuple):
    """What a contract says of a tree."""

    edges: frozenset[tuple[str, str]]
    undecided: frozenset[tuple[str, str]]
    exposed: frozenset[str]


def analyse_texts(
    files: Mapping[str, str], deprecated: Sequence[str], symbols: Sequence[str] = ()
) -> Analysis:
    """Analyse a tree whose root is `p`; a file that holds `UNREADABLE` alone cannot be parsed."""
    deprecated = (*deprecated, *map(join_symbol, symbols))
    modules: dict[str, Module] = {}
    for path in sorted(files):
        name, is_package = module_name(path)
        if name not in modules or is_package:
            modules[name] = Module(name, path, is_package)
    folders = {
        ".".join(name.split(".")[:end]) for name in modules for end in range(1, name.count(".") + 1)
    }
    discovery = Discovery((Root(ROOT, ROOT),), modules, frozenset(folders - modules.keys()), ())

    def read(module: Module) -> ModuleBindings | None:
        return find_bindings(files[module.path], module.name, is_package=module.is_package)

    options = AnalysisOptions((ROOT,), deprecated=tuple(deprecated), deprecated_symbols=tuple(symbols))
    builder = AnalysisBuilder(discovery, options, read)
    for module in modules.values():
        builder.add(module, _scan(module.name, module.is_package, files[module.path]))
    return builder.build({})


@cache
def _scan(name: str, is_package: bool, text: str) -> ScanResult:
    if text == UNREADABLE:
        return ScanResult(reason="a syntax error", line=1)
    source = ModuleSource(name, is_package, text, text.encode())
    imports = tuple(GrimpScanner([ROOT]).scan([source])[name])
    kinds = find_import_kinds(text, {line for _, line, is_lazy, _ in imports if not is_lazy})
    return ScanResult(imports, kinds=tuple(kinds.items()), comments=tuple(find_allow_comments(text)))


def judge_texts(
    files: Mapping[str, str], deprecated: Sequence[str], others: Sequence[str] = ()
) -> Judgement:
    """Judge a tree by a contract that deprecates some modules, beside contracts for others."""
    analysis = analyse_texts(files, sorted({*deprecated, *others}))
    graph = build_graph(analysis.importable_names, sorted(analysis.imports.items()))
    judged = judge_contract(_load(tuple(sorted(deprecated))), graph, analysis)
    return Judgement(
        edges=frozenset(judged.edges),
        undecided=frozenset(_list_undecided(judged)),
        exposed=judged.verdict.finding.exposed,
    )


def _list_undecided(judged: JudgedContract) -> set[tuple[str, str]]:
    imports = judged.imports
    return set() if imports is None else {(one.importer, one.module) for one in imports.undecided}


@cache
def _load(deprecated: tuple[str, ...]) -> LoadedContract:
    return loaded("deprecated", deprecated_modules=list(deprecated))
