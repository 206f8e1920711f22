"""Discovery along a history: only what a commit changed is looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.graph.discovery import (
    AmbiguousRootError,
    Module,
    Modules,
    Root,
    RootNotFoundError,
    Unread,
    files_of,
    find_root,
    inner_roots,
    outermost,
    root_of,
    what_is,
)
from archguard.sources.source import is_python_file, module_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence, Set

    from archguard.sources.git.history import Change
    from archguard.sources.git.tree import Tree


@dataclass(frozen=True, slots=True)
class Version:
    """A module as it stood at some commits: its file, and the object id of its content."""

    module: Module
    blob: str
    """A link's is that of the file that it leads to; one that leads to nothing is no module."""


@dataclass(frozen=True, slots=True)
class Step:
    """How the modules of one commit differ from those of the one before it."""

    changed: dict[str, Version | None]
    """Each module that is new, gone (None) or another version."""
    added: frozenset[str]
    """New names: of modules, and of folders that hold some."""
    removed: frozenset[str]
    unread: tuple[tuple[Unread, str | None], ...]
    """Every file that is no module, and the object id of its content."""
    roots: tuple[Root, ...]
    """Those that exist."""

    @property
    def is_empty(self) -> bool:
        """Whether no module and no name changed."""
        return not (self.changed or self.added or self.removed)


class IncrementalDiscovery:
    """Follows the modules of some roots from commit to commit."""

    def __init__(self, tree: Tree, root_names: Sequence[str], source_roots: Sequence[str]) -> None:
        """Begin with a tree that nobody else changes."""
        self.ambiguous: dict[str, str] = {}
        """Roots that stood in several places at some commit, and a sentence that says so."""
        self._tree = tree
        self._root_names = tuple(root_names)
        self._source_roots = tuple(source_roots)
        self._roots: tuple[Root, ...] = ()
        self._standing: dict[str, Root | None] = {}
        self._outermost: list[Root] = []
        self._tops: tuple[str, ...] = ()
        self._found = Modules(())
        self._versions: dict[str, Version] = {}
        self._unread: tuple[tuple[Unread, str | None], ...] = ()

    def step(self, changes: Sequence[Change]) -> Step:
        """Change the tree, and say what that changed of the modules.

        Raises:
            SourceError: a root's name is none.
        """
        specials = self._tree.special_files()
        moved = self._tree.change(changes)
        specials |= self._tree.special_files()
        # What a link is depends on paths that it does not tell.
        paths = {path for path, _ in changes}
        parts = {part for path in paths | specials for part in path.split("/")}
        if (moved or specials) and self._roots_moved(parts):
            touched = self._find_again()
        else:
            paths = {path for path in paths if is_python_file(path) and path.startswith(self._tops)}
            touched = {name for path in sorted(paths | specials) for name in self._look_again(path)}
        if moved or self._unread:
            self._unread = tuple((one, self._tree.blob(one.path)) for one in self._found.unread())
        nodes, self._found.moved = self._found.moved, set()
        return Step(
            changed=dict(self._compare(touched)),
            added=frozenset(nodes & self._found.nodes),
            removed=frozenset(nodes - self._found.nodes),
            unread=self._unread,
            roots=self._roots,
        )

    def _roots_moved(self, touched: Set[str]) -> bool:
        """Whether a root stands elsewhere once paths with these parts have changed."""
        for name in self._root_names:
            last = name.rpartition(".")[2]
            # Where a root stands is told by the paths that lead to it, or below it.
            if name not in self._standing or last in touched or module_file(last) in touched:
                self._standing[name] = self._find(name)
        roots = tuple(root for root in self._standing.values() if root is not None)
        if not self._source_roots:  # where `check` says so, and gives no verdict
            inner = inner_roots(roots)
            roots = tuple(root for root in roots if root not in inner)
        moved = roots != self._roots
        self._roots = roots
        return moved

    def _find(self, name: str) -> Root | None:
        try:
            return find_root(self._tree, name, self._source_roots)
        except RootNotFoundError:
            return None  # not yet, or no more
        except AmbiguousRootError as error:
            # One that only a search would find in two places is not there.
            places = str(error).partition(": say which")[0]
            self.ambiguous.setdefault(
                name,
                f"{places} at some commit, and counts as missing there: say which with "
                "source_roots in [tool.archguard].",
            )
            return None

    def _find_again(self) -> set[str]:
        """Look at every file of the roots; the modules that there were or are."""
        before = self._found
        self._found = Modules(self._roots)
        self._outermost = outermost(self._roots)
        self._tops = tuple(
            root.path if root.is_single_module else f"{root.path}/" for root in self._outermost
        )
        for root in self._outermost:
            for one in files_of(self._tree, root, self._outermost):
                self._found.put(one)
        self._found.moved = before.nodes ^ self._found.nodes
        return {*before.modules, *self._found.modules}

    def _look_again(self, path: str) -> Iterator[str]:
        """Look at one file; the modules that it was or is."""
        entry = self._tree.entry(path)
        known = self._found.module_at(path)
        if known is not None and entry is not None and entry.unread is None:
            yield known.name  # as before, but for its content
            return
        before = self._found.drop(path)
        if isinstance(before, Module):
            yield before.name
        if entry is None:
            return
        root = root_of(path, self._outermost)
        if root is not None:
            found = what_is(entry, root)
            self._found.put(found)
            if isinstance(found, Module):
                yield found.name

    def _compare(self, names: Iterable[str]) -> Iterator[tuple[str, Version | None]]:
        for name in sorted(names):
            module = self._found.modules.get(name)
            version = None if module is None else Version(module, self._tree.blob(module.path) or "")
            if version != self._versions.get(name):
                yield name, version
                if version is None:
                    del self._versions[name]
                else:
                    self._versions[name] = version
