"""Find roots by their paths, and every module below them, without importing anything."""

from __future__ import annotations

import posixpath
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from archguard.errors import SourceError
from archguard.sources.source import (
    COMPILED,
    CYTHON,
    STUB,
    PathKind,
    is_python_file,
    module_file,
    module_name,
    package_folder,
    place_name,
    remove_suffix,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archguard.sources.source import FileEntry, FileTree

DEFAULT_SOURCE_ROOTS = ("", "src")
_SEARCH_DEPTH = 4
"""How many folders deep a root may be if it is in none of the default source roots."""
_FOREIGN = frozenset({STUB, CYTHON, COMPILED})
"""Why a file that is not analysed makes a module exist all the same."""
_TEST_FOLDERS = frozenset({"test", "tests"})
_SKIPPED_FOLDERS = frozenset({"node_modules", "site-packages", "venv", "__pycache__"})


class RootNotFoundError(SourceError):
    """A root package does not exist."""


class AmbiguousRootError(SourceError):
    """A root package exists in several places."""

    def __init__(self, name: str, places: Iterable[Root]) -> None:
        """Name the places."""
        paths = ", ".join(sorted(root.path for root in places))
        self.sentence = f"root package {name!r} exists in several places ({paths})"
        super().__init__(
            f"{self.sentence}; choose one with --root or with source_roots in [tool.archguard]."
        )


class Root(NamedTuple):
    """A root package, or a root that is a single module."""

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


class Module(NamedTuple):
    """A module and the file that defines it."""

    name: str
    path: str
    is_package: bool


class UnusableFile(NamedTuple):
    """A file below a root that cannot be a module."""

    path: str
    reason: str
    name: str = ""
    """What its place would make the name of a module: relative imports begin there."""
    is_package: bool = False


class Discovery(NamedTuple):
    """The modules below the roots, told by the names and kinds of files, not their contents."""

    roots: tuple[Root, ...]
    modules: dict[str, Module]
    namespaces: frozenset[str]
    """The names that can be imported without a Python source: folders without one, and `foreign`."""
    unread: tuple[UnusableFile, ...]
    """Sorted by path."""
    foreign: frozenset[str] = frozenset()
    """The names of modules that exist as a stub, Cython source or compiled, and not as Python source."""

    @property
    def importable_names(self) -> frozenset[str]:
        """The names of the modules and namespaces."""
        return self.namespaces | self.modules.keys()


def discover(source: FileTree, root_names: Sequence[str], source_roots: Sequence[str]) -> Discovery:
    """Find the roots and their modules.

    Args:
        source: the tree to search.
        root_names: import names of the roots, such as `a` or `namespace.a`.
        source_roots: the folders that hold the roots; if empty, the top folder and `src/`, then every
            folder up to four levels deep.

    Raises:
        SourceError: a root does not exist, or exists in several folders.
    """
    roots = tuple(find_root(source, name, source_roots) for name in root_names)
    if not source_roots and (nested := find_nested_roots(roots)):
        raise _nested_root_error(nested[0], roots)
    index = ModuleIndex(roots)
    outermost = find_outermost_roots(roots)
    for root in outermost:
        for file in classify_files(source, root, outermost):
            index.add(file)
    return Discovery(
        roots=roots,
        modules=dict(sorted(index.modules.items())),
        namespaces=frozenset(index.importable_names.difference(index.modules)),
        unread=index.unread(),
        foreign=index.foreign(),
    )


def find_outermost_roots(roots: Sequence[Root]) -> list[Root]:
    """Return the roots that are no submodules of another one: their files include those of the rest."""
    return [root for root in roots if not any(root.name.startswith(f"{other.name}.") for other in roots)]


def find_nested_roots(roots: Sequence[Root]) -> list[Root]:
    """Return the roots in the folder of another one whose names do not say that they are part of it."""
    return [
        root for root in find_outermost_roots(roots) if any(_is_inside(root, other) for other in roots)
    ]


def find_nearest_root(path: str, roots: Iterable[Root]) -> Root | None:
    """Return the innermost root that contains a file and so decides its module's name; None if none."""
    containing = [root for root in roots if path == root.path or path.startswith(f"{root.path}/")]
    return max(containing, key=lambda root: len(root.path), default=None)


def _is_inside(root: Root, other: Root) -> bool:
    return root.path.startswith(f"{other.path}/")


def _nested_root_error(root: Root, roots: Iterable[Root]) -> RootNotFoundError:
    outer = next(other for other in roots if _is_inside(root, other))
    return RootNotFoundError(
        f"root package {root.name!r} exists only inside root package {outer.name!r} ({root.path}), as a "
        "part of it; if it is imported by its own name, name its folder in source_roots of "
        "[tool.archguard]."
    )


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
            if file.reason in _FOREIGN:
                self._count_foreign(file.name, 1)
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
            self._unusable.pop(path, None)
            if file.reason in _FOREIGN:
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
            UnusableFile(module.path, _describe_hiding(self.modules[name]), name, module.is_package)
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
        is_importable = name in self.modules or name in self._children or self._foreign[name] > 0
        if is_importable != (name in self.importable_names):
            (self.moved.discard if name in self.moved else self.moved.add)(name)
            (self.importable_names.add if is_importable else self.importable_names.discard)(name)


def _describe_hiding(module: Module) -> str:
    package, _, _ = module.path.rpartition("/")
    return f"hidden by the package {package}/" if module.is_package else f"hidden by {module.path}"


def find_root(source: FileTree, name: str, source_roots: Sequence[str]) -> Root:
    """Find a root by its name: see `discover`.

    Raises:
        RootNotFoundError: it does not exist.
        AmbiguousRootError: it exists in several places.
        SourceError: its name cannot be a module's.
    """
    if not name or not all(part.isidentifier() for part in name.split(".")):
        raise SourceError(f"root package {name!r} is not a valid module name.")
    folders = [_normalize(folder) for folder in source_roots] or list(DEFAULT_SOURCE_ROOTS)
    at_source_roots = [root for folder in folders if (root := _root_at(source, folder, name))]
    for root in at_source_roots:
        if _holds_python(source, root):
            return root
    places = [] if source_roots or at_source_roots else list(_search(source, "", name, _SEARCH_DEPTH))
    places = [root for root in places if _holds_python(source, root)] or places or at_source_roots[:1]
    if len(places) == 1:
        return places[0]
    if places:
        raise AmbiguousRootError(name, places)
    raise RootNotFoundError(
        f"root package {name!r} does not exist: no folder {package_folder(name)}/ and no file "
        f"{module_file(name)} under --root, {_describe_places(source_roots)}."
    )


def _describe_places(source_roots: Sequence[str]) -> str:
    if source_roots:
        return f"in the source_roots of [tool.archguard] ({', '.join(source_roots)})"
    return f"in src/ or in a folder up to {_SEARCH_DEPTH} levels deep"


def _normalize(folder: str) -> str:
    path = posixpath.normpath(folder)
    if path.startswith(("/", "../")) or path == "..":
        raise SourceError(f"source_roots in [tool.archguard]: {folder!r} is not a folder below --root.")
    return "" if path == "." else path


def _holds_python(source: FileTree, root: Root) -> bool:
    return root.is_single_module or source.holds_python(root.path)


def _root_at(source: FileTree, folder: str, name: str) -> Root | None:
    path = _join(folder, package_folder(name))
    if source.get_kind(path) is PathKind.FOLDER:
        return Root(name, path)
    path = _join(folder, module_file(name))
    return Root(name, path) if source.get_kind(path) is PathKind.FILE else None


def _join(folder: str, path: str) -> str:
    return f"{folder}/{path}" if folder else path


def _search(source: FileTree, folder: str, name: str, depth: int) -> Iterator[Root]:
    for child in source.list_folders(folder):
        if child.startswith(".") or child in _SKIPPED_FOLDERS:
            continue
        path = _join(folder, child)
        if root := _root_at(source, path, name):
            yield root
        elif depth > 1:
            yield from _search(source, path, name, depth - 1)


def classify_files(
    source: FileTree, root: Root, roots: Sequence[Root]
) -> Iterator[Module | UnusableFile]:
    """Yield each file of a root, as a module or not, but not those that belong to another of `roots`."""
    if root.is_single_module:
        yield Module(root.name, root.path, is_package=False)
        return
    inner_roots = [other for other in roots if _is_inside(other, root)]
    for entry in source.find_python_files(root.path):
        if not inner_roots or find_nearest_root(entry.path, inner_roots) is None:
            yield classify_entry(entry, root)


def classify_entry(entry: FileEntry, root: Root) -> Module | UnusableFile:
    """Return the module that a file below a root defines, or why it cannot be one."""
    if entry.path == root.path:
        return Module(root.name, root.path, is_package=False)
    relative_path = entry.path[len(root.path) + 1 :]
    if reason := entry.unread or _why_unusable(relative_path):
        return UnusableFile(entry.path, reason, *place_name(relative_path, root.name))
    name, is_package = module_name(relative_path, root.name)
    return Module(name, entry.path, is_package)


def _why_unusable(path: str) -> str | None:
    """Return why no module can have this path; None if one can."""
    name = remove_suffix(path)
    if name.isascii() and name.isprintable() and name and "." not in name and not name.endswith("/"):
        return None
    try:
        path.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    if not path.isprintable():
        return "its name holds a control character"
    *folders, file = name.split("/")
    if "." in file or not file:
        return "its name holds a dot, so it cannot be imported"
    if any("." in folder for folder in folders):
        return "a folder's name holds a dot, so it cannot be imported"
    return None


def guess_roots(source: FileTree) -> tuple[str, ...]:
    """Guess the root packages of a project: the packages in `src/` or at the top, and the tests."""
    for folder in DEFAULT_SOURCE_ROOTS[::-1]:
        packages = [
            name
            for name in source.list_folders(folder)
            if name.isidentifier() and _is_package(source, folder, name)
        ]
        if packages:
            tests = [
                name
                for name in source.list_folders("")
                if name in _TEST_FOLDERS and source.holds_python(name)
            ]
            return tuple(dict.fromkeys([*packages, *tests]))
    return ()


def _is_package(source: FileTree, folder: str, name: str) -> bool:
    return source.get_kind(_join(folder, module_file(name, is_package=True))) is PathKind.FILE
