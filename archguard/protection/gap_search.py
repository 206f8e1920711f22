"""Find the symbols that no test may run, and those that none imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.definitions.file_roles import is_test_path
from archguard.definitions.model import BindingKind
from archguard.definitions.module_uses import WHOLE
from archguard.graph.module_expressions import is_within
from archguard.protection.protecting_test import Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archguard.protection.file_judge import Found
    from archguard.protection.symbol_graph import SymbolGraph


class GapSearch:
    """Looks at the symbols of some modules, with the tests that were found for them."""

    def __init__(self, graph: SymbolGraph, asked: Sequence[str], found: Iterable[Found]) -> None:
        """Follow what the tests use.

        Args:
            graph: the symbols of the tree.
            asked: modules, and symbols as `module:Name`.
            found: the tests that may run something of these.
        """
        self._graph = graph
        self._asked = asked
        self._used = {node for one in found for node in one.nodes}

    def list_gaps(self, kind: str) -> list[Gap]:
        """Return the symbols that no test may run, sorted."""
        run = self._follow()
        return [gap for gap in self._list_symbols(kind) if gap.symbol not in run]

    def list_untested(self, kind: str) -> list[Gap]:
        """Return the symbols that no test imports, by whatever path, sorted."""
        names = self._graph.names
        direct: set[str] = set()
        for node in self._used:
            module, _, name = node.partition(":")
            table = names.tables.get(module)
            if name == WHOLE and table is not None:
                direct |= {f"{module}:{symbol}" for symbol in table.symbols}
            direct |= names.find_definitions(node)
        return [gap for gap in self._list_symbols(kind) if gap.symbol not in direct]

    def _list_symbols(self, kind: str) -> list[Gap]:
        """Return the public classes and functions of what is asked for, as if each were a gap."""
        return sorted(set(self._iterate_symbols(kind)))

    def _iterate_symbols(self, kind: str) -> Iterator[Gap]:
        for asked in self._asked:
            module, colon, _ = asked.partition(":")
            definitions = self._graph.names.find_definitions(asked) if colon else ()
            for one, table in self._graph.names.tables.items():
                if is_test_path(table.uses.path) or not (colon or is_within(one, module)):
                    continue
                for symbol in table.uses.symbols:
                    node = f"{one}:{symbol.name}"
                    is_public = not symbol.name.startswith("_") and symbol.kind != BindingKind.VALUE
                    if node in definitions if colon else is_public:
                        yield Gap(node, kind, table.uses.path, symbol.line)

    def _follow(self) -> set[str]:
        """Return all that the tests may run."""
        run = set(self._used)
        stack = [*run]
        while stack:
            for target in self._graph.list_edges(stack.pop()):
                if target not in run:
                    run.add(target)
                    stack.append(target)
        return run
