"""Find the places of root packages by their paths, without importing anything."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from archguard.errors import SourceError
from archguard.sources.source import (
    SKIPPED_FOLDERS,
    PathKind,
    is_python_file,
    module_file,
    package_folder,
    remove_suffix,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from archguard.sources.source import ReadableTree

DEFAULT_SOURCE_ROOTS = ("", "src")
PROJECT_FILES = ("pyproject.toml", module_file("setup"))
"""The files that make a folder a project."""
_SEARCH_DEPTH = 4
"""How many folders deep a root may be if it is in none of the default source roots."""
_LISTED_PATHS = 6
_MAX_INIT_BYTES = 1_000_000
# https://packaging.python.org/en/latest/guides/packaging-namespace-packages/
_MERGING = re.compile(rb"\b(?:extend_path|declare_namespace)\s*\(")


class RootNotFoundError(SourceError):
    """A root package does not exist."""

    def __init__(self, name: str, message: str) -> None:
        """Keep the name of the root."""
        self.name = name
        super().__init__(message)


class AmbiguousRootError(SourceError):
    """What Python takes of the places of a root depends on its path, which nobody can know here."""

    def __init__(self, name: str, places: Iterable[Root], conflict: str) -> None:
        """Name the places, and say what depends on the path."""
        folders = join_some(sorted({root.path for root in places}))
        self.sentence = f"root package {name!r} exists in several places ({folders}), and {conflict}"
        super().__init__(
            f"{self.sentence}; list the folders in source_roots of [tool.archguard] in the order of "
            "Python's path, check each project in a run of its own with --root, or leave one out with "
            "exclude."
        )


class Root(NamedTuple):
    """A root package in one place, or a root that is a single module."""

    name: str
    path: str
    """Its folder, or its file."""

    @property
    def is_single_module(self) -> bool:
        """Whether the root is a file, not a folder."""
        return is_python_file(self.path)

    @property
    def folder(self) -> str:
        """The folder that holds the root, and that Python would have on its path; empty for the top."""
        return remove_suffix(self.path).removesuffix(package_folder(self.name)).rstrip("/")

    @property
    def init_file(self) -> str:
        """The path of the file that makes the folder a regular package."""
        return f"{self.path}/{module_file('__init__')}"

    def contains(self, path: str) -> bool:
        """Return whether a file or folder is the root, or below it."""
        return path == self.path or path.startswith(f"{self.path}/")


Places = tuple[Root, ...]
"""The places of one root, in the order of Python's path if that is known."""


class NamespaceFiles:
    """Tells which `__init__.py` files make their package a namespace, by pkgutil or pkg_resources."""

    def __init__(self, tree: ReadableTree, has_namesake: Callable[[str], bool] = lambda _: True) -> None:
        """Read none of the tree's files yet.

        Args:
            tree: the tree.
            has_namesake: whether there may be another folder of the same name; for a package without
                one nothing depends on the answer, and no file need be read.
        """
        self._tree = tree
        self._has_namesake = has_namesake
        self._merging: dict[str, bool] = {}

    def forget(self, paths: Container[str]) -> bool:
        """Read these files again when they are asked for; return whether any was read before."""
        known = [path for path in self._merging if path in paths]  # few were read
        for path in known:
            del self._merging[path]
        return bool(known)

    def merges(self, path: str) -> bool:
        """Return whether an `__init__.py` adds the other folders of its name to the package."""
        if path not in self._merging:
            if not self._has_namesake(path.rpartition("/")[0]):
                return False
            (content,) = self._tree.read([path], _MAX_INIT_BYTES)
            self._merging[path] = isinstance(content, bytes) and _MERGING.search(content) is not None
        return self._merging[path]


