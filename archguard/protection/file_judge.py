"""Say whether a test file may run what is asked for, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.module_uses import BODY, WHOLE
from archguard.graph.module_expressions import is_within
from archguard.protection.protecting_test import ProtectingTest, Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archguard.protection.fixture_scope import FixtureScope
    from archguard.protection.reach import Reach
    from archguard.protection.symbol_graph import SymbolGraph


class Found(NamedTuple):
    """A test file that may run a target."""

    test: ProtectingTest
    nodes: tuple[str, ...]
    """What it uses, as far as that may run a target."""


class FileJudge:
    """Says whether and why a test file may run a target."""

    def __init__(
        self,
        graph: SymbolGraph,
        fixtures: FixtureScope,
        reach: Reach,
        targets: frozenset[str],
        asked: Sequence[str],
    ) -> None:
        """Take what the files are judged by.

        Args:
            graph: the symbols of all modules that were read.
            fixtures: the fixtures.
            reach: the nodes that may run a target.
            targets: the nodes that are asked for.
            asked: the modules and symbols that they belong to.
        """
        self._graph = graph
        self._fixtures = fixtures
        self._reach = reach
        self._targets = targets
        self._asked = [one for one in asked if ":" not in one]

    def is_direct(self, node: str) -> bool:
        """Return whether a node is a target, or leads to one through imports alone."""
        if node in self._targets:
            return True
        return not self._targets.isdisjoint(self._graph.names.find_definitions(node))

    def judge_imports(self, name: str, path: str, nodes: Sequence[str]) -> Found | None:
        """Judge a file by the symbols that it imports, and by what every test of it gets."""
        automatic = [*self._fixtures.list_automatic(path)]
        return self._decide(name, path, nodes, (), automatic)

    def judge_module(self, name: str, path: str) -> Found | None:
        """Judge a file that was parsed."""
        table = self._graph.names.tables[name]
        imported: set[str] = set()
        named: set[str] = set()
        words: set[str] = set()
        for symbol in table.uses.symbols:
            if symbol.name != BODY:
                named |= set(self._graph.strings.list_named(name, symbol))
                words.update(symbol.parameters, symbol.strings)
            imported |= {
                node
                for node in self._graph.list_used(name, symbol._replace(strings=()))
                if symbol.name != BODY or not node.endswith(f":{BODY}")
            }
        for targets in table.aliases.values():
            for base, item in targets:
                if item:
                    imported |= {
                        node
                        for node in self._graph.names.follow_import(f"{base}:{item}")
                        if not node.endswith(f":{WHOLE}")
                    }
        for star in table.uses.stars:
            imported |= set(self._graph.names.follow_import(f"{star}:"))
        automatic = [*self._fixtures.list_automatic(path), *self._fixtures.list_requested(path, words)]
        return self._decide(name, path, sorted(imported), sorted(named), automatic)

    def _decide(
        self,
        name: str,
        path: str,
        imported: Iterable[str],
        named: Iterable[str],
        given: Iterable[str],
    ) -> Found | None:
        groups = {
            Why.CHAIN: [node for node in imported if node in self._reach],
            Why.FIXTURE: [node for node in given if node in self._reach],
            Why.STRING: [node for node in named if node in self._reach or self._is_asked(node)],
        }
        nodes = tuple(sorted({node for group in groups.values() for node in group}))
        if not nodes:
            return None
        direct = [node for node in groups[Why.CHAIN] if self.is_direct(node)]
        strings = [node for node in groups[Why.STRING] if self._is_asked(node) or self.is_direct(node)]
        why, candidates = Why.DIRECT, direct
        if not direct and strings:
            why, candidates = Why.STRING, strings
        elif not direct:
            nearest = {
                why: self._reach.measure(node)
                for why, group in groups.items()
                if (node := self._reach.choose(group)) is not None
            }
            why = min(nearest, key=nearest.__getitem__)
            candidates = groups[why]
        chosen = self._reach.choose(candidates)
        chain = (name, *(self._reach.list_way(chosen) if chosen else candidates[:1]))
        return Found(ProtectingTest(path, why, chain), nodes)

    def _is_asked(self, node: str) -> bool:
        """Return whether a node is a name in a module that is asked for, whatever it leads to."""
        return any(is_within(node.partition(":")[0], module) for module in self._asked)
