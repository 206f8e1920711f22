"""Find the imports whose way passes through a symbol or a module, by whatever path they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.model import BindingKind, Outcome
from archguard.definitions.ways import Doubt, PassingImport, Ways
from archguard.graph.module_expressions import is_within, iter_with_ancestors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Set

    from archguard.definitions.model import Resolution
    from archguard.definitions.module_lookup import SymbolSource
    from archguard.definitions.passing_walk import WayFinder
    from archguard.graph.grimp_api import ImportGraph
    from archguard.graph.model import Analysis, RawImport

_STAR = "*"
_LEADING_KINDS = frozenset({BindingKind.FROM_IMPORT, BindingKind.ALIAS, BindingKind.IMPORT})


class WaySearch:
    """Goes from a module that leads to a goal to its importers, and on to theirs."""

    def __init__(
        self, finder: WayFinder, analysis: Analysis, graph: ImportGraph, symbols: SymbolSource
    ) -> None:
        """Search nothing yet.

        Args:
            finder: follows names to the goal.
            analysis: the tree.
            graph: its imports.
            symbols: reads several modules at the same time.
        """
        self._finder = finder
        self._analysis = analysis
        self._graph = graph
        self._symbols = symbols
        self._imports: set[PassingImport] = set()
        self._doubts: set[Doubt] = set()
        self._visited: set[str] = set()
        self._unimported: set[str] = set()
        """The modules that may lead to the goal, and that nothing imports."""
        self._names: Mapping[str, Set[str]] = {}
        self._plain_importers: dict[str, set[str]] = {}
        self._sorted_imports: dict[str, _SortedImports] = {}
        self._starred: set[str] = set()
        """The names that some star may carry on."""

    def search(self, starts: Iterable[str], names: Mapping[str, Set[str]]) -> Ways:
        """Return the imports whose way passes through the goal.

        Args:
            starts: the modules that have the goal, or whose names may lead to it.
            names: module -> the names of it that are the goal.
        """
        self._names = names
        modules = self._select_imported({*starts} - names.keys()) | names.keys()
        while modules:
            self._symbols.read(sorted(filter(self._is_asked, modules)))
            following: set[str] = set()
            for module in sorted(modules):
                self._visited.add(module)
                following |= self._visit(module)
            modules = following - self._visited
        is_gone = any(self._finder.is_gone(*one) for one in _list_symbols(names))
        return Ways(
            tuple(sorted(self._imports)),
            tuple(sorted(self._doubts)),
            frozenset(self._visited | self._unimported),
            frozenset(self._finder.lookup.consulted),
            is_gone,
        )

    def _visit(self, module: str) -> set[str]:
        """Look at every import of a module, and return the modules to visit next."""
        importers = self._find_importers(module)
        star = f"{module}.{_STAR}"
        is_starred = any(star in self._sort_imports(importer).from_names for importer in importers)
        leading = self._find_leading(module, is_starred=is_starred)
        for submodule in self._list_namesakes(module, leading):
            importers |= self._find_direct(submodule)
        may_lead = {one for one in sorted(importers) if self._look_at(one, module, leading)}
        return self._select_imported(may_lead - self._visited)

    def _select_imported(self, modules: Set[str]) -> set[str]:
        """Return those of the modules that may lead to the goal which something imports."""
        imported = {module for module in modules if self._is_imported(module)}
        self._unimported |= modules - imported
        return imported

    def _is_asked(self, module: str) -> bool:
        """Return whether a name of a module is imported, so that the module has to be read."""
        return any(
            module in self._sort_imports(importer).by_base for importer in self._find_direct(module)
        )

    def _look_at(self, importer: str, module: str, leading: Sequence[str]) -> bool:
        """Add what a module imports from another; return whether it may lead to the goal by that."""
        imports = self._sort_imports(importer)
        may_lead = imports.bind_module(module)
        for raw in imports.by_base.get(module, ()):
            item = raw[0].rpartition(".")[2]
            if item != _STAR:
                may_lead |= self._follow(importer, raw, module, item)
            elif self._is_unread(module) and module not in self._names:
                may_lead = True
                self._add_doubt(importer, raw, f"{module}:{_STAR}")
            else:
                for asked in leading:
                    may_lead |= self._follow(importer, raw, module, asked)
        return may_lead

    def _follow(self, importer: str, raw: RawImport, module: str, name: str) -> bool:
        """Add an import of a name if it leads to the goal; return whether it may."""
        is_star = raw[0].endswith(f".{_STAR}")
        is_asked = self._finder.may_export(module, name) if is_star else True
        if is_asked is False:
            return False
        resolution = self._finder.follow(module, name)
        if resolution.outcome is Outcome.UNDECIDED:
            self._add_doubt(importer, raw, resolution.target)
        elif resolution.outcome is not Outcome.PASSED:
            return False
        elif is_asked is None:
            self._add_doubt(importer, raw, f"{module}:{name}")
        else:
            way = list_way(module, name, resolution)
            self._imports.add(PassingImport(importer, raw[1], raw[2], way))
        return True

    def _add_doubt(self, importer: str, raw: RawImport, end: str) -> None:
        self._doubts.add(Doubt(importer, raw[1], end))

    def _find_leading(self, module: str, *, is_starred: bool) -> list[str]:
        """Return the names that may lead to the goal and that an import may ask for unseen, sorted.

        A star asks for all of them; to grimp, one that a submodule has, too, is asked for there.
        """
        known = set(self._names.get(module, ()))
        live = self._finder.lookup.find_live(module)
        if live is not None:
            bindings = live.symbols.bindings
            names = {binding.name for binding in bindings if binding.kind in _LEADING_KINDS}
            if any(binding.kind is BindingKind.STAR for binding in bindings):
                names |= self._starred
            if not is_starred:
                names = {name for name in names if f"{module}.{name}" in self._analysis.modules}
            outcomes = {Outcome.PASSED, Outcome.UNDECIDED}
            known |= {name for name in names if self._finder.follow(module, name).outcome in outcomes}
        if is_starred:
            self._starred |= known
        return sorted(known)

    def _list_namesakes(self, module: str, leading: Sequence[str]) -> Iterable[str]:
        """Return the submodules that may have the name of something that leads to the goal."""
        if self._is_unread(module) and module in self._graph.modules:
            return self._graph.find_children(module)
        return [f"{module}.{name}" for name in leading]

    def _find_importers(self, module: str) -> set[str]:
        """Return the modules that import a module, or bind a package through which it can be reached."""
        importers = self._find_direct(module)
        if not self._names:
            return importers  # of modules: what reaches them as an attribute is no user
        importers |= self._find_plain_importers(module.partition(".")[0])
        if module in self._names:
            importers |= self._find_concerned(module)
        for package in iter_with_ancestors(module.rpartition(".")[0]):
            importers |= {
                importer
                for importer in self._find_direct(package)
                if self._sort_imports(importer).bind_module(module)
            }
        return importers

    def _find_plain_importers(self, top: str) -> set[str]:
        """Return the modules with an `import top` or `import top.module`."""
        if top not in self._plain_importers:
            self._plain_importers[top] = {
                importer
                for importer, its_raw in self._analysis.raw_imports.items()
                if any(not raw[3] and is_within(raw[0], top) for raw in its_raw)
            }
        return self._plain_importers[top]

    def _find_direct(self, module: str) -> set[str]:
        if module not in self._graph.modules:
            return set()
        return set(self._graph.find_modules_that_directly_import(module))

    def _find_concerned(self, module: str) -> set[str]:
        """Return the modules that import from one that may not exist."""
        return {
            importer
            for importer, raw in self._analysis.deprecated_imports.list_concerned().items()
            if any(name.rpartition(".")[0] == module for name, *_ in raw)
        }

    def _is_imported(self, module: str) -> bool:
        return bool(self._find_direct(module)) or any(
            self._find_direct(one) for one in self._graph.find_descendants(module)
        )

    def _is_unread(self, module: str) -> bool:
        lookup = self._finder.lookup
        return lookup.find_live(module) is None and lookup.is_source(module)

    def _sort_imports(self, importer: str) -> _SortedImports:
        if importer not in self._sorted_imports:
            raw_imports = self._analysis.raw_imports.get(importer, ())
            self._sorted_imports[importer] = _SortedImports.make(raw_imports)
        return self._sorted_imports[importer]


class _SortedImports(NamedTuple):
    """What one module imports, sorted by what is asked of it."""

    by_base: Mapping[str, Sequence[RawImport]]
    """Module -> the statements `from module import name`."""
    from_names: Set[str]
    """What these statements import, in full."""
    plain_tops: Set[str]
    """The top-level packages that `import package.module` binds."""

    @classmethod
    def make(cls, raw_imports: Iterable[RawImport]) -> _SortedImports:
        """Sort some imports."""
        by_base: dict[str, list[RawImport]] = {}
        plain_tops = set()
        for raw in raw_imports:
            if raw[3]:
                by_base.setdefault(raw[0].rpartition(".")[0], []).append(raw)
            else:
                plain_tops.add(raw[0].partition(".")[0])
        names = frozenset(raw[0] for its_raw in by_base.values() for raw in its_raw)
        return cls(by_base, names, plain_tops)

    def bind_module(self, module: str) -> bool:
        """Return whether a module is bound, or a package through which it can be reached."""
        if module.partition(".")[0] in self.plain_tops:
            return True
        return not self.from_names.isdisjoint(iter_with_ancestors(module))


def _list_symbols(names: Mapping[str, Set[str]]) -> list[tuple[str, str]]:
    return [(module, name) for module, its_names in names.items() for name in its_names]


def list_way(module: str, name: str, resolution: Resolution) -> tuple[str, ...]:
    """Return each name that a way passes as `module:Name`, the one that is asked for first."""
    hops = [hop.symbol for hop in resolution.hops if hop.kind is not BindingKind.IMPORT]
    passed = [f"{module}:{name}", *hops, resolution.target]
    return tuple(dict.fromkeys(passed))
