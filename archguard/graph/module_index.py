"""The modules below some roots, one file at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archguard.graph.roots import Root


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


class ModuleIndex:
    """The modules below some roots, updated one file at a time."""

    def __init__(self, roots: Iterable[Root]) -> None:
        """Create an empty index.

        Args:
            roots: those that the files will be below.
        """
        self.modules: dict[str, Module] = {}
        self.importable_names: set[str] = set()
        """The names of the modules, and of the folders that contain modules and no `__init__.py`."""
        self.moved: set[str] = set()
        """The names that were added to or removed from `importable_names` since this was last emptied.

        A name that was both added and removed is not in it.
        """
        self._root_names = {root.name for root in roots}
        self._files: dict[str, Module | UnusableFile] = {}
        self._unusable: dict[str, UnusableFile] = {}
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
            self._unusable[file.path] = file
            return
        candidates = self._candidates.setdefault(file.name, [])
        candidates.append(file)
        if len(candidates) == 1:
            self._count(file.name, 1)
        self._choose(file.name, candidates)

    def module_at(self, path: str) -> Module | None:
        """Return the module that was added for a path."""
        file = self._files.get(path)
        return file if isinstance(file, Module) else None

    def remove(self, path: str) -> Module | UnusableFile | None:
        """Remove what was added for a path, and return it."""
        file = self._files.pop(path, None)
        if isinstance(file, UnusableFile):
            del self._unusable[path]
        elif file is not None:
            candidates = self._candidates[file.name]
            candidates.remove(file)
            if not candidates:
                del self._candidates[file.name]
                self._count(file.name, -1)
            self._choose(file.name, candidates)
        return file

    def unread(self) -> tuple[UnusableFile, ...]:
        """Return the files that are not modules, sorted by path."""
        # Python imports the package and never sees the module of the same name.
        hidden = [
            UnusableFile(module.path, self.modules[name].describe_hiding())
            for name in self._ambiguous
            for module in self._candidates[name]
            if module is not self.modules[name]
        ]
        return tuple(sorted([*self._unusable.values(), *hidden]))

    def _choose(self, name: str, candidates: Sequence[Module]) -> None:
        if len(candidates) > 1:
            self.modules[name] = max(candidates, key=lambda module: module.is_package)
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

    def _update_importable(self, name: str) -> None:
        is_importable = name in self.modules or name in self._children
        if is_importable != (name in self.importable_names):
            (self.moved.discard if name in self.moved else self.moved.add)(name)
            (self.importable_names.add if is_importable else self.importable_names.discard)(name)
