"""Finding the roots by their path, and every module below them; nothing is imported to find it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from archguard.errors import SourceError
from archguard.sources.source import (
    Kind,
    is_python_file,
    module_file,
    module_name,
    package_folder,
    remove_suffix,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archguard.sources.source import Entry, Folders

DEFAULT_SOURCE_ROOTS = ("", "src")
_SEARCH_DEPTH = 4
_TEST_FOLDERS = frozenset({"test", "tests"})
_SEARCH_SKIPS = frozenset({"node_modules", "site-packages", "venv", "__pycache__"})


class RootNotFoundError(SourceError):
    """A root package does not exist."""


class AmbiguousRootError(SourceError):
    """A root package stands in several places."""


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


class Unread(NamedTuple):
    """A file that is not in the graph."""

    path: str
    reason: str
    line: int | None = None


class Discovery(NamedTuple):
    """What the roots hold, by name and kind alone."""

    roots: tuple[Root, ...]
    modules: dict[str, Module]
    namespaces: frozenset[str]
    """Folders that hold modules and no `__init__.py`, as module names."""
    unread: tuple[Unread, ...]

    @property
    def nodes(self) -> frozenset[str]:
        """The modules and namespaces."""
        return self.namespaces | self.modules.keys()


def discover(source: Folders, root_names: Sequence[str], source_roots: Sequence[str]) -> Discovery:
    """Find the roots and their modules.

    Args:
        source: the tree to look in.
        root_names: import names of the roots, `a` or `namespace.a`.
        source_roots: the folders to look in first; where it is empty, the top and `src/`,
            then every folder down to a depth of four.

    Raises:
        SourceError: a root does not exist, or stands in several folders.
    """
    roots = tuple(find_root(source, name, source_roots) for name in root_names)
    if not source_roots and (inner := inner_roots(roots)):
        raise _inside_another(inner[0], roots)
    found = Modules(roots)
    whole = outermost(roots)
    for root in whole:
        for one in files_of(source, root, whole):
            found.put(one)
    return Discovery(
        roots=roots,
        modules=dict(sorted(found.modules.items())),
        namespaces=frozenset(found.nodes.difference(found.modules)),
        unread=found.unread(),
    )


def outermost(roots: Sequence[Root]) -> list[Root]:
    """The roots without those that are found below another one."""
    return [one for one in roots if not any(one.name.startswith(f"{other.name}.") for other in roots)]


def inner_roots(roots: Sequence[Root]) -> list[Root]:
    """The roots that stand in the folder of another one, and are no part of it by their names."""
    return [one for one in outermost(roots) if any(_is_inside(one, other) for other in roots)]


def root_of(path: str, roots: Iterable[Root]) -> Root | None:
    """The root that a file is of: a file is one module, and the root nearest to it gives its name."""
    holding = [root for root in roots if path == root.path or path.startswith(f"{root.path}/")]
    return max(holding, key=lambda root: len(root.path), default=None)


def _is_inside(one: Root, other: Root) -> bool:
    return one.path.startswith(f"{other.path}/")


def _inside_another(root: Root, roots: Iterable[Root]) -> RootNotFoundError:
    outer = next(other for other in roots if _is_inside(root, other))
    return RootNotFoundError(
        f"root package {root.name!r} stands only inside root package {outer.name!r} ({root.path}), as a "
        "part of it: if it is imported by its own name, say so with source_roots in [tool.archguard]."
    )


class Modules:
    """What some roots hold, put together one file at a time."""

    def __init__(self, roots: Iterable[Root]) -> None:
        self.modules: dict[str, Module] = {}
        self.nodes: set[str] = set()
        """The modules, and the folders that hold modules and no `__init__.py`."""
        self.moved: set[str] = set()
        """Names that became nodes or ceased to be some, perhaps both, since somebody emptied this."""
        self._tops = {root.name for root in roots}
        self._files: dict[str, Module | Unread] = {}
        self._unread: dict[str, Unread] = {}
        self._named: dict[str, list[Module]] = {}
        self._contested: set[str] = set()
        self._inside: dict[str, int] = {}

    def put(self, found: Module | Unread) -> None:
        """Add what a file is."""
        self._files[found.path] = found
        if isinstance(found, Unread):
            self._unread[found.path] = found
            return
        rivals = self._named.setdefault(found.name, [])
        rivals.append(found)
        if len(rivals) == 1:
            self._count(found.name, 1)
        self._choose(found.name, rivals)

    def module_at(self, path: str) -> Module | None:
        """The module that was put for a path."""
        found = self._files.get(path)
        return found if isinstance(found, Module) else None

    def drop(self, path: str) -> Module | Unread | None:
        """Take away what was put for a path, and return it."""
        found = self._files.pop(path, None)
        if isinstance(found, Unread):
            del self._unread[path]
        elif found is not None:
            rivals = self._named[found.name]
            rivals.remove(found)
            if not rivals:
                del self._named[found.name]
                self._count(found.name, -1)
            self._choose(found.name, rivals)
        return found

    def unread(self) -> tuple[Unread, ...]:
        """The files that are no module, sorted."""
        # Python imports the package and never sees the module of the same name.
        hidden = [
            Unread(one.path, f"hidden by the package {self.modules[name].path.rpartition('/')[0]}/")
            for name in self._contested
            for one in self._named[name]
            if one is not self.modules[name]
        ]
        return tuple(sorted([*self._unread.values(), *hidden]))

    def _choose(self, name: str, rivals: Sequence[Module]) -> None:
        if len(rivals) > 1:
            self.modules[name] = max(rivals, key=lambda one: one.is_package)
            self._contested.add(name)
        else:
            self._contested.discard(name)
            if rivals:
                self.modules[name] = rivals[0]
            else:
                del self.modules[name]
        self._settle(name)

    def _count(self, name: str, change: int) -> None:
        """Count a name for its folder, and that for its own if it appeared or disappeared by that."""
        while name not in self._tops and (name := name.rpartition(".")[0]):
            before = self._inside.get(name, 0)
            if before + change:
                self._inside[name] = before + change
            else:
                del self._inside[name]
            if before and before + change:
                return
            self._settle(name)

    def _settle(self, name: str) -> None:
        is_node = name in self.modules or name in self._inside
        if is_node != (name in self.nodes):
            (self.moved.discard if name in self.moved else self.moved.add)(name)
            (self.nodes.add if is_node else self.nodes.discard)(name)


def find_root(source: Folders, name: str, source_roots: Sequence[str]) -> Root:
    """Where a root stands.

    Raises:
        RootNotFoundError: nowhere.
        AmbiguousRootError: in several places.
        SourceError: its name is none.
    """
    if not name or not all(part.isidentifier() for part in name.split(".")):
        raise SourceError(f"root package {name!r} is not a module name.")
    folders = [_inside(folder) for folder in source_roots] or list(DEFAULT_SOURCE_ROOTS)
    first = [root for folder in folders if (root := _root_at(source, folder, name))]
    for root in first:
        if _holds_python(source, root):
            return root
    places = [] if source_roots or first else list(_search(source, "", name, _SEARCH_DEPTH))
    places = [place for place in places if _holds_python(source, place)] or places or first[:1]
    if len(places) == 1:
        return places[0]
    if places:
        where = ", ".join(sorted(place.path for place in places))
        raise AmbiguousRootError(
            f"root package {name!r} stands in several places ({where}): say which with --root, "
            "or with source_roots in [tool.archguard]."
        )
    raise RootNotFoundError(
        f"root package {name!r} does not exist: no folder {package_folder(name)}/ or file "
        f"{module_file(name)} under --root, {_places(source_roots)}."
    )


def _places(source_roots: Sequence[str]) -> str:
    if source_roots:
        return f"in the source_roots of [tool.archguard] ({', '.join(source_roots)})"
    return "in src/ or in a folder of it"


def _inside(folder: str) -> str:
    path = posixpath.normpath(folder)
    if path.startswith(("/", "../")) or path == "..":
        raise SourceError(f"source_roots in [tool.archguard]: {folder!r} is not a folder below --root.")
    return "" if path == "." else path


def _holds_python(source: Folders, root: Root) -> bool:
    return root.is_single_module or source.holds_python(root.path)


def _root_at(source: Folders, folder: str, name: str) -> Root | None:
    path = _join(folder, package_folder(name))
    if source.kind(path) is Kind.FOLDER:
        return Root(name, path)
    path = _join(folder, module_file(name))
    return Root(name, path) if source.kind(path) is Kind.FILE else None


def _join(folder: str, path: str) -> str:
    return f"{folder}/{path}" if folder else path


def _search(source: Folders, folder: str, name: str, depth: int) -> Iterator[Root]:
    for inner in source.folders(folder):
        if inner.startswith(".") or inner in _SEARCH_SKIPS:
            continue
        path = _join(folder, inner)
        if root := _root_at(source, path, name):
            yield root
        elif depth > 1:
            yield from _search(source, path, name, depth - 1)


def files_of(source: Folders, root: Root, roots: Sequence[Root]) -> Iterator[Module | Unread]:
    """What each file of a root is, but for those that are of another one of `roots`."""
    if root.is_single_module:
        yield Module(root.name, root.path, is_package=False)
        return
    within = [other for other in roots if _is_inside(other, root)]
    for entry in source.python_files(root.path):
        if not within or root_of(entry.path, within) is None:
            yield what_is(entry, root)


def what_is(entry: Entry, root: Root) -> Module | Unread:
    """What a file below a root is."""
    if entry.path == root.path:
        return Module(root.name, root.path, is_package=False)
    inside = entry.path[len(root.path) + 1 :]
    if reason := entry.unread or _unusable(inside):
        return Unread(entry.path, reason)
    name, is_package = module_name(inside, root.name)
    return Module(name, entry.path, is_package)


def _unusable(path: str) -> str | None:
    """Why no module can have this path, or None."""
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


def guess_roots(source: Folders) -> tuple[str, ...]:
    """The packages of a project, by where packages usually stand; tests count, they import too."""
    for folder in DEFAULT_SOURCE_ROOTS[::-1]:
        packages = [
            name
            for name in source.folders(folder)
            if name.isidentifier() and _is_package(source, folder, name)
        ]
        if packages:
            tests = [
                name
                for name in source.folders("")
                if name in _TEST_FOLDERS and source.holds_python(name)
            ]
            return tuple(dict.fromkeys([*packages, *tests]))
    return ()


def _is_package(source: Folders, folder: str, name: str) -> bool:
    return source.kind(_join(folder, module_file(name, is_package=True))) is Kind.FILE
