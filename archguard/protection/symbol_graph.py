"""Which symbol of a tree may run which others."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from archguard.definitions.model import BindingKind
from archguard.definitions.module_uses import BODY, WHOLE
from archguard.protection.name_table import BELOW
from archguard.protection.string_names import StringNames

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from archguard.definitions.module_uses import Handed, SymbolUses
    from archguard.protection.name_table import ModuleTable, NameTable

_SUBCLASSES = ".__subclasses__"


class SymbolGraph:
    """The edges from each node of a `NameTable` to those that it may run.

    A class is one node with all that is in it, since nobody can tell which methods of an object run.
    What a module gives to a name can be run by whoever uses that name: registries, decorators.
    """

    def __init__(self, names: NameTable, entry_points: Mapping[str, Sequence[str]]) -> None:
        """Find the edges that modules' bodies make; others are computed when they are asked for.

        Args:
            names: the modules that were read.
            entry_points: group or name of a console script -> what it runs, as `module:Name`.
        """
        self.names = names
        self.strings = StringNames(names, entry_points)
        self._given: defaultdict[str, set[str]] = defaultdict(set)
        registries: set[str] = set()
        for module, table in names.tables.items():
            for handed in table.uses.handed:
                self._add_handed(module, handed)
            registries |= self._find_registries(module, table)
        self._add_subclasses(registries)

    def add_edge(self, node: str, target: str) -> None:
        """Let a node run another one."""
        self._given[node].add(target)

    def list_nodes(self) -> Iterator[str]:
        """Yield each node that a module makes, in a fixed order."""
        for module in sorted(self.names.modules):
            table = self.names.tables.get(module)
            yield f"{module}:{WHOLE}"
            if table is None:
                continue
            yield from (f"{module}:{name}" for name in table.symbols)
            yield from (f"{module}:{name}" for name in table.aliases if name not in table.symbols)

    def list_edges(self, node: str) -> Iterator[str]:
        """Yield the nodes that a node may run."""
        module, _, name = node.partition(":")
        yield from self._given.get(node, ())
        table = self.names.tables.get(module)
        if name == BELOW:
            yield f"{module}:{WHOLE}"
            prefix = f"{module}."
            yield from (f"{one}:{WHOLE}" for one in self.names.modules if one.startswith(prefix))
        elif table is not None and name == WHOLE:
            yield from (f"{module}:{one}" for one in (*table.symbols, *table.aliases))
            bases = map(self.names.find_module, table.uses.stars)
            yield from (f"{base}:{WHOLE}" for base in bases if base)
        elif table is not None:
            for symbol in table.symbols.get(name, ()):
                yield from self.list_used(module, symbol)
            yield from self.names.list_targets(node)

    def list_used(self, module: str, symbol: SymbolUses) -> Iterator[str]:
        """Yield the nodes that a symbol of a module uses by name, by import, or by a string."""
        for written in symbol.names:
            yield from self.names.follow_name(module, written)
        for target in symbol.imports:
            yield from self.names.follow_import(target)
        for loaded in symbol.loaded:
            yield from self._list_bodies(loaded)
        yield from self.strings.list_named(module, symbol)

    def _list_bodies(self, name: str) -> Iterator[str]:
        """Yield the bodies that run when a module is imported, or something of one: its parents' too."""
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            module = self.names.find_module(".".join(parts[:length]))
            if module is not None:
                yield f"{module}:{BODY}"

    def _add_handed(self, module: str, handed: Handed) -> None:
        given = {node for name in handed.names for node in self._follow(module, name)}
        for receiver in self._follow(module, handed.receiver):
            for definition in self.names.find_definitions(receiver):
                for holder in self._list_holders(definition, is_on_import=handed.is_on_import):
                    self._given[holder].update(node for node in given if node != holder)

    def _follow(self, module: str, written: str) -> Iterator[str]:
        if ":" in written:
            return self.names.follow_import(written)
        return self.names.follow_name(module, written)

    def _list_holders(self, definition: str, *, is_on_import: bool) -> Iterator[str]:
        """Yield what may keep what a definition is given: itself, and the module-level values it uses.

        Functions are called all the time; only those called on import are taken for registries.
        """
        symbols = self._get_symbols(definition)
        if not is_on_import:
            if any(symbol.kind != BindingKind.FUNCTION for symbol in symbols):
                yield definition
            return
        yield definition
        module = definition.partition(":")[0]
        for symbol in symbols:
            for written in symbol.names:
                for node in self.names.follow_name(module, written):
                    if any(one.kind == BindingKind.VALUE for one in self._get_symbols(node)):
                        yield node

    def _get_symbols(self, node: str) -> Sequence[SymbolUses]:
        module, _, name = node.partition(":")
        table = self.names.tables.get(module)
        return table.symbols.get(name, ()) if table else ()

    def _find_registries(self, module: str, table: ModuleTable) -> set[str]:
        """Return the classes that learn of their subclasses, as far as one module says so."""
        registries: set[str] = set()
        for symbol in table.uses.symbols:
            if symbol.is_registry:
                registries.add(f"{module}:{symbol.name}")
            for written in symbol.names:
                if written.endswith(_SUBCLASSES):
                    for node in self.names.follow_name(module, written.removesuffix(_SUBCLASSES)):
                        registries |= self.names.find_definitions(node)
        return registries

    def _add_subclasses(self, registries: set[str]) -> None:
        """Let each class that learns of its subclasses run them, and so on downwards."""
        if not registries:
            return
        subclasses: defaultdict[str, list[str]] = defaultdict(list)
        for module, table in self.names.tables.items():
            for symbol in table.uses.symbols:
                for base in symbol.bases:
                    for node in self.names.follow_name(module, base):
                        for definition in self.names.find_definitions(node):
                            subclasses[definition].append(f"{module}:{symbol.name}")
        stack, seen = list(registries), set(registries)
        while stack:
            base = stack.pop()
            for subclass in subclasses[base]:
                self._given[base].add(subclass)
                if subclass not in seen:
                    seen.add(subclass)
                    stack.append(subclass)


def reverse_edges(graph: SymbolGraph, nodes: Iterable[str]) -> dict[str, list[str]]:
    """Return node -> the nodes that may run it, of the nodes given and all that they lead to."""
    users: dict[str, list[str]] = {}
    stack = list(nodes)
    seen = set(stack)
    while stack:
        node = stack.pop()
        for target in sorted(set(graph.list_edges(node))):
            users.setdefault(target, []).append(node)
            if target not in seen:
                seen.add(target)
                stack.append(target)
    return users
