"""Discovery along a history: only what a commit changes is looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.graph.discovery import classify_entry, index_modules
from archguard.graph.exclusion import FilteredTree, compile_patterns
from archguard.graph.module_index import Module, ModuleIndex, UnusableFile
from archguard.graph.roots import (
    PROJECT_FILES,
    AmbiguousRootError,
    NamespaceFiles,
    Places,
    Root,
    RootNotFoundError,
    complete_places,
    find_nearest_root,
    find_outermost_roots,
    find_places,
)
from archguard.sources.source import is_python_file, may_hold_python

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
    """The places of the roots that exist at this commit."""
    found_roots: frozenset[str] = frozenset()
    """The names of the roots that exist at this commit, whether or not they hold a module."""
    ambiguous_roots: frozenset[str] = frozenset()
    """The names of the roots that hold several files of the same module."""
    foreign: frozenset[str] = frozenset()
    """See `archguard.graph.discovery.Discovery`."""

    @property
    def is_empty(self) -> bool:
        """Whether no module and no name changed."""
        return not (self.changed or self.added or self.removed)


class IncrementalDiscovery:
    """The modules of some roots, updated from commit to commit."""

    def __init__(
        self,
        tree: GitTree,
        root_names: Sequence[str],
        source_roots: Sequence[str],
        exclude: Sequence[str] = (),
    ) -> None:
        """Start before the first commit.

        Args:
            tree: an empty tree, to be changed by this object only.
            root_names: see `archguard.graph.discovery.discover`.
            source_roots: see there, too.
            exclude: see there, too.
        """
        self.ambiguous_roots: dict[str, str] = {}
        """Name of a root that was ambiguous at some commit -> a warning about it."""
        self._tree = tree
        self._filtered = FilteredTree(tree, exclude) if exclude else tree
        self._has_exclusions = bool(exclude)
        self._excludes = compile_patterns(tuple(exclude)).fullmatch
        self._root_names = tuple(root_names)
        self._source_roots = tuple(source_roots)
        self._namespaces = NamespaceFiles(tree, tree.has_namesake)
        self._found: dict[str, Places] = {}
        """The places of each root, none if it does not exist, whatever the other roots are."""
        self._places: dict[str, Places] = {}
        self._roots: tuple[Root, ...] = ()
        self._outermost: list[Root] = []
        self._ambiguous: frozenset[str] = frozenset()
        self._is_merged = False
        """Whether a root has several places, so that one file can hide others."""
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
        all_paths = {path for path, _ in changes}
        # Whether an `__init__.py` makes a namespace depends on its content.
        namespaces_changed = self._namespaces.forget(all_paths)
        namespaces_changed |= self._namespaces.forget(special_paths)
        # What a link leads to may depend on any path.
        may_move_roots = paths_moved or namespaces_changed or special_paths
        paths = {
            path
            for path in all_paths
            if may_hold_python(path)
            and path.startswith(self._path_prefixes)
            and not self._excludes(path)
        }
        # Whether a file without a suffix is a script depends on its content.
        files_moved = bool(paths) and (paths_moved or not all(map(is_python_file, paths)))
        if (may_move_roots and self._update_places(all_paths | special_paths)) or (
            self._is_merged and (namespaces_changed or special_paths or files_moved)
        ):
            touched = self._classify_all()
        else:
            paths |= special_paths
            if self._has_exclusions:
                paths = {path for path in paths if not self._excludes(path)}
            touched = {name for path in sorted(paths) for name in self._classify(path)}
        self._unread = tuple((file, self._tree.get_blob(file.path)) for file in self._index.unread())
        names, self._index.moved = self._index.moved, set()
        return ModuleChanges(
            changed=dict(self._compare(touched)),
            added=frozenset(names & self._index.importable_names),
            removed=frozenset(names - self._index.importable_names),
            unread=self._unread,
            roots=self._roots,
            found_roots=frozenset(self._places) - self._ambiguous,
            ambiguous_roots=self._ambiguous,
            foreign=self._index.foreign(),
        )

    def _update_places(self, changed_paths: Set[str]) -> bool:
        """Find the roots whose paths have a changed part; return whether any place changed."""
        names = {path.rpartition("/")[2] for path in changed_paths}
        # What a folder holds besides the root says whether it is a project.
        all_changed = not names.isdisjoint(PROJECT_FILES)
        for name in self._root_names:
            if all_changed or name not in self._found or self._may_move(name, changed_paths):
                self._found[name] = self._find(name)
        existing = {name: places for name, places in self._found.items() if places}
        # `check` would raise an error for nested roots.
        before = self._places
        self._places, _ = complete_places(existing, may_be_nested=bool(self._source_roots))
        return self._places != before

    def _may_move(self, name: str, changed_paths: Set[str]) -> bool:
        """Return whether a change of some paths can change the places of a root that was looked for."""
        last = name.rpartition(".")[2]
        places = self._found[name]
        folders = tuple(f"{root.path}/" for root in places)
        for path in changed_paths:
            # Every path to a root, or below it, has the last part of its name.
            if last not in path:
                continue
            inside = next((path[len(folder) :] for folder in folders if path.startswith(folder)), None)
            # What is deep inside the root's folder does not decide whether that is the root.
            if inside is None or "/" not in inside or last in inside:
                return True
        return not all(
            root.is_single_module or self._filtered.holds_python(root.path) for root in places
        )

    def _find(self, name: str) -> Places:
        try:
            return find_places(self._filtered, name, self._source_roots, self._namespaces)
        except RootNotFoundError:
            return ()  # not at this commit

    def _classify_all(self) -> set[str]:
        """Classify every file of the roots again; return the names of all modules before and now."""
        before = self._index
        indexed = index_modules(
            self._filtered, self._places, self._namespaces, is_ordered=bool(self._source_roots)
        )
        self._index, self._roots = indexed.modules, indexed.roots
        self._warn(indexed.errors)
        all_places = [root for places in self._places.values() for root in places]
        self._outermost = find_outermost_roots(all_places)
        self._is_merged = len({root.name for root in self._outermost}) < len(self._outermost)
        self._path_prefixes = tuple(
            root.path if root.is_single_module else f"{root.path}/" for root in self._outermost
        )
        self._index.moved = before.importable_names ^ self._index.importable_names
        return {*before.modules, *self._index.modules}

    def _warn(self, errors: dict[str, AmbiguousRootError]) -> None:
        self._ambiguous = frozenset(
            name for name in self._places if any(f"{name}.".startswith(f"{outer}.") for outer in errors)
        )
        for name, error in errors.items():
            self.ambiguous_roots.setdefault(
                name,
                f"{error.sentence}, at some commit; there is no verdict there. List the folders in "
                "source_roots of [tool.archguard] in the order of Python's path, or leave one out with "
                "exclude.",
            )

    def _classify(self, path: str) -> Iterator[str]:
        """Classify one file again; yield the names of the modules that it was and is."""
        entry = self._tree.get_entry(path)
        known = self._index.module_at(path)
        if known is not None and entry is not None and entry.unread is None:
            yield known.name  # only its content changed
            return
        if self._is_merged:
            return  # only the content of a hidden file changed
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
