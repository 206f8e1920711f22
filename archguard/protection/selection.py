"""Select the test files that may run something in some modules."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.module_uses import BODY, WHOLE
from archguard.graph.module_expressions import is_within
from archguard.protection.file_judge import FileJudge
from archguard.protection.fixture_scope import FixtureScope
from archguard.protection.gap_search import GapSearch
from archguard.protection.module_closure import ModuleClosure
from archguard.protection.name_table import ModuleTable, NameTable
from archguard.protection.parse_need import ParseNeed
from archguard.protection.protecting_test import Selection, UnreadFile
from archguard.protection.question import expand, require_known
from archguard.protection.reach import Reach
from archguard.protection.symbol_graph import SymbolGraph, reverse_edges

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from archguard.definitions.collection_rules import CollectionRules
    from archguard.definitions.use_scan import UseScan
    from archguard.graph.model import Analysis
    from archguard.protection.file_judge import Found
    from archguard.protection.protecting_test import Gap
    from archguard.protection.question import Question
    from archguard.sources.source import Source

_CONFTEST = "conftest.py"


class SelectionInput(NamedTuple):
    """What tests are selected from."""

    source: Source
    analysis: Analysis
    scan: UseScan
    rules: CollectionRules
    entry_points: Mapping[str, Sequence[str]]


def select(inputs: SelectionInput, question: Question) -> Selection:
    """Select the tests of what is asked for.

    Raises:
        ConfigurationError: a module of the command line neither exists nor is imported.
        WorkerError: no child process can be started.
    """
    analysis = inputs.analysis
    asked, canonical = (expand(names, analysis) for names in (question.asked, question.canonical))
    modules = {one.partition(":")[0] for one in (*asked, *canonical)}
    ghosts = {module for module in modules if module not in analysis.importable_names}
    if not question.contracts:
        require_known(asked, analysis, _select_imported(ghosts, analysis))
    search = SelectionSearch(inputs, ghosts)
    search.load(asked)
    found = search.find(asked)
    gaps = GapSearch(search.graph, asked, found).list_gaps(question.kind)
    untested: list[Gap] = []
    if canonical:
        untested, canonical_gaps = _find_untested(search, canonical, found)
        gaps = sorted({*canonical_gaps, *(gaps if canonical != asked else ())})
    unread = {file.path: file.reason for file in analysis.unread}
    unread |= {module.path: module.reason for module in inputs.scan.unread}
    return Selection(
        asked=tuple(asked),
        tests=tuple(one.test for one in found),
        gaps=tuple(gaps),
        untested=tuple(untested),
        collected=len(search.collected),
        unread=tuple(UnreadFile(*item) for item in sorted(unread.items())),
    )


def _find_untested(
    search: SelectionSearch, canonical: Sequence[str], known: Sequence[Found]
) -> tuple[list[Gap], list[Gap]]:
    """Return the canonical symbols that no test imports, and those of them that none runs.

    Most symbols are imported by name somewhere, what leads to the others is read for these only.
    """
    search.load(canonical, is_shallow=True)
    found = [*known, *search.find(canonical, parses=False)]
    untested = GapSearch(search.graph, canonical, found).list_untested("canonical")
    if untested:
        symbols = [gap.symbol for gap in untested]
        search.load(symbols)
        found += search.find(symbols)
        untested = GapSearch(search.graph, symbols, found).list_untested("canonical")
    symbols = [gap.symbol for gap in untested]
    return untested, GapSearch(search.graph, symbols, found).list_gaps("canonical")


def _select_imported(ghosts: Collection[str], analysis: Analysis) -> set[str]:
    """Return those of some modules that an import asks for."""
    return {
        ghost
        for ghost in ghosts
        if any(
            is_within(raw_import[0], ghost)
            for raw_imports in analysis.raw_imports.values()
            for raw_import in raw_imports
        )
    }


class SelectionSearch:
    """Finds the tests of one tree; everything but the tests is read once."""

    def __init__(self, inputs: SelectionInput, ghosts: Collection[str]) -> None:
        """Parse nothing yet.

        Args:
            inputs: the tree.
            ghosts: modules that do not exist, and are asked for.
        """
        self._inputs = inputs
        modules = inputs.analysis.modules
        self.collected = {
            name: module.path for name, module in modules.items() if inputs.rules.collects(module.path)
        }
        shared = self._find_imported(self.collected)
        self.names = NameTable(
            inputs.analysis.modules.keys() | inputs.analysis.namespaces,
            {},
            frozenset(ghosts),
            self._list_path_folders(),
        )
        others = {
            name: module
            for name, module in modules.items()
            if name not in self.collected or name in shared
        }
        self._closure = ModuleClosure(inputs.source, others, inputs.analysis.raw_imports, self.names)

    def load(self, asked: Sequence[str], *, is_shallow: bool = False) -> None:
        """Read the modules that may lead to what is asked for, but no tests that nothing imports.

        Args:
            asked: modules, and symbols as `module:Name`.
            is_shallow: whether to read only the modules that import it themselves.

        Raises:
            WorkerError: no child process can be started.
        """
        inputs = self._inputs
        modules = {one.partition(":")[0] for one in asked}
        self._closure.read(inputs.scan, modules, is_shallow=is_shallow)
        self.graph = SymbolGraph(self.names, inputs.entry_points)
        plugins = [target.partition(":")[0] for target in inputs.entry_points.get("pytest11", ())] + [
            *inputs.rules.plugins
        ]
        self.fixtures = FixtureScope(self.graph, plugins)
        ghosts = [f"{ghost}:{WHOLE}" for ghost in sorted(self.names.ghosts)]
        self.users = reverse_edges(self.graph, [*self.graph.list_nodes(), *ghosts])

    def list_targets(self, asked: str) -> set[str]:
        """Return the nodes of a module, with all below it, or of a symbol `module:Name`."""
        module, colon, name = asked.partition(":")
        if colon:
            node = f"{module}:{name.partition('.')[0]}"
            return {node, *self.names.find_definitions(node)}
        targets: set[str] = set()
        for one, table in self.names.tables.items():
            if is_within(one, module):
                targets |= {f"{one}:{symbol}" for symbol in table.symbols if symbol != BODY}
                targets.add(f"{one}:{WHOLE}")
        targets |= {node for node in self.users if self._is_below(node, module)}
        if module in self.names.ghosts:
            targets |= self._list_asked(module)
        return targets

    def _list_asked(self, module: str) -> set[str]:
        """Return the nodes that imports of a module ask for that does not exist."""
        names = {
            name
            for raw_imports in self._inputs.analysis.raw_imports.values()
            for name, *_ in raw_imports
            if is_within(name, module)
        }
        parts = (name.removeprefix(f"{module}.").partition(".")[0] for name in names - {module})
        return {f"{module}:{WHOLE}", *(f"{module}:{part}" for part in parts)}

    def find(self, asked: Sequence[str], *, parses: bool = True) -> list[Found]:
        """Return the test files that may run something of what is asked for, sorted by path.

        Args:
            asked: modules, and symbols as `module:Name`.
            parses: whether to parse the files of which imports by name do not tell.
        """
        targets = {target for one in asked for target in self.list_targets(one)}
        reach = Reach(self.users, targets)
        judge = FileJudge(self.graph, self.fixtures, reach, frozenset(targets), asked)
        need = ParseNeed(
            self.names,
            reach,
            self.fixtures,
            self.graph.strings,
            asked,
        )
        raw = self._inputs.analysis.raw_imports
        unparsed = sorted(name for name in self.collected if name not in self.names.tables)
        contents = self._inputs.source.read([self.collected[name] for name in unparsed])
        exact: dict[str, list[str]] = {}
        to_parse: list[str] = []
        for name, content in zip(unparsed, contents, strict=True):
            nodes = [node for node in need.list_exact(raw.get(name, ())) if node in reach]
            is_direct = any(judge.is_direct(node) for node in nodes)
            if (
                not parses
                or is_direct
                or not isinstance(content, bytes)
                or not need.needs_parsing(self.collected[name], raw.get(name, ()), content)
            ):
                exact[name] = nodes
            else:
                to_parse.append(name)
        for name, uses in self._inputs.scan.read(to_parse).items():
            self.names.tables[name] = ModuleTable(uses)  # not in the graph: nothing imports it
        found = [judge.judge_imports(name, self.collected[name], nodes) for name, nodes in exact.items()]
        found += [
            judge.judge_module(name, path)
            for name, path in self.collected.items()
            if name not in exact and name in self.names.tables
        ]
        return sorted((one for one in found if one is not None), key=lambda one: one.test.path)

    def _is_below(self, node: str, module: str) -> bool:
        """Return whether a node belongs to a module, which need not exist, and is no re-export."""
        one, _, name = node.partition(":")
        if not is_within(one, module) or name == BODY:
            return False
        table = self.names.tables.get(one)
        return table is None or name not in table.aliases

    def _find_imported(self, collected: Collection[str]) -> set[str]:
        """Return the test files that other files import."""
        imported: set[str] = set()
        by_last: dict[str, list[str]] = {}
        for name in collected:
            by_last.setdefault(name.rpartition(".")[2], []).append(name)
        for raw_imports in self._inputs.analysis.raw_imports.values():
            for name, *_ in raw_imports:
                for part in (name, name.rpartition(".")[0]):
                    if part in collected:
                        imported.add(part)
                    for candidate in by_last.get(part, ()):
                        imported.add(candidate)  # imported without its folder
        return imported

    def _list_path_folders(self) -> list[str]:
        """Return the folders that pytest puts on Python's path, as names of modules."""
        modules = self._inputs.analysis.modules
        packages = {posixpath.dirname(one.path) for one in modules.values() if one.is_package}
        folders: dict[str, None] = {}
        for module in modules.values():
            is_test = module.name in self.collected or posixpath.basename(module.path) == _CONFTEST
            folder = posixpath.dirname(module.path)
            if not is_test or folder in packages:
                continue
            parent, _, _ = module.name.rpartition(".")
            if parent:
                folders[parent] = None
        for path in self._inputs.rules.python_path:
            folders[path.replace("/", ".")] = None
        return sorted(folders)
