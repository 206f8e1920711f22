"""The modules below some roots, one file at a time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from archguard.sources.source import COMPILED, CYTHON, STUB

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archguard.graph.roots import Root

_FOREIGN = frozenset({STUB, CYTHON, COMPILED})
"""Why a file that is not analysed makes a module exist all the same."""


class Module(NamedTuple):
    """A module and the file that defines it."""

    name: str
    path: str
    is_package: bool

    def describe_hiding(self) -> str:
        """Say why Python never sees another file or folder of the same name."""
        if self.is_package:
            return f"hidden by the package {self.path.rpartition('/')[0]}/"
        return f"hidden by the module {self.path}"


class UnusableFile(NamedTuple):
    """A file below a root that cannot be a module."""

    path: str
    reason: str
    name: str = ""
    """What its place would make the name of a module: relative imports begin there."""
    is_package: bool = False

    @property
    def is_foreign(self) -> bool:
        """Whether a module exists because of it, but not as Python source."""
        return self.reason in _FOREIGN


class ModuleIndex:
    """The modules below some roots, updated one file at a time."""

    def __init__(self, roots: Iterable[Root]) -> None:
        """Create an empty index.

        Args:
            roots: those that the files will be below.
        """
        self.modules: dict[str, Module] = {}
        self.importable_names: set[str] = set()
        """The names of the modules, of the folders that contain modules and no `__init__.py`, and of
        modules that are not Python source.
        """
        self.moved: set[str] = set()
        """The names that were added to or removed from `importable_names` since this was last emptied.

        A name that was both added and removed is not in it.
        """
        self._root_names = {root.name for root in roots}
        self._files: dict[str, Module | UnusableFile] = {}
        self._unusable: dict[str, UnusableFile] = {}
        self._foreign: Counter[str] = Counter()
        """Module name -> how many stubs, Cython sources and compiled modules there are of it."""
        self._candidates: dict[str, list[Module]] = {}
        """Module name -> the modules of that name: a package hides a module beside it."""
        self._ambiguous: set[str] = set()
        """The names with several candidates."""
        self._children: dict[str, int] = {}
        """Module name of a folder -> how many modules and such folders are directly inside."""

    def add(self, file: Module | UnusableFile) -> None:
        """Add a file."""
        self._files[file.path] = file
        if isinstance(file, UnusableFile):
            if file.reason != COMPILED:
                self._unusable[file.path] = file
            if file.is_foreign:
                self._count_foreign(file.name, 1)
            return
        name = file.name
        candidates = self._candidates.setdefault(name, [])
        candidates.append(file)
        if len(candidates) > 1:
            self._choose(name, candidates)
            return
        self.modules[name] = file
        self._count(name, 1)
        self._update_importable(name)

    def module_at(self, path: str) -> Module | None:
        """Return the module that was added for a path."""
        file = self._files.get(path)
        return file if isinstance(file, Module) else None

    def remove(self, path: str) -> Module | UnusableFile | None:
        """Remove what was added for a path, and return it."""
        file = self._files.pop(path, None)
        if isinstance(file, UnusableFile):
            self._unusable.pop(path, None)
            if file.is_foreign:
                self._count_foreign(file.name, -1)
        elif file is not None:
            candidates = self._candidates[file.name]
            candidates.remove(file)
            if not candidates:
                del self._candidates[file.name]
                self._count(file.name, -1)
            self._choose(file.name, candidates)
        return file

    def foreign(self) -> frozenset[str]:
        """Return the names of the modules that exist, but not as Python source."""
        return frozenset(
            name for name, count in self._foreign.items() if count and name not in self.modules
        )

    def unread(self) -> tuple[UnusableFile, ...]:
        """Return the files that are not modules, sorted by path."""
        # Python imports the package and never sees the module of the same name.
        hidden = [
            UnusableFile(
                module.path, self.modules[name].describe_hiding(), name, is_package=module.is_package
            )
            for name in self._ambiguous
            for module in self._candidates[name]
            if module is not self.modules[name]
        ]
        return tuple(sorted([*self._unusable.values(), *hidden]))

    def _choose(self, name: str, candidates: Sequence[Module]) -> None:
        if len(candidates) > 1:
            # `x.py` comes before `x.pyw`.
            self.modules[name] = min(candidates, key=lambda module: (not module.is_package, module.path))
            self._ambiguous.add(name)
        else:
            self._ambiguous.discard(name)
            if candidates:
                self.modules[name] = candidates[0]
            else:
                del self.modules[name]
        self._update_importable(name)

    def _count(self, name: str, change: int) -> None:
        """Count a name that appears or disappears for the folders above it, up to its root.

        A folder counts for the one above it when its first child appears or its last one disappears.
        """
        while name not in self._root_names and (name := name.rpartition(".")[0]):
            before = self._children.get(name, 0)
            if before + change:
                self._children[name] = before + change
            else:
                del self._children[name]
            if before and before + change:
                return
            self._update_importable(name)

    def _count_foreign(self, name: str, change: int) -> None:
        before = self._foreign[name]
        self._foreign[name] += change
        if not (before and before + change):
            self._count(name, change)
            self._update_importable(name)

    def _update_importable(self, name: str) -> None:
        is_importable = name in self.modules or name in self._children or self._foreign.get(name, 0) > 0
        if is_importable != (name in self.importable_names):
            (self.moved.discard if name in self.moved else self.moved.add)(name)
            (self.importable_names.add if is_importable else self.importable_names.discard)(name)
