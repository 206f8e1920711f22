"""The base of a change: the commit, its own configuration, and what was renamed since."""

from __future__ import annotations

import os
import posixpath
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from archguard.configuration import FILE_NAMES, merge_configurations, parse_configuration
from archguard.configuration.calendar import refuse_bad_calendars
from archguard.errors import ConfigurationError
from archguard.graph.discovery import discover
from archguard.graph.roots import AmbiguousRootError, RootNotFoundError
from archguard.ratchet.contract_line import ContractLine
from archguard.ratchet.module_renames import ModuleRenames
from archguard.sources.git.commit import Commit, find_commit, open_at_paths, open_repository
from archguard.sources.git.merge_base import find_merge_base
from archguard.sources.git.renames import (
    compare_work_tree,
    find_renames,
    find_renames_in_index,
)
from archguard.sources.git.staged_tree import StagedTree, list_merge_heads
from archguard.sources.source import is_python_file
from archguard.sources.working_tree import WorkingTree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from archguard.configuration import Configuration
    from archguard.ratchet.recorded_base import RecordedBase
    from archguard.sources.git.renames import Rename, WorkTreeDifferences
    from archguard.sources.git.tree import GitTree
    from archguard.sources.source import Source


class Base(NamedTuple):
    """What a tree is compared with."""

    name: str
    """How the user or the CI service names it."""
    source: Commit
    configuration: Configuration | None
    """The one that the base contains; None if it has none."""
    renames: tuple[Rename, ...] = ()
    modules: ModuleRenames = ModuleRenames()
    notices: tuple[str, ...] = ()
    origin: str = "git"
    """What named the commit: `git` or `server`."""
    record: RecordedBase | None = None
    """What else says which violations are known; it is only compared with what git says."""
    merged: tuple[Base, ...] = ()
    """The other parents of a merge that is not committed yet."""
    differences: WorkTreeDifferences | None = None
    """How a working tree differed from it when it was opened; None of any other tree."""

    def path_to_old(self, path: str) -> str:
        """Return the path that a file or folder of the tree had at the base."""
        return _replace_folder(path, [(rename.new, rename.old) for rename in self.renames])

    def path_to_new(self, path: str) -> str:
        """Return the path that a file or folder of the base has in the tree."""
        return _replace_folder(path, [(rename.old, rename.new) for rename in self.renames])


def open_base(
    root: str,
    rev: str,
    source: Source,
    configuration: Configuration,
    files: Sequence[str],
    *,
    is_selection: bool = False,
) -> Base:
    """Find the merge base of a tree and a revision.

    Args:
        root: the folder in which the roots are looked for.
        rev: the revision of the branch that the change goes into.
        source: the tree that is judged: the working tree at `root`, or a commit.
        configuration: the tree's own configuration.
        files: the files that it was read from.
        is_selection: whether it has only some of their contracts; then no other is compared.

    Raises:
        SourceError: there is no repository, no such revision, or no common ancestor that is known.
    """
    git_dir, prefix = open_repository(root, "--root")
    commit = source.commit or find_commit(git_dir, root, "HEAD", option="--base")
    head = _Head(root, git_dir, prefix, commit, source, configuration, files, is_selection)
    base = head.open_base(find_merge_base(git_dir, root, rev, commit), rev)
    if not isinstance(source, StagedTree):
        return base
    return base._replace(merged=tuple(head.open_base(one, one) for one in list_merge_heads(git_dir)))


