"""Find the modules that import a definition, by whatever path, and the names that lead to it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.model import BindingKind, Importer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from archguard.definitions.model import Resolution
    from archguard.definitions.module_lookup import SymbolSource
    from archguard.definitions.resolver import Resolver
    from archguard.graph.model import RawImport

_STAR = "*"
_MADE_HERE = frozenset({BindingKind.CLASS, BindingKind.FUNCTION, BindingKind.VALUE})
"""A name that has only such bindings leads to what its own module makes."""


class FromImports:
    """All `from` imports of a tree, by what they ask for."""

    def __init__(self, raw_imports: Mapping[str, Sequence[RawImport]]) -> None:
        """Sort them.

        Args:
            raw_imports: `Analysis.raw_imports`.
        """
        self._lines: defaultdict[str, dict[str, list[int]]] = defaultdict(dict)
        """`base.item` -> importer -> the lines of its statements."""
        self._module_importers: defaultdict[str, set[str]] = defaultdict(set)
        self._asked: defaultdict[str, set[str]] = defaultdict(set)
        self._raw: dict[str, Sequence[RawImport]] = {}
        for importer, raw in raw_imports.items():
            self._add(importer, raw)

    def update(
        self, raw_imports: Mapping[str, Sequence[RawImport]], importers: Iterable[str]
    ) -> set[str]:
        """Become those of another tree, and return the modules of which other names are asked for.

        Args:
            raw_imports: those of the other tree.
            importers: the only ones that may differ.
        """
        touched: set[str] = set()
        for importer in importers:
            raw, before = raw_imports.get(importer, ()), self._raw.get(importer, ())
            if raw != before:
                self._remove(importer)
                self._add(importer, raw)
                for name, is_from in _list_names(raw) ^ _list_names(before):
                    touched |= {name, name.rpartition(".")[0]} if is_from else {name}
        return touched

    def list_asked(self, module: str) -> list[str]:
        """Return the names that are imported from a module, sorted; `*` if all of them are."""
        return sorted(self._asked.get(module, ()))

    def list_importers(self, module: str, name: str) -> list[tuple[str, int]]:
        """Return importer and line of each `from module import name`."""
        lines = self._lines.get(f"{module}.{name}", {})
        return [(importer, line) for importer, several in lines.items() for line in several]

    def list_users(self, module: str) -> set[str]:
        """Return the modules that may use the names of a module by a star, or as its attributes."""
        users = {importer for importer, _ in self.list_importers(module, _STAR)}
        users |= self._lines.get(module, {}).keys()
        return users | self._module_importers.get(module, set())

    def _add(self, importer: str, raw: Sequence[RawImport]) -> None:
        self._raw[importer] = raw
        for name, line, _, is_from in raw:
            if is_from:
                base, _, item = name.rpartition(".")
                self._asked[base].add(item)
                self._lines[name].setdefault(importer, []).append(line)
            else:
                self._module_importers[name].add(importer)

    def _remove(self, importer: str) -> None:
        for name, _, _, is_from in self._raw.pop(importer, ()):
            if not is_from:
                self._module_importers[name].discard(importer)
                continue
            self._lines[name].pop(importer, None)
            if not self._lines[name]:
                del self._lines[name]
                base, _, item = name.rpartition(".")
                self._asked[base].discard(item)


def _list_names(raw: Sequence[RawImport]) -> set[tuple[str, bool]]:
    """Return the names that a module imports, each with whether a `from` statement does."""
    return {(name, is_from) for name, _, _, is_from in raw}


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
    search = PathSearch(definitions, from_imports, resolver, home_modules)
    search.run(symbols)
    return search.make_paths()


class PathSearch:
    """Goes from modules that lead to a definition to those that import them."""

    def __init__(
        self,
        definitions: Collection[str],
        from_imports: FromImports,
        resolver: Resolver,
        home_modules: Collection[str] = (),
    ) -> None:
        """Search nothing yet; the arguments are those of `find_paths`."""
        self._definitions = frozenset(definitions)
        self._from_imports = from_imports
        self._resolver = resolver
        self._home_modules = frozenset(home_modules)
        self.visited: set[str] = set()
        """The modules of which the names were followed."""
        self.considered: set[str] = set()
        """Those, and the others of which names would be followed if any were imported."""
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

    def run(self, symbols: SymbolSource) -> None:
        """Search until nothing more leads to a definition.

        Raises:
            WorkerError: no child process can be started.
        """
        modules = {definition.partition(":")[0] for definition in self._definitions}
        self.considered |= modules
        while modules:
            symbols.read(sorted(modules))
            modules = self._visit(modules)

    def _visit(self, modules: Iterable[str]) -> set[str]:
        """Look at modules that were read, and return those to look at next."""
        following: set[str] = set()
        for module in sorted(modules):
            self.visited.add(module)
            leads = False
            for name in self._list_names(module):
                resolution = self._resolver.resolve(module, name)
                if resolution.definition in self._definitions:
                    leads = True
                    following |= self._add(module, name, resolution)
            if leads:
                following |= self._from_imports.list_users(module)
        self.considered |= following
        return {module for module in following - self.visited if self._matters(module)}

    def _list_names(self, module: str) -> list[str]:
        """Return the names of a module that may lead to a definition and that matter, sorted."""
        names = set(self._from_imports.list_asked(module))
        live = self._resolver.find_live(module)
        bindings = live.symbols.bindings if live else ()
        bound = {binding.name for binding in bindings}
        if _STAR in names or module in self._home_modules:
            names |= bound
            if _STAR in bound:
                names |= self._names
        if _STAR not in bound:
            led_on = {binding.name for binding in bindings if binding.kind not in _MADE_HERE}
            own = {name for name in bound - led_on if f"{module}:{name}" not in self._definitions}
            names -= own
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
