"""Finding the roots by their path, and every module below them; nothing is imported to find it."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.errors import SourceError
from archguard.sources import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archguard.sources import Source

DEFAULT_SOURCE_ROOTS = ("", "src")
_SEARCH_DEPTH = 4
_TEST_FOLDERS = frozenset({"test", "tests"})
_SEARCH_SKIPS = frozenset({"node_modules", "site-packages", "venv", "__pycache__"})


@dataclass(frozen=True, slots=True)
class Root:
    """A root package, or a root that is a single module."""

    name: str
    path: str
    """Its folder, or its `.py` file."""


@dataclass(frozen=True, slots=True)
class Module:
    """A module and the file that defines it."""

    name: str
    path: str
    is_package: bool


@dataclass(frozen=True, slots=True, order=True)
class Unread:
    """A file that is not in the graph."""

    path: str
    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """What the roots hold, by name and kind alone."""

    roots: tuple[Root, ...]
    modules: dict[str, Module]
    namespaces: frozenset[str]
    """Folders that hold modules and no `__init__.py`, as module names."""
    unread: tuple[Unread, ...]


def discover(source: Source, root_names: Sequence[str], source_roots: Sequence[str]) -> Discovery:
    """Find the roots and their modules.

    Args:
        source: the tree to look in.
        root_names: import names of the roots, `a` or `namespace.a`.
        source_roots: the folders to look in first; where it is empty, the top and `src/`,
            then every folder down to a depth of four.

    Raises:
        SourceError: a root does not exist, or stands in several folders.
    """
    roots = tuple(_find_root(source, name, source_roots) for name in root_names)
    modules: dict[str, Module] = {}
    unread: list[Unread] = []
    for root in roots:
        if any(root.name.startswith(f"{other.name}.") for other in roots):
            continue  # found below the other root
        for found in _files(source, root):
            if isinstance(found, Unread):
                unread.append(found)
            else:
                _add(found, modules, unread)
    return Discovery(
        roots=roots,
        modules=dict(sorted(modules.items())),
        namespaces=_namespaces(modules, roots),
        unread=tuple(sorted(unread)),
    )


def _find_root(source: Source, name: str, source_roots: Sequence[str]) -> Root:
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
        raise SourceError(
            f"root package {name!r} stands in several places ({where}): say which with --root, "
            "or with source_roots in [tool.archguard]."
        )
    raise SourceError(
        f"root package {name!r} does not exist: no folder {name.replace('.', '/')}/ or file "
        f"{name.replace('.', '/')}.py under --root, {_places(source_roots)}."
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


def _holds_python(source: Source, root: Root) -> bool:
    return root.path.endswith(".py") or next(source.python_files(root.path), None) is not None


def _root_at(source: Source, folder: str, name: str) -> Root | None:
    path = "/".join(filter(None, (folder, name.replace(".", "/"))))
    if source.kind(path) is Kind.FOLDER:
        return Root(name, path)
    if source.kind(f"{path}.py") is Kind.FILE:
        return Root(name, f"{path}.py")
    return None


def _search(source: Source, folder: str, name: str, depth: int) -> Iterator[Root]:
    for inner in source.folders(folder):
        if inner.startswith(".") or inner in _SEARCH_SKIPS:
            continue
        path = f"{folder}/{inner}" if folder else inner
        if root := _root_at(source, path, name):
            yield root
        elif depth > 1:
            yield from _search(source, path, name, depth - 1)


def _files(source: Source, root: Root) -> Iterator[Module | Unread]:
    if root.path.endswith(".py"):
        yield Module(root.name, root.path, is_package=False)
        return
    for entry in source.python_files(root.path):
        inside = entry.path[len(root.path) + 1 :]
        reason = entry.unread or _unusable(inside)
        if reason:
            yield Unread(entry.path, reason)
            continue
        parts = inside.removesuffix(".py").split("/")
        is_package = parts[-1] == "__init__"
        if is_package:
            parts.pop()
        yield Module(".".join([root.name, *parts]), entry.path, is_package)


def _unusable(path: str) -> str | None:
    """Why no module can have this path, or None."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    if not path.isprintable():
        return "its name holds a control character"
    *folders, file = path.removesuffix(".py").split("/")
    if "." in file or not file:
        return "its name holds a dot, so it cannot be imported"
    if any("." in folder for folder in folders):
        return "a folder's name holds a dot, so it cannot be imported"
    return None


def _add(module: Module, modules: dict[str, Module], unread: list[Unread]) -> None:
    other = modules.get(module.name)
    if other is None:
        modules[module.name] = module
        return
    # Python imports the package and never sees the module of the same name.
    kept, hidden = (module, other) if module.is_package else (other, module)
    modules[module.name] = kept
    unread.append(Unread(hidden.path, f"hidden by the package {kept.path.rpartition('/')[0]}/"))


def _namespaces(modules: Iterable[str], roots: Iterable[Root]) -> frozenset[str]:
    known = set(modules)
    tops = {root.name for root in roots}
    found = set()
    for name in known:
        parent = name
        while parent not in tops and (parent := parent.rpartition(".")[0]):
            if parent in known or parent in found:
                break
            found.add(parent)
    return frozenset(found)


def guess_roots(source: Source) -> tuple[str, ...]:
    """The packages of a project, by where packages usually stand; tests count, they import too."""
    for folder in DEFAULT_SOURCE_ROOTS[::-1]:
        packages = [
            name
            for name in source.folders(folder)
            if name.isidentifier() and _is_package(source, f"{folder}/{name}" if folder else name)
        ]
        if packages:
            tests = [
                name
                for name in source.folders("")
                if name in _TEST_FOLDERS and next(source.python_files(name), None)
            ]
            return tuple(dict.fromkeys([*packages, *tests]))
    return ()


def _is_package(source: Source, path: str) -> bool:
    return source.kind(f"{path}/__init__.py") is Kind.FILE
