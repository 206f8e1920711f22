"""Discovery along a history: only what a commit changes is looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.graph.discovery import (
    AmbiguousRootError,
    Module,
    ModuleIndex,
    Root,
    RootNotFoundError,
    UnusableFile,
    classify_entry,
    classify_files,
    find_nearest_root,
    find_nested_roots,
    find_outermost_roots,
    find_root,
)
from archguard.sources.source import module_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence, Set

    from archguard.sources.git.history import FileChange
    from archguard.sources.git.tree import GitTree


@dataclass(frozen=True, slots=True)
class ModuleVersion:
    """A module with one particular content."""

    module: Module
    blob: str
    """The object id of the content; for a link, of the content of the file that it leads to."""


@dataclass(frozen=True, slots=True)
class ModuleChanges:
    """How the modules of a commit differ from those of the commit before it."""

    changed: dict[str, ModuleVersion | None]
    """Each module that is new, has another version, or is gone (None), by name."""
    added: frozenset[str]
    """The new names of modules, and of folders that contain some."""
    removed: frozenset[str]
    unread: tuple[tuple[UnusableFile, str | None], ...]
    """Every file that is not a module at this commit, and the object id of its content."""
    roots: tuple[Root, ...]
    """The roots that exist at this commit."""
    foreign: frozenset[str] = frozenset()
    """See `archguard.graph.discovery.Discovery`."""

    @property
    def is_empty(self) -> bool:
        """Whether no module and no name changed."""
        return not (self.changed or self.added or self.removed)


class IncrementalDiscovery:
    """The modules of some roots, updated from commit to commit."""

    def __init__(self, tree: GitTree, root_names: Sequence[str], source_roots: Sequence[str]) -> None:
        """Start before the first commit.

        Args:
            tree: an empty tree, to be changed by this object only.
            root_names: see `archguard.graph.discovery.discover`.
            source_roots: see there, too.
        """
        self.ambiguous_roots: dict[str, str] = {}
        """Name of a root that existed in several places at some commit -> a warning about it."""
        self._tree = tree
        self._root_names = tuple(root_names)
        self._source_roots = tuple(source_roots)
        self._roots: tuple[Root, ...] = ()
        self._roots_by_name: dict[str, Root | None] = {}
        self._outermost: list[Root] = []
        self._path_prefixes: tuple[str, ...] = ()
        self._index = ModuleIndex(())
        self._versions: dict[str, ModuleVersion] = {}
        self._unread: tuple[tuple[UnusableFile, str | None], ...] = ()

    def advance(self, changes: Sequence[FileChange]) -> ModuleChanges:
        """Apply a commit's changes to the tree, and return how they change the modules.

        Raises:
            SourceError: the name of a root cannot be a module's.
        """
        special_paths = self._tree.list_special_paths()
        paths_moved = self._tree.apply(changes)
        special_paths |= self._tree.list_special_paths()
        # What a link leads to may depend on any path.
        paths = {path for path, _ in changes}
        parts = {part for path in paths | special_paths for part in path.split("/")}
        if (paths_moved or special_paths) and self._update_roots(parts):
            touched = self._classify_all()
        else:
            paths = {path for path in paths if path.startswith(self._path_prefixes)}
            touched = {name for path in sorted(paths | special_paths) for name in self._classify(path)}
        self._unread = tuple((file, self._tree.get_blob(file.path)) for file in self._index.unread())
        names, self._index.moved = self._index.moved, set()
        return ModuleChanges(
            changed=dict(self._compare(touched)),
            added=frozenset(names & self._index.importable_names),
            removed=frozenset(names - self._index.importable_names),
            unread=self._unread,
            roots=self._roots,
            foreign=self._index.foreign(),
        )

    def _update_roots(self, changed_parts: Set[str]) -> bool:
        """Find the roots whose paths have a changed part; return whether any root moved."""
        for name in self._root_names:
            last = name.rpartition(".")[2]
            # Every path to a root, or below it, has the last part of its name.
            if (
                name not in self._roots_by_name
                or last in changed_parts
                or module_file(last) in changed_parts
            ):
                self._roots_by_name[name] = self._find(name)
        roots = tuple(root for root in self._roots_by_name.values() if root is not None)
        if not self._source_roots:  # `check` would raise an error for nested roots
            nested = find_nested_roots(roots)
            roots = tuple(root for root in roots if root not in nested)
        moved = roots != self._roots
        self._roots = roots
        return moved

    def _find(self, name: str) -> Root | None:
        try:
            return find_root(self._tree, name, self._source_roots)
        except RootNotFoundError:
            return None  # not at this commit
        except AmbiguousRootError as error:
            self.ambiguous_roots.setdefault(
                name,
                f"{error.sentence} at some commit and counts as missing there; choose one with "
                "source_roots in [tool.archguard].",
            )
            return None

    def _classify_all(self) -> set[str]:
        """Classify every file of the roots again; return the names of all modules before and now."""
        before = self._index
        self._index = ModuleIndex(self._roots)
        self._outermost = find_outermost_roots(self._roots)
        self._path_prefixes = tuple(
            root.path if root.is_single_module else f"{root.path}/" for root in self._outermost
        )
        for root in self._outermost:
            for file in classify_files(self._tree, root, self._outermost):
                self._index.add(file)
        self._index.moved = before.importable_names ^ self._index.importable_names
        return {*before.modules, *self._index.modules}

    def _classify(self, path: str) -> Iterator[str]:
        """Classify one file again; yield the names of the modules that it was and is."""
        entry = self._tree.get_entry(path)
        known = self._index.module_at(path)
        if known is not None and entry is not None and entry.unread is None:
            yield known.name  # only its content changed
            return
        before = self._index.remove(path)
        if isinstance(before, Module):
            yield before.name
        if entry is None:
            return
        root = find_nearest_root(path, self._outermost)
        if root is not None:
            file = classify_entry(entry, root)
            self._index.add(file)
            if isinstance(file, Module):
                yield file.name

    def _compare(self, names: Iterable[str]) -> Iterator[tuple[str, ModuleVersion | None]]:
        """Yield the modules of these names that changed, with their versions now."""
        for name in sorted(names):
            module = self._index.modules.get(name)
            version = (
                None if module is None else ModuleVersion(module, self._tree.get_blob(module.path) or "")
            )
            if version != self._versions.get(name):
                yield name, version
                if version is None:
                    del self._versions[name]
                else:
                    self._versions[name] = version
