"""What each module binds, and what a dotted name in it leads to."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from archguard.definitions.module_uses import BODY, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

    from archguard.definitions.module_uses import ModuleUses, SymbolUses

BELOW = "**"
"""The name of everything in a package and below it."""
_PATHS = frozenset({"__path__", "__file__", "__spec__"})
"""Attributes of a module by which files beside it are found."""
_OWN_NAMES = frozenset({"__name__", "__doc__", "__package__"})
_MAX_HOPS = 30


class ModuleTable:
    """What one module binds at its scope."""

    def __init__(self, uses: ModuleUses) -> None:
        """Sort the module's names."""
        self.uses = uses
        self.symbols: dict[str, list[SymbolUses]] = {}
        self.aliases: dict[str, list[tuple[str, str]]] = {}
        """Name -> base and item; the item is empty if the name is that of a module."""
        for symbol in uses.symbols:
            self.symbols.setdefault(symbol.name, []).append(symbol)
        for name, target in uses.aliases:
            base, _, item = target.partition(":")
            self.aliases.setdefault(name, []).append((base, item))

    def binds(self, name: str) -> bool:
        """Return whether a statement of the module binds a name."""
        return name in self.symbols or name in self.aliases


class NameTable:
    """The names of all modules of a tree.

    A node is `module:Name`, whether or not the module binds that name; `module:*` is everything in the
    module, `module:**` everything below it, too, and `module:<body>` what happens on import.
    """

    def __init__(
        self,
        modules: Set[str],
        tables: dict[str, ModuleTable],
        ghosts: Set[str],
        path_folders: Sequence[str],
    ) -> None:
        """Take the modules that were read.

        Args:
            modules: the names of all modules and folders of modules.
            tables: what the modules bind that were read.
            ghosts: modules that do not exist, and are asked for nevertheless.
            path_folders: the folders of tests that pytest puts on Python's path, as names of modules:
                what is in them is imported without that prefix, too.
        """
        self.modules = modules
        self.tables = tables
        self.ghosts = ghosts
        self._path_folders = path_folders
        self._tops = {name.partition(".")[0] for name in modules | ghosts}
        self._places: dict[str, str | None] = {}

    def find_module(self, name: str) -> str | None:
        """Return the module that an absolute name means; None if it lies outside the tree."""
        if name not in self._places:
            self._places[name] = self._find_module(name)
        return self._places[name]

    def _find_module(self, name: str) -> str | None:
        if name in self.modules or name in self.ghosts:
            return name
        top = name.partition(".")[0]
        if top in self._tops or top in sys.stdlib_module_names:
            return None
        candidates = (f"{folder}.{name}" for folder in self._path_folders)
        return next((module for module in candidates if module in self.modules), None)

    def list_tops(self, modules: Iterable[str]) -> set[str]:
        """Return the first parts of the names by which some modules are imported."""
        prefixes = [f"{folder}." for folder in self._path_folders]
        tops: set[str] = set()
        for module in modules:
            tops.add(module.partition(".")[0])
            tops |= {
                module.removeprefix(prefix).partition(".")[0]
                for prefix in prefixes
                if module.startswith(prefix)
            }
        return tops

    def is_inside(self, name: str) -> bool:
        """Return whether an absolute name begins with a module of the tree."""
        return self.find_module(name.partition(".")[0]) is not None

    def follow_import(self, target: str) -> Iterator[str]:
        """Yield the nodes that an import leads to.

        Args:
            target: `base:item.attribute`, or `module:` for the module itself.
        """
        base, _, rest = target.partition(":")
        parts = rest.split(".") if rest else []
        module = self.find_module(base)
        if module is not None:
            yield from self.walk(module, parts)
        elif parts and (submodule := self.find_module(f"{base}.{parts[0]}")) is not None:
            yield from self.walk(submodule, parts[1:])

    def follow_name(self, module: str, written: str) -> Iterator[str]:
        """Yield the nodes that a dotted name leads to, as a module's text uses it."""
        first, *rest = written.split(".")
        table = self.tables.get(module)
        if table is None or not (table.binds(first) or self._find_star_bases(module, first)):
            return
        yield from self._follow_bound(module, first, rest, _MAX_HOPS)

    def walk(self, module: str, parts: Sequence[str], hops: int = _MAX_HOPS) -> Iterator[str]:
        """Yield the nodes that attributes of a module lead to."""
        while parts:
            first, *rest = parts
            if first in _PATHS:
                yield f"{module}:{BELOW}"
            if first in _PATHS or first in _OWN_NAMES:
                return
            table = self.tables.get(module)
            if table is not None and table.binds(first):
                yield from self._follow_bound(module, first, rest, hops)
                if not self._is_module(f"{module}.{first}"):
                    return
            if not self._is_module(f"{module}.{first}"):
                yield f"{module}:{first}"
                return
            module, parts = f"{module}.{first}", rest
        yield f"{module}:{WHOLE}"

    def _is_module(self, name: str) -> bool:
        return name in self.modules or name in self.ghosts

    def _follow_bound(self, module: str, name: str, rest: Sequence[str], hops: int) -> Iterator[str]:
        """Yield the nodes of a bound name; attributes count only if it is bound to a module."""
        table = self.tables[module]
        held = [
            held_module
            for base, item in table.aliases.get(name, ())
            for held_module in self._find_held(base, item, hops)
        ]
        if not held or name in table.symbols or len(held) < len(table.aliases.get(name, ())):
            yield f"{module}:{name}"
        if hops:
            for held_module in held:
                yield from self.walk(held_module, rest, hops - 1)

    def _find_held(self, base: str, item: str, hops: int) -> list[str]:
        """Return the modules that an import binds its name to; none if it binds something else."""
        module = self.find_module(base)
        if not item:
            return [] if module is None else [module]
        if module is None:
            submodule = self.find_module(f"{base}.{item}")
            return [] if submodule is None else [submodule]
        table = self.tables.get(module)
        if table is not None and item in table.symbols:
            return []
        if table is not None and item in table.aliases and hops:
            held = [one for target in table.aliases[item] for one in self._find_held(*target, hops - 1)]
            if held:
                return held
        return [f"{module}.{item}"] if self._is_module(f"{module}.{item}") else []

    def list_targets(self, node: str) -> list[str]:
        """Return where a node leads that its module does not make itself; itself is not among them."""
        module, _, name = node.partition(":")
        table = self.tables.get(module)
        if table is None or name == BODY:
            return []
        if name in table.aliases:
            return [
                target
                for base, item in table.aliases[name]
                for target in self.follow_import(f"{base}:{item}")
            ]
        if name in table.symbols:
            return []
        if bases := self._find_star_bases(module, name):
            return [f"{base}:{name}" for base in bases]
        return [f"{module}:{WHOLE}"]

    def _find_star_bases(self, module: str, name: str) -> list[str]:
        """Return the modules whose star gives a name to a module."""
        table = self.tables[module]
        bases = (self.find_module(star) for star in table.uses.stars)
        return [base for base in bases if base and self._may_bind(base, name, {module})]

    def _may_bind(self, module: str, name: str, seen: set[str]) -> bool:
        table = self.tables.get(module)
        if table is None or module in seen:
            return False
        seen.add(module)
        if table.binds(name) or f"{module}.{name}" in self.modules:
            return True
        bases = (self.find_module(star) for star in table.uses.stars)
        return any(base and self._may_bind(base, name, seen) for base in bases)

    def find_definitions(self, node: str) -> set[str]:
        """Return the nodes that a node leads to through imports alone, where something is made."""
        found: set[str] = set()
        seen = {node}
        stack = [node]
        while stack:
            current = stack.pop()
            targets = self.list_targets(current)
            if not targets or current.partition(":")[2] in self._get_symbols(current):
                found.add(current)
            stack += [target for target in targets if target not in seen]
            seen.update(targets)
        return found

    def _get_symbols(self, node: str) -> Mapping[str, object]:
        table = self.tables.get(node.partition(":")[0])
        return table.symbols if table else {}