def find_places(
    tree: ReadableTree, name: str, source_roots: Sequence[str], namespaces: NamespaceFiles
) -> Places:
    """Find the places of a root by its name, those first that Python would search first.

    Args:
        tree: the tree to search.
        name: the import name, such as `a` or `namespace.a`.
        source_roots: the folders to look in; if empty, the top folder and `src/`, then every folder up
            to four levels deep unless those two hold a package that ends Python's search.
        namespaces: reads `__init__.py` files.

    Raises:
        RootNotFoundError: it does not exist.
        SourceError: its name cannot be a module's.
    """
    if not name or not all(part.isidentifier() for part in name.split(".")):
        raise SourceError(f"root package {name!r} is not a valid module name.")
    search = _PlaceSearch(tree, name, namespaces)
    if source_roots:
        folders = dict.fromkeys(map(_normalize, source_roots))
        places = [root for folder in folders for root in search.list_places(folder)]
    else:
        places = list(search.search_everywhere())
    places = [root for root in places if search.holds_python(root)] or places[:1]
    # A folder with a pyproject.toml is a package only if there is no other: `core/` of `core/core/`.
    places = [root for root in places if not search.is_project(root)] or places
    if not places:
        raise RootNotFoundError(
            name,
            f"root package {name!r} does not exist: no folder {package_folder(name)}/ and no file "
            f"{module_file(name)} under --root, {_describe_places(source_roots)}.",
        )
    return tuple(places)


class _PlaceSearch:
    """The search for the places of one root."""

    def __init__(self, tree: ReadableTree, name: str, namespaces: NamespaceFiles) -> None:
        self._tree = tree
        self._name = name
        self._namespaces = namespaces

    def holds_python(self, root: Root) -> bool:
        return root.is_single_module or self._tree.holds_python(root.path)

    def is_project(self, root: Root) -> bool:
        """Return whether a folder is a project's, and does not say that it is a package as well."""
        if root.is_single_module or self._is_file(root.init_file):
            return False
        return self._holds_project(root.path)

    def list_places(self, folder: str) -> list[Root]:
        """Return the package and the module of the root's name in a folder, the one first that wins."""
        package = Root(self._name, _join(folder, package_folder(self._name)))
        module = Root(self._name, _join(folder, module_file(self._name)))
        places = [module] if self._is_file(module.path) else []
        if self._tree.get_kind(package.path) is PathKind.FOLDER and not self._holds_package(package):
            # A module beside a folder without `__init__.py` wins.
            places.insert(0 if not places or self._is_file(package.init_file) else 1, package)
        return places

    def search_everywhere(self) -> Iterator[Root]:
        """Yield the places in the default source roots, and in other folders if Python would go on."""
        places = [root for folder in DEFAULT_SOURCE_ROOTS for root in self.list_places(folder)]
        yield from places
        if not any(map(self._ends_search, places)):
            inner = [root.path for root in places]
            known = any(map(self.holds_python, places))
            is_package = any(self._is_file(root.init_file) for root in places)
            for root in self._search("", inner, _SEARCH_DEPTH, projects_only=known):
                if not (is_package and root.is_single_module):  # a module is no portion of a package
                    yield root

    def _search(
        self, folder: str, inner: Container[str], depth: int, *, projects_only: bool
    ) -> Iterator[Root]:
        """Yield the places below a folder.

        Args:
            folder: where to search.
            inner: the places that were found already: what is inside one is a part of it.
            depth: how many folders deep.
            projects_only: whether a place counts only if its folder is surely on Python's path.
        """
        for child in self._tree.list_folders(folder):
            path = _join(folder, child)
            if child.startswith(".") or child in SKIPPED_FOLDERS or path in inner:
                continue
            places = [] if path in DEFAULT_SOURCE_ROOTS else self.list_places(path)
            if projects_only and not (child == "src" or self._holds_project(path)):
                places = []
            yield from places
            if depth > 1 and not any(map(self._ends_search, places)):
                yield from self._search(
                    path,
                    [root.path for root in places] or inner,
                    depth - 1,
                    projects_only=projects_only or any(map(self.holds_python, places)),
                )

    def _ends_search(self, root: Root) -> bool:
        """Return whether Python looks no further once it has found this."""
        if root.is_single_module:
            return True
        return self._is_file(root.init_file) and not self._namespaces.merges(root.init_file)

    def _holds_project(self, folder: str) -> bool:
        return any(self._is_file(_join(folder, file)) for file in PROJECT_FILES)

    def _holds_package(self, root: Root) -> bool:
        """Return whether a folder is a project that holds the package of its own name."""
        if not self._holds_project(root.path):
            return False
        return any(
            self.holds_python(Root(self._name, path))
            for source_root in DEFAULT_SOURCE_ROOTS
            if self._tree.get_kind(
                path := _join(_join(root.path, source_root), package_folder(self._name))
            )
            is PathKind.FOLDER
        )

    def _is_file(self, path: str) -> bool:
        return self._tree.get_kind(path) is PathKind.FILE


