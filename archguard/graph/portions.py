"""Merge the places of a root as Python's import system would, and say which files that hides.

Python searches the folders on its path in their order. The first regular package (a folder with
`__init__.py`) or module of a name ends the search and hides what comes later. Folders without
`__init__.py` are the portions of a namespace package, but only if the search finds nothing else. An
`__init__.py` that calls `pkgutil.extend_path` or `pkg_resources.declare_namespace` adds them, too.
See https://docs.python.org/3/reference/import.html#namespace-packages.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from archguard.graph.module_expressions import is_within, iter_with_ancestors
from archguard.graph.roots import DEFAULT_SOURCE_ROOTS, AmbiguousRootError, join_some

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archguard.graph.module_index import Module
    from archguard.graph.roots import Root


class Portion(NamedTuple):
    """The modules in one place of a root."""

    root: Root
    modules: Sequence[Module]


class Definition(NamedTuple):
    """The file that defines a module, and the place that it is in."""

    number: int
    """Of the portion."""
    module: Module


class PortionMerger:
    """Decides which files of a root's portions Python would import."""

    def __init__(
        self, portions: Sequence[Portion], merges: Callable[[str], bool], *, is_ordered: bool
    ) -> None:
        """Look at the names of the modules only.

        Args:
            portions: in the order of Python's path, if that is known.
            merges: says whether the `__init__.py` at a path adds the other folders of its name.
            is_ordered: whether the order is known.
        """
        self._portions = portions
        self._merges = merges
        self._is_ordered = is_ordered
        self._definitions: dict[str, list[Definition]] = {}
        for number, portion in enumerate(portions):
            chosen: dict[str, Module] = {}
            for module in portion.modules:
                if module.is_package or module.name not in chosen:
                    chosen[module.name] = module
            for name, module in chosen.items():
                self._definitions.setdefault(name, []).append(Definition(number, module))
        self._find_definition = cache(self._search_definition)
        self._list_portions = cache(self._search_portions)

    def find_hiding(self, module: Module, number: int) -> Module | None:
        """Return the module because of which Python never sees a file; None if it does see it.

        Args:
            module: the file's module.
            number: the portion that holds the file.

        Raises:
            AmbiguousRootError: that depends on an order that is not known.
        """
        root_name = self._portions[number].root.name
        names = [name for name in iter_with_ancestors(module.name) if is_within(name, root_name)]
        for name in reversed(names):
            definition = self._find_definition(name)
            if definition is None:
                continue
            if name == module.name:
                return None if definition.number == number else definition.module
            if number not in self._list_portions(name):
                return definition.module
        return None

    def _search_definition(self, name: str) -> Definition | None:
        """Return the file that Python finds for a name; None for a namespace."""
        searched = self._list_parent_portions(name)
        by_number = {one.number: one for one in self._definitions.get(name, ())}
        candidates = [by_number[number] for number in searched if number in by_number]
        if candidates and not self._is_ordered:
            self._refuse_if_ambiguous(name, candidates)
        return candidates[0] if candidates else None

    def _search_portions(self, package: str) -> tuple[int, ...]:
        """Return the portions in which Python looks for what is in a package."""
        searched = self._list_parent_portions(package)
        definition = self._find_definition(package)
        if definition is None:
            return searched
        if self._is_merging(definition):
            others = (number for number in searched if number != definition.number)
            return (definition.number, *others)
        return (definition.number,)

    def _list_parent_portions(self, name: str) -> tuple[int, ...]:
        if name == self._portions[0].root.name:
            return tuple(range(len(self._portions)))
        return self._list_portions(name.rpartition(".")[0])

    def _refuse_if_ambiguous(self, name: str, candidates: Sequence[Definition]) -> None:
        # A package and a module in the same folder have an order: the package wins.
        folders = {self._root(one).folder: one for one in reversed(candidates)}
        definitions = sorted(folders.values(), key=lambda definition: definition.module.path)
        if all(map(self._is_merging, definitions)):
            return
        if len(definitions) > 1:
            paths = " and ".join(one.module.path for one in definitions)
            self._refuse(f"{paths} would both be module {name}")
        if name == self._root(candidates[0]).name:
            self._refuse_hidden_places(definitions[0])

    def _refuse_hidden_places(self, definition: Definition) -> None:
        """Refuse a package that hides places which were searched for: they may be on another path."""
        others = (portion.root for portion in self._portions)
        hidden = [
            root.path
            for root in others
            if root.folder not in (*DEFAULT_SOURCE_ROOTS, self._root(definition).folder)
        ]
        if hidden:
            self._refuse(f"{definition.module.path} would hide what is in {join_some(hidden)}")

    def _refuse(self, conflict: str) -> None:
        roots = [portion.root for portion in self._portions]
        raise AmbiguousRootError(roots[0].name, roots, conflict)

    def _root(self, definition: Definition) -> Root:
        return self._portions[definition.number].root

    def _is_merging(self, definition: Definition) -> bool:
        return definition.module.is_package and self._merges(definition.module.path)
