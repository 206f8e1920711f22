"""The ways to what contracts deprecate, searched for again only where a commit may change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.passing_walk import ModulesGoal, SymbolGoal, WayFinder
from archguard.definitions.way_search import WaySearch

if TYPE_CHECKING:
    from collections.abc import Set

    from archguard.definitions.module_lookup import SymbolSource
    from archguard.definitions.ways import Ways
    from archguard.graph.grimp_api import ImportGraph
    from archguard.graph.incremental.discovery import ModuleChanges
    from archguard.graph.model import Analysis

    _Goal = SymbolGoal | ModulesGoal


class _Search(NamedTuple):
    """Ways that were searched for, and what the search depended on besides."""

    ways: Ways
    starts: frozenset[str]
    foreign: Set[str]


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
        if known is None or known[1:] != (starts, analysis.foreign):
            search = WaySearch(WayFinder(goal, analysis, symbols), analysis, graph, symbols)
            ways = search.search(starts, goal.names)
            known = self._searches[goal] = _Search(ways, starts, frozenset(analysis.foreign))
        return known.ways

    def advance(self, changes: ModuleChanges, analysis: Analysis) -> None:
        """Become the index of the next commit: forget the ways that it may change.

        Args:
            changes: what the commit changes.
            analysis: the commit's tree.
        """
        if not self._searches:
            return
        names = {*changes.added, *changes.removed, *changes.changed}
        raw = [one for name in changes.changed for one in analysis.raw_imports.get(name, ())]
        self._searches = {
            goal: search
            for goal, search in self._searches.items()
            if not search.ways.may_change(names, raw)
        }
