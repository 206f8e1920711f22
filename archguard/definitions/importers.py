"""Find the modules that import a definition, by whatever path, and the names that lead to it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.model import Importer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from archguard.definitions.model import Resolution
    from archguard.definitions.module_lookup import SymbolSource
    from archguard.definitions.resolver import Resolver
    from archguard.graph.model import RawImport

_STAR = "*"


class FromImports:
    """All `from` imports of a tree, by what they ask for."""

    def __init__(self, raw_imports: Mapping[str, Iterable[RawImport]]) -> None:
        """Sort them.

        Args:
            raw_imports: `Analysis.raw_imports`.
        """
        self._importers: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        """`base.item` -> importer and line of each statement."""
        self._module_importers: defaultdict[str, set[str]] = defaultdict(set)
        for importer, raw in raw_imports.items():
            for name, line, _, is_from in raw:
                if is_from:
                    self._importers[name].append((importer, line))
                else:
                    self._module_importers[name].add(importer)
        self._asked: defaultdict[str, set[str]] = defaultdict(set)
        for name in self._importers:
            base, _, item = name.rpartition(".")
            self._asked[base].add(item)

    def list_asked(self, module: str) -> list[str]:
        """Return the names that are imported from a module, sorted; `*` if all of them are."""
        return sorted(self._asked.get(module, ()))

    def list_importers(self, module: str, name: str) -> list[tuple[str, int]]:
        """Return importer and line of each `from module import name`."""
        return self._importers.get(f"{module}.{name}", [])

    def list_users(self, module: str) -> set[str]:
        """Return the modules that may use the names of a module by a star, or as its attributes."""
        users = {importer for importer, _ in self.list_importers(module, _STAR)}
        users |= {importer for importer, _ in self._importers.get(module, ())}
        return users | self._module_importers.get(module, set())


class Paths(NamedTuple):
    """How a definition is imported."""

    importers: tuple[Importer, ...]
    """Each importing module once for each path, sorted."""
    homes: tuple[tuple[str, Resolution], ...]
    """The other places that lead to it, `module:Name`, where they were looked for; sorted."""


def find_paths(
    definitions: Collection[str],
    from_imports: FromImports,
    resolver: Resolver,
    symbols: SymbolSource,
    home_modules: Collection[str] = (),
) -> dict[str, Paths]:
    """Return how each definition is imported, by its id.

    Only modules that import one of the definitions, or a module that leads to one, are read.

    Args:
        definitions: ids of definitions at module scope, without the numbers of statements.
        from_imports: the imports of the tree.
        resolver: follows names.
        symbols: reads modules at the same time.
        home_modules: the modules of which every name that leads to a definition is listed as a home; for
            other modules only the names are that another module asks for.

    Raises:
        WorkerError: no child process can be started.
    """
    search = _PathSearch(definitions, from_imports, resolver, home_modules)
    modules = {definition.partition(":")[0] for definition in definitions}
    while modules:
        symbols.read(sorted(modules))
        modules = search.visit(modules)
    return search.make_paths()


class _PathSearch:
    """Goes from modules that lead to a definition to those that import them."""

    def __init__(
        self,
        definitions: Collection[str],
        from_imports: FromImports,
        resolver: Resolver,
        home_modules: Collection[str],
    ) -> None:
        self._definitions = frozenset(definitions)
        self._from_imports = from_imports
        self._resolver = resolver
        self._home_modules = frozenset(home_modules)
        self._visited: set[str] = set()
        self._names = {definition.partition(":")[2] for definition in definitions}
        """The names that lead to a definition somewhere, as far as is known."""
        self._importers: defaultdict[str, dict[tuple[str, str], int]] = defaultdict(dict)
        """Definition -> (importer, path) -> first line."""
        self._homes: defaultdict[str, dict[str, Resolution]] = defaultdict(dict)

    def make_paths(self) -> dict[str, Paths]:
        """Return what was found."""
        return {
            definition: Paths(
                tuple(
                    Importer(module, path, line)
                    for (module, path), line in sorted(self._importers[definition].items())
                ),
                tuple(sorted(self._homes[definition].items())),
            )
            for definition in sorted(self._definitions)
        }

    def visit(self, modules: Iterable[str]) -> set[str]:
        """Look at modules that were read, and return those to look at next."""
        following: set[str] = set()
        for module in sorted(modules):
            self._visited.add(module)
            leads = False
            for name in self._list_names(module):
                resolution = self._resolver.resolve(module, name)
                if resolution.definition in self._definitions:
                    leads = True
                    following |= self._add(module, name, resolution)
            if leads:
                following |= self._from_imports.list_users(module)
        return {module for module in following - self._visited if self._matters(module)}

    def _list_names(self, module: str) -> list[str]:
        """Return the names of a module that may lead to a definition and that matter, sorted."""
        names = set(self._from_imports.list_asked(module))
        if _STAR in names or module in self._home_modules:
            live = self._resolver.find_live(module)
            bound = {binding.name for binding in (live.symbols.bindings if live else ())}
            names |= bound
            if _STAR in bound:
                names |= self._names
        return sorted(names - {_STAR})

    def _add(self, module: str, name: str, resolution: Resolution) -> set[str]:
        """Add a name that leads to a definition, and return its importers."""
        definition = resolution.definition or ""
        self._names.add(name)
        path = f"{module}:{name}"
        if path != definition:
            self._homes[definition][path] = resolution
        found = self._from_imports.list_importers(module, name)
        lines = self._importers[definition]
        for importer, line in found:
            lines[importer, path] = min(line, lines.get((importer, path), line))
        return {importer for importer, _ in found}

    def _matters(self, module: str) -> bool:
        """Return whether a name of a module can be imported further, or is to be listed."""
        return module in self._home_modules or bool(self._from_imports.list_asked(module))
