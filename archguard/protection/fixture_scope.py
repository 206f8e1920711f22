"""The fixtures of pytest that a test file gets: from conftest.py above it, and from plug-ins."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from typing import TYPE_CHECKING

from archguard.definitions.file_roles import is_test_path
from archguard.definitions.model import BindingKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archguard.definitions.module_uses import SymbolUses
    from archguard.protection.symbol_graph import SymbolGraph

_CONFTEST = "conftest.py"
_PLUGINS = "pytest_plugins"
_HOOKS = ("pytest_runtest", "pytest_pyfunc", "pytest_fixture")
"""How the names of hooks begin that run together with a test."""


class FixtureScope:
    """Says which fixtures and hooks run for a test file."""

    def __init__(self, graph: SymbolGraph, plugins: Sequence[str]) -> None:
        """Find the fixtures of all modules, and let each of them run those that it asks for.

        Args:
            graph: the symbols; edges are added to it.
            plugins: modules that pytest loads for every test.
        """
        self._graph = graph
        self._by_name: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        """Fixture -> folder in which it is seen, and node."""
        self._automatic: list[tuple[str, str]] = []
        """Folder and node of the fixtures that every test gets, and of hooks."""
        for folder, module in self._list_providers(plugins):
            self._add_provider(folder, module)
        self._add_requests()

    def list_automatic(self, path: str) -> Iterator[str]:
        """Yield what runs for every test of a file."""
        return (node for folder, node in self._automatic if _is_in(path, folder))

    def list_requested(self, path: str, names: Iterable[str]) -> Iterator[str]:
        """Yield the fixtures that a file asks for, by the names of parameters or by strings."""
        for name in names:
            for folder, node in self._by_name.get(name, ()):
                if _is_in(path, folder):
                    yield node

    def list_names(self, nodes: Iterable[str]) -> dict[str, list[str]]:
        """Return fixture -> folders in which it is seen, of the fixtures that are some nodes."""
        wanted = frozenset(nodes)
        folders = {
            name: [folder for folder, node in seen if node in wanted]
            for name, seen in self._by_name.items()
        }
        return {name: seen for name, seen in folders.items() if seen}

    def _list_providers(self, plugins: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield folder and name of each module whose fixtures tests get without importing it."""
        names = self._graph.names
        modules: dict[str, None] = {}
        for module, table in sorted(names.tables.items()):
            path = table.uses.path
            if posixpath.basename(path) == _CONFTEST:
                yield posixpath.dirname(path), module
            for symbol in table.symbols.get(_PLUGINS, ()):
                modules |= dict.fromkeys(filter(None, map(names.find_module, symbol.strings)))
        modules |= dict.fromkeys(filter(None, map(names.find_module, plugins)))
        for module in modules:
            yield "", module

    def _add_provider(self, folder: str, module: str) -> None:
        table = self._graph.names.tables.get(module)
        if table is None:
            return
        names = [*table.symbols, *table.aliases]
        for star in table.uses.stars:
            base = self._graph.names.find_module(star)
            starred = self._graph.names.tables.get(base or "")
            names += [*starred.symbols, *starred.aliases] if starred else []
        for name in dict.fromkeys(names):
            node = f"{module}:{name}"
            if name.startswith(_HOOKS):
                self._automatic.append((folder, node))
            for symbol in self._find_fixtures(node):
                asked = symbol.fixture if symbol.fixture != symbol.name else name
                self._by_name[asked].append((folder, node))
                if symbol.is_autouse:
                    self._automatic.append((folder, node))

    def _find_fixtures(self, node: str) -> Iterator[SymbolUses]:
        for definition in self._graph.names.find_definitions(node):
            module, _, name = definition.partition(":")
            table = self._graph.names.tables.get(module)
            yield from (one for one in (table.symbols.get(name, ()) if table else ()) if one.fixture)

    def _add_requests(self) -> None:
        """Let fixtures, and the classes that tests are made of, run the fixtures that they ask for."""
        for module, table in self._graph.names.tables.items():
            folder = posixpath.dirname(table.uses.path)
            for symbol in table.uses.symbols:
                is_test_class = symbol.kind == BindingKind.CLASS and is_test_path(table.uses.path)
                if not symbol.fixture and not is_test_class:
                    continue
                for name in symbol.parameters:
                    for other, node in self._by_name.get(name, ()):
                        if not symbol.fixture or _is_in(folder, other) or _is_in(other, folder):
                            self._graph.add_edge(f"{module}:{symbol.name}", node)


def _is_in(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")
