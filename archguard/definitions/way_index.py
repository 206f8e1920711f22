"""The ways to what contracts deprecate, searched for again only where a commit may change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.passing_walk import ModulesGoal, SymbolGoal, WayFinder
from archguard.definitions.way_search import WaySearch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Set

    from archguard.definitions.model import ModuleSymbols
    from archguard.definitions.module_lookup import SymbolSource
    from archguard.definitions.ways import Ways
    from archguard.graph.grimp_api import ImportGraph
    from archguard.graph.incremental.discovery import ModuleChanges
    from archguard.graph.model import Analysis, RawImport

    _Goal = SymbolGoal | ModulesGoal


class _Search(NamedTuple):
    """Ways that were searched for, and what the search depended on besides."""

    ways: Ways
    starts: frozenset[str]
    foreign: Set[str]
    raw_imports: Mapping[str, Sequence[RawImport]]
    read: Mapping[str, ModuleSymbols | None]
    """What the modules that were read bind; None for those that cannot be read."""

    def may_change(self, changes: ModuleChanges, analysis: Analysis, symbols: SymbolSource) -> bool:
        """Return whether the ways may be others in the next commit."""
        symbols.read(name for name in changes.changed if name in self.read)
        concerned = [name for name in changes.changed if self._differs(name, analysis, symbols)]
        raw = [one for name in concerned for one in analysis.raw_imports.get(name, ())]
        return self.ways.may_change({*changes.added, *changes.removed, *concerned}, raw)

    def _differs(self, module: str, analysis: Analysis, symbols: SymbolSource) -> bool:
        """Return whether a changed module says anything else of what a search looks at.

        Most changes are made inside of functions, which no search looks at.
        """
        before, now = self.raw_imports.get(module), analysis.raw_imports.get(module)
        if before is None or now is None:
            return True
        if before != now and (
            module in self.ways.importers or _list_imported(before) != _list_imported(now)
        ):
            return True
        if module not in self.read:
            return False
        return _list_bound(self.read[module]) != _list_bound(symbols.get(module))


class WayIndex:
    """The ways of one tree; of the next commit's, if `advance` is told what it changes."""

    def __init__(self) -> None:
        """Search nothing yet."""
        self._searches: dict[_Goal, _Search] = {}

    def find_symbol(
        self, symbol: tuple[str, str], analysis: Analysis, graph: ImportGraph, symbols: SymbolSource
    ) -> Ways:
        """Return the imports whose way passes through a symbol; the same object while nothing changes.

        Args:
            symbol: its module and name.
            analysis: the tree.
            graph: its imports.
            symbols: reads its modules.

        Raises:
            WorkerError: no child process can be started.
        """
        goal = SymbolGoal(*symbol)
        # A way through a module that cannot be read now may have passed the symbol before.
        unread = {file.module for file in analysis.unread if file.module}
        return self._find(goal, frozenset({goal.module, *unread}), analysis, graph, symbols)

    def find_users(
        self,
        expressions: tuple[str, ...],
        importers: Set[str],
        analysis: Analysis,
        graph: ImportGraph,
        symbols: SymbolSource,
    ) -> Ways:
        """Return the imports that lead to deprecated modules by way of modules that import these.

        Args:
            expressions: the module expressions of the deprecated modules.
            importers: the modules that import one of them, and are not deprecated themselves.
            analysis: the tree.
            graph: its imports.
            symbols: reads its modules.

        Raises:
            WorkerError: no child process can be started.
        """
        return self._find(ModulesGoal(expressions), frozenset(importers), analysis, graph, symbols)

    def _find(
        self,
        goal: _Goal,
        starts: frozenset[str],
        analysis: Analysis,
        graph: ImportGraph,
        symbols: SymbolSource,
    ) -> Ways:
        known = self._searches.get(goal)
        if known is None or (known.starts, known.foreign) != (starts, analysis.foreign):
            finder = WayFinder(goal, analysis, symbols)
            ways = WaySearch(finder, analysis, graph, symbols).search(starts, goal.names)
            known = self._searches[goal] = _Search(
                ways,
                starts,
                frozenset(analysis.foreign),
                dict(analysis.raw_imports),  # it changes with the next commit
                finder.lookup.list_read(),
            )
        return known.ways

    def advance(self, changes: ModuleChanges, analysis: Analysis, symbols: SymbolSource) -> None:
        """Become the index of the next commit: forget the ways that it may change.

        Args:
            changes: what the commit changes.
            analysis: the commit's tree.
            symbols: reads its modules.
        """
        self._searches = {
            goal: search
            for goal, search in self._searches.items()
            if not search.may_change(changes, analysis, symbols)
        }


def _list_imported(raw_imports: Iterable[RawImport]) -> frozenset[tuple[str, bool]]:
    """Return what some statements import, wherever they stand."""
    return frozenset((name, is_from) for name, _, _, is_from in raw_imports)


def _list_bound(symbols: ModuleSymbols | None) -> tuple[ModuleSymbols, set[str]] | None:
    """Return what a module binds, wherever its statements stand and whatever its functions do."""
    if symbols is None:
        return None
    bindings = tuple(binding._replace(line=0) for binding in symbols.bindings)
    return symbols._replace(bindings=bindings, definitions=()), {one.id for one in symbols.definitions}
