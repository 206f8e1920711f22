"""Find every module below the roots, without importing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.graph.module_expressions import is_within
from archguard.graph.module_index import Module, ModuleIndex, UnusableFile
from archguard.graph.roots import (
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
from archguard.sources.source import name_stem, place_name, remove_suffix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from archguard.graph.exclusion import FilteredTree
    from archguard.graph.portions import PortionMerger
    from archguard.sources.source import FileEntry, FileTree, ReadableTree

__all__ = [
    "AmbiguousRootError",
    "Discovery",
    "Module",
    "Root",
    "RootNotFoundError",
    "UnusableFile",
    "discover",
]


class Discovery(NamedTuple):
    """The modules below the roots, told by the names and kinds of files, not their contents."""

    roots: tuple[Root, ...]
    """Each place of each root that holds a module."""
    modules: dict[str, Module]
    namespaces: frozenset[str]
    """The names that can be imported without a Python source: folders without one, and `foreign`."""
    unread: tuple[UnusableFile, ...]
    """Sorted by path."""
    places: tuple[Root, ...] = ()
    """Each place of each root, those included in which everything is hidden by others."""
    excluded: tuple[str, ...] = ()
    """The files below the places that are excluded, sorted."""
    foreign: frozenset[str] = frozenset()
    """The names of modules that exist as a stub, Cython source or compiled, and not as Python source."""

    @property
    def importable_names(self) -> frozenset[str]:
        """The names of the modules and namespaces."""
        return self.namespaces | self.modules.keys()


def discover(
    source: ReadableTree,
    root_names: Sequence[str],
    source_roots: Sequence[str],
    exclude: Sequence[str] = (),
) -> Discovery:
    """Find the roots and their modules.

    Args:
        source: the tree to search.
        root_names: import names of the roots, such as `a` or `namespace.a`.
        source_roots: see `find_places`.
        exclude: the patterns of files that are left out.

    Raises:
        RootNotFoundError: a root does not exist.
        AmbiguousRootError: two files would be the same module.
    """
    filtered = _filter(source, exclude) if exclude else None
    tree = filtered or source
    namespaces = NamespaceFiles(tree)
    places = {name: find_places(tree, name, source_roots, namespaces) for name in root_names}
    places_by_name, not_found = complete_places(places, may_be_nested=bool(source_roots))
    for error in not_found.values():
        raise error
    indexed = index_modules(tree, places_by_name, namespaces, is_ordered=bool(source_roots))
    for ambiguous in indexed.errors.values():
        raise ambiguous
    index = indexed.modules
    return Discovery(
        roots=indexed.roots,
        modules=dict(sorted(index.modules.items())),
        namespaces=frozenset(index.importable_names.difference(index.modules)),
        unread=index.unread(),
        places=tuple(root for places in places_by_name.values() for root in places),
        excluded=tuple(sorted(filtered.excluded)) if filtered else (),
        foreign=index.foreign(),
    )


def _filter(source: ReadableTree, exclude: Sequence[str]) -> FilteredTree:
    from archguard.graph.exclusion import FilteredTree  # noqa: PLC0415 (rarely needed)

    return FilteredTree(source, exclude)


class IndexedRoots(NamedTuple):
    """The modules of the roots that are not ambiguous."""

    modules: ModuleIndex
    roots: tuple[Root, ...]
    """Each place of each root that holds a module."""
    errors: dict[str, AmbiguousRootError]
    """The names of the ambiguous roots, each with the error."""


def index_modules(
    tree: FileTree,
    places_by_name: Mapping[str, Places],
    namespaces: NamespaceFiles,
    *,
    is_ordered: bool,
) -> IndexedRoots:
    """Find the modules below the places of some roots.

    Args:
        tree: the tree.
        places_by_name: the places of each root.
        namespaces: reads `__init__.py` files.
        is_ordered: whether the places of a root have the order in which Python would search them.
    """
    all_places = [root for places in places_by_name.values() for root in places]
    outermost = find_outermost_roots(all_places)
    index = ModuleIndex(all_places)
    errors: dict[str, AmbiguousRootError] = {}
    merged: list[str] = []
    for name in dict.fromkeys(root.name for root in outermost):
        places = [root for root in outermost if root.name == name]
        files_by_place = [list(classify_files(tree, root, outermost)) for root in places]
        if len(places) > 1:
            merged.append(name)
            try:
                files_by_place = _merge(places, files_by_place, namespaces, is_ordered=is_ordered)
            except AmbiguousRootError as error:
                errors[name] = error
                continue
        for files in files_by_place:
            for file in files:
                index.add(file)
    return IndexedRoots(index, tuple(_select_roots(all_places, index, merged, errors)), errors)


def _merge(
    places: Sequence[Root],
    files_by_place: Sequence[Sequence[Module | UnusableFile]],
    namespaces: NamespaceFiles,
    *,
    is_ordered: bool,
) -> list[list[Module | UnusableFile]]:
    """Return the files of each place of a root, with those marked as unusable that Python never sees."""
    from archguard.graph.portions import Portion, PortionMerger  # noqa: PLC0415 (rarely needed)

    merger = PortionMerger(
        [
            Portion(root, [file for file in files if isinstance(file, Module)])
            for root, files in zip(places, files_by_place, strict=True)
        ],
        namespaces.merges,
        is_ordered=is_ordered,
    )
    return [
        [_mark_hidden(file, number, merger) for file in files]
        for number, files in enumerate(files_by_place)
    ]


def _mark_hidden(
    file: Module | UnusableFile, number: int, merger: PortionMerger
) -> Module | UnusableFile:
    if isinstance(file, UnusableFile) and not file.is_foreign:
        return file
    hiding = merger.find_hiding(Module(file.name, file.path, file.is_package), number)
    if hiding is None or (isinstance(file, UnusableFile) and hiding.name == file.name):
        return file  # a stub beside its module is not hidden by it
    return UnusableFile(file.path, hiding.describe_hiding(), file.name, file.is_package)


def _select_roots(
    places: Iterable[Root], index: ModuleIndex, merged: Iterable[str], errors: Mapping[str, object]
) -> Iterator[Root]:
    """Yield the places that hold a module; of roots with a single place, that place in any case."""
    for root in places:
        outermost = next((name for name in (*merged, *errors) if is_within(root.name, name)), None)
        if outermost in errors:
            continue
        if outermost is None or any(root.contains(one.path) for one in index.modules.values()):
            yield root


def classify_files(
    source: FileTree, root: Root, roots: Sequence[Root]
) -> Iterator[Module | UnusableFile]:
    """Yield each file of a root, as a module or not, but not those that belong to another of `roots`."""
    if root.is_single_module:
        yield Module(root.name, root.path, is_package=False)
        return
    inner_roots = [other for other in roots if other.path.startswith(f"{root.path}/")]
    for entry in source.find_python_files(root.path):
        if not inner_roots or find_nearest_root(entry.path, inner_roots) is None:
            yield classify_entry(entry, root)


def classify_entry(entry: FileEntry, root: Root) -> Module | UnusableFile:
    """Return the module that a file below a root defines, or why it cannot be one."""
    if entry.path == root.path:
        return Module(root.name, root.path, is_package=False)
    relative_path = entry.path[len(root.path) + 1 :]
    stem = remove_suffix(relative_path)
    if reason := entry.unread or _why_unusable(relative_path, stem):
        return UnusableFile(entry.path, reason, *place_name(relative_path, root.name))
    name, is_package = name_stem(f"{root.name}/{stem}")
    return Module(name, entry.path, is_package)


def _why_unusable(path: str, stem: str) -> str | None:
    """Return why no module can have a path, which is also given without its suffix; None if one can."""
    if stem.isascii() and stem.isprintable() and stem and "." not in stem and not stem.endswith("/"):
        return None
    try:
        path.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    if not path.isprintable():
        return "its name holds a control character"
    *folders, file = stem.split("/")
    if "." in file or not file:
        return "its name holds a dot, so it cannot be imported"
    if any("." in folder for folder in folders):
        return "a folder's name holds a dot, so it cannot be imported"
    return None