def complete_places(
    places_by_name: Mapping[str, Places], *, may_be_nested: bool
) -> tuple[dict[str, Places], dict[str, RootNotFoundError]]:
    """Return the places that count of each root, and the error of each root that has none.

    Args:
        places_by_name: the places that were found for each root.
        may_be_nested: whether a root may be in the folder of another one, as `source_roots` can say.
    """
    places_by_name = {name: _add_outer_places(name, places_by_name) for name in places_by_name}
    if may_be_nested:
        return places_by_name, {}
    complete, errors = {}, {}
    for name, places in places_by_name.items():
        others = [
            other
            for other_name, roots in places_by_name.items()
            if not _is_part(name, other_name)
            for other in roots
        ]
        complete[name] = tuple(root for root in places if not any(_is_inside(root, o) for o in others))
        if not complete[name]:
            del complete[name]
            errors[name] = _make_nested_error(places[0], others)
    return complete, errors


def _add_outer_places(name: str, places_by_name: Mapping[str, Places]) -> Places:
    """Add the place of `a` to which a place of the root `a.b` belongs."""
    places = list(places_by_name[name])
    for inner_name, inner_places in places_by_name.items():
        if not inner_name.startswith(f"{name}."):
            continue
        for inner in inner_places:
            if not any(root.contains(inner.path) for root in places):
                places.append(Root(name, _join(inner.folder, package_folder(name))))
    return tuple(places)


def _is_part(name: str, other: str) -> bool:
    """Return whether one of two names is that of the other's submodule."""
    return f"{name}.".startswith(f"{other}.") or other.startswith(f"{name}.")


def _is_inside(root: Root, other: Root) -> bool:
    return root.path.startswith(f"{other.path}/")


def _make_nested_error(root: Root, others: Iterable[Root]) -> RootNotFoundError:
    outer = next(other for other in others if _is_inside(root, other))
    return RootNotFoundError(
        root.name,
        f"root package {root.name!r} exists only inside root package {outer.name!r} ({root.path}), as a "
        "part of it; if it is imported by its own name, name its folder in source_roots of "
        "[tool.archguard].",
    )


def find_outermost_roots(roots: Sequence[Root]) -> list[Root]:
    """Return the roots that are no submodules of another one: their files include those of the rest."""
    return [root for root in roots if not any(root.name.startswith(f"{other.name}.") for other in roots)]


def find_nearest_root(path: str, roots: Iterable[Root]) -> Root | None:
    """Return the innermost root that contains a file and so decides its module's name; None if none."""
    containing = [root for root in roots if root.contains(path)]
    return max(containing, key=lambda root: len(root.path), default=None)


def _describe_places(source_roots: Sequence[str]) -> str:
    if source_roots:
        return f"in the source_roots of [tool.archguard] ({', '.join(source_roots)})"
    return f"in src/ or in a folder up to {_SEARCH_DEPTH} levels deep"


def _normalize(folder: str) -> str:
    path = posixpath.normpath(folder)
    if path.startswith(("/", "../")) or path == "..":
        raise SourceError(f"source_roots in [tool.archguard]: {folder!r} is not a folder below --root.")
    return "" if path == "." else path


def join_some(paths: Sequence[str]) -> str:
    """Join the first paths of a list, and say how many others there are."""
    others = len(paths) - _LISTED_PATHS
    return ", ".join(paths[:_LISTED_PATHS]) + (f" and {others:,} more" if others > 0 else "")


def _join(folder: str, path: str) -> str:
    return "/".join(filter(None, (folder, path)))