class _Head(NamedTuple):
    """The tree that is compared with its base."""

    root: str
    git_dir: str
    prefix: str
    """The path of `root` in the work tree, `folder/` or empty."""
    commit: str
    """The commit that is judged, or that is checked out."""
    source: Source
    configuration: Configuration
    files: Sequence[str]
    """Those that the configuration was read from."""
    is_selection: bool
    """Whether the configuration has only some of their contracts."""

    def open_base(self, commit: str, name: str) -> Base:
        """Return a commit as the base; `name` is how the user names it."""
        source = Commit(self.git_dir, commit, self.prefix)
        own, notices = self._read_configuration(commit)
        if own is not None and self.is_selection:
            own = ContractLine(self.configuration).select(own)
        base = self._add_renames(Base(name, source, own, notices=notices), commit)
        if any(is_python_file(rename.new) for rename in base.renames):
            base = base._replace(modules=_find_module_renames(base, self.source, self.configuration))
        return base

    def _add_renames(self, base: Base, commit: str) -> Base:
        """Return a base with the files that were renamed since its commit."""
        if isinstance(self.source, WorkingTree):
            differences = compare_work_tree(self.root, commit, self.prefix)
            return base._replace(renames=differences.renames, differences=differences)
        if isinstance(self.source, StagedTree):
            renames = find_renames_in_index(self.root, self.source.index, commit, self.prefix)
        else:
            renames = find_renames(self.git_dir, commit, self.commit, self.prefix)
        return base._replace(renames=renames)

    def _read_configuration(self, commit: str) -> tuple[Configuration | None, tuple[str, ...]]:
        """Return the configuration of a base, None if it has no valid one, and what to say of it.

        Args:
            commit: the base.
        """
        open_tree = partial(open_at_paths, self.git_dir, commit)
        try:
            own = read_configuration_at(
                open_tree, self.root, self.prefix, self.files, self.configuration
            )
            if own is not None:
                refuse_bad_calendars(own)
        except ConfigurationError as error:
            return None, (f"The base's configuration is invalid, so nothing can be weakened: {error}",)
        return own, ()


def _find_top(root: str, prefix: str) -> str:
    """Return the top folder of the work tree that a folder is in."""
    top = os.path.realpath(root)
    return top.removesuffix(os.sep + prefix.rstrip("/").replace("/", os.sep)) if prefix else top


def read_configuration_at(
    open_tree: Callable[[Iterable[str]], GitTree],
    root: str,
    prefix: str,
    files: Sequence[str],
    configuration: Configuration,
) -> Configuration | None:
    """Read the configuration that another tree has in the place of the working tree's.

    Args:
        open_tree: returns the other tree, from the top of the repository, of which the paths are read.
        root: the folder in which the roots are looked for.
        prefix: its path in the work tree, `folder/` or empty.
        files: the files that the working tree's configuration was read from.
        configuration: the working tree's.

    Returns:
        None if it has none.

    Raises:
        ConfigurationError: it is invalid.
    """
    top = _find_top(root, prefix)
    places = [os.path.relpath(os.path.realpath(file), top).replace(os.sep, "/") for file in files]
    if any(place.startswith("../") for place in places):
        return configuration  # it is no part of the repository, so no change of it can weaken it
    listed = [_list_candidates(place) for place in places]
    base = open_tree([path for paths in listed for path in paths])
    configurations = [parsed for paths in listed if (parsed := _read_first(base, paths)) is not None]
    return merge_configurations(configurations) if configurations else None


def _list_candidates(place: str) -> list[str]:
    """Return the path of a configuration file, or those that are looked for in its folder."""
    folder, name = posixpath.split(place)
    return [posixpath.join(folder, one) for one in (FILE_NAMES if name in FILE_NAMES else (name,))]


def _read_first(base: GitTree, paths: Sequence[str]) -> Configuration | None:
    """Read the first of some files that holds a configuration."""
    for path, content in zip(paths, base.read(paths), strict=True):
        parsed = parse_configuration(path, content) if isinstance(content, bytes) else None
        if parsed is not None:
            return parsed
    return None


def _find_module_renames(base: Base, source: Source, configuration: Configuration) -> ModuleRenames:
    old = _name_modules(base.source, base.configuration or configuration)
    new = _name_modules(source, configuration)
    pairs = [
        (old[rename.old], new[rename.new])
        for rename in base.renames
        if rename.old in old and rename.new in new
    ]
    return ModuleRenames(pairs, new.values())


def _name_modules(source: Source, configuration: Configuration) -> Mapping[str, str]:
    """Return the name of the module that each file defines."""
    try:
        discovery = discover(source, configuration.root_packages, configuration.source_roots)
    except (RootNotFoundError, AmbiguousRootError):
        return {}
    return {module.path: name for name, module in discovery.modules.items()}


def _replace_folder(path: str, renames: Sequence[tuple[str, str]]) -> str:
    """Return the other path of a file, or of a folder all of whose files moved together."""
    names = dict(renames)
    if path in names:
        return names[path]
    inside = [(old, new) for old, new in renames if old.startswith(f"{path}/")]
    targets = {
        new.removesuffix(old[len(path) :]) if new.endswith(old[len(path) :]) else None
        for old, new in inside
    }
    if len(targets) == 1 and None not in targets:
        return targets.pop() or path
    return path
