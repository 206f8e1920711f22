"""The projects of a tree, and the root packages that a first configuration of it should name."""

from __future__ import annotations

import re
from collections import defaultdict
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from archguard.configuration.project_metadata import ProjectMetadata, read_project_metadata
from archguard.sources.source import is_python_file, remove_suffix

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from archguard.sources.source import Source

_PROJECT_FILES = frozenset({"pyproject.toml", "setup.cfg", "setup.py"})
_TEST_FOLDERS = ("test", "tests")
_NO_PACKAGES = frozenset(
    {"build", "dist", "doc", "docs", "example", "examples", "fixtures", "node_modules", "site-packages"}
    | {"template", "templates", "testdata", "venv", *_TEST_FOLDERS}
)
"""Folders in which no project is looked for."""
_NO_MODULES = frozenset(
    {"conftest", "dodo", "fabfile", "hatch_build", "noxfile", "setup", "tasks", "versioneer"}
)
"""Scripts that stand beside a project's modules."""
_EXTENDS_PATH = re.compile(rb"extend_path|declare_namespace")


class Place(NamedTuple):
    """A root package or module, and the folder that holds it."""

    name: str
    folder: str

    @property
    def path(self) -> str:
        """The path of the package's folder, or of the module's file without its suffix."""
        return _join(self.folder, self.name)


class Layout(NamedTuple):
    """The root packages of a tree, and where they are."""

    places: tuple[Place, ...] = ()
    left_out: tuple[Place, ...] = ()
    """Places of one name that define the same modules: no configuration can name both."""

    @property
    def root_packages(self) -> tuple[str, ...]:
        """The names of the roots, in the order in which they were found."""
        return tuple(dict.fromkeys(place.name for place in self.places))

    @property
    def source_roots(self) -> tuple[str, ...]:
        """The folders that hold the roots."""
        return tuple(dict.fromkeys(place.folder for place in self.places))

    def select(self, names: Collection[str]) -> Layout:
        """Return the layout with only the roots of these names."""
        return self._replace(places=tuple(place for place in self.places if place.name in names))


def find_layout(source: Source, files: Sequence[str]) -> Layout:
    """Find the root packages of every project in a tree.

    Args:
        source: reads the projects' metadata.
        files: the paths of the tree's files.
    """
    tree = _Folders(files)
    places = [
        place
        for folder, metadata in _find_projects(source, tree)
        for place in _find_places(tree, folder, metadata)
    ]
    return _leave_out_conflicts(source, dict.fromkeys(places), tree)


class _Folders:
    """The Python files of a tree by folder."""

    def __init__(self, files: Iterable[str]) -> None:
        self.files: dict[str, list[str]] = defaultdict(list)
        """Folder -> the names of the Python files directly in it."""
        self.folders: dict[str, set[str]] = defaultdict(set)
        """Folder -> the names of the folders directly in it that hold Python files at any depth."""
        self.projects: set[str] = {""}
        """The folders that hold a project's metadata, and the top one."""
        self.modern: set[str] = set()
        """Those with a pyproject.toml."""
        for path in files:
            folder, _, name = path.rpartition("/")
            if name in _PROJECT_FILES:
                self.projects.add(folder)
            if name == "pyproject.toml":
                self.modern.add(folder)
            if is_python_file(name):
                self.files[folder].append(name)
                while folder:
                    folder, _, name = folder.rpartition("/")
                    self.folders[folder].add(name)

    def list_packages(self, folder: str) -> list[str]:
        return [
            name
            for name in sorted(self.folders[folder])
            if name.isidentifier() and self.is_package(_join(folder, name))
        ]

    def is_package(self, folder: str) -> bool:
        return "__init__.py" in self.files[folder]

    def is_project(self, folder: str) -> bool:
        """Return whether a folder is a project's, not a package that merely holds a setup.py."""
        return folder in self.projects and (folder in self.modern or not self.is_package(folder))

    def holds_only_projects(self, folder: str) -> bool:
        """Return whether all Python files of a folder are those of projects in it, as in `libs/`.

        Nothing can import what lies in a folder whose name is no identifier.
        """
        if self.is_project(folder):
            return True
        inner = self.folders[folder]
        return (
            not self.files[folder]
            and bool(inner)
            and all(
                not name.isidentifier() or self.holds_only_projects(_join(folder, name))
                for name in inner
            )
        )

    def list_modules(self, folder: str) -> list[str]:
        names = map(remove_suffix, sorted(self.files[folder]))
        return [name for name in names if name.isidentifier() and name != "__init__"]

    def walk(self, folder: str, prefix: str = "") -> Iterator[str]:
        """Yield the paths of the Python files below a folder, relative to it."""
        yield from (prefix + name for name in self.files[folder])
        for name in sorted(self.folders[folder]):
            yield from self.walk(_join(folder, name), f"{prefix}{name}/")


def _find_projects(source: Source, tree: _Folders) -> Iterator[tuple[str, ProjectMetadata]]:
    """Yield the folder and metadata of each project: the top folder, and what it or no other one holds.

    A project inside another one is an example or a template, unless the outer one is a workspace that
    lists it, or has no packages of its own.
    """
    chosen: dict[str, ProjectMetadata] = {}
    for folder in sorted(tree.projects, key=lambda path: (path.count("/"), path)):
        if _NO_PACKAGES.intersection(folder.split("/")) or any(
            part.startswith(".") for part in folder.split("/") if part
        ):
            continue
        outer = [other for other in chosen if folder != other and _is_below(folder, other)]
        if all(
            _is_member(folder, other, chosen[other])
            or not any(_find_places(tree, other, chosen[other], with_tests=False))
            for other in outer
        ):
            chosen[folder] = _read_metadata(source, folder)
    yield from chosen.items()


def _is_member(folder: str, outer: str, metadata: ProjectMetadata) -> bool:
    path = folder[len(outer) :].lstrip("/")
    return any(fnmatchcase(path, member.strip("/")) for member in metadata.members)


def _read_metadata(source: Source, folder: str) -> ProjectMetadata:
    paths = [_join(folder, name) for name in ("pyproject.toml", "setup.cfg")]
    texts = [
        content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
        if isinstance(content, bytes)
        else None
        for content in source.read(paths, 1 << 20)
    ]
    return read_project_metadata(*texts)


def _find_places(
    tree: _Folders, project: str, metadata: ProjectMetadata, *, with_tests: bool = True
) -> Iterator[Place]:
    """Yield the roots of one project: those in its source folders, or else at its top, and its tests."""
    default = set() if tree.is_package(_join(project, "src")) else {"src"}
    folders = [_join(project, folder) for folder in sorted((metadata.source_folders | default) - {""})]
    places = [
        Place(name, folder)
        for folder in folders
        for name in [
            *sorted(name for name in tree.folders[folder] if name.isidentifier()),
            *tree.list_modules(folder),
        ]
        if not tree.holds_only_projects(_join(folder, name))
    ]
    hinted = [name for name in sorted(metadata.names) if name not in _TEST_FOLDERS]
    if places:
        hinted = [] if "" not in metadata.source_folders else hinted
    else:
        hinted += tree.list_packages(project)
    known = [
        name
        for name in hinted
        if (name in tree.folders[project] and not tree.is_project(_join(project, name)))
        or name in tree.list_modules(project)
    ]
    places += [Place(name, project) for name in known]
    if not places:
        modules = [name for name in tree.list_modules(project) if name not in _NO_MODULES]
        places += [Place(name, project) for name in modules]
    yield from (place for place in places if with_tests or place.name not in _TEST_FOLDERS)
    if with_tests:
        yield from (Place(name, project) for name in _TEST_FOLDERS if name in tree.folders[project])


def _leave_out_conflicts(source: Source, places: Iterable[Place], tree: _Folders) -> Layout:
    """Split the places into those that one configuration can name, and the rest."""
    by_name: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        by_name[place.name].append(place)
    left_out = [
        place
        for portions in by_name.values()
        if len(portions) > 1 and _have_conflicts(source, portions, tree)
        for place in portions
    ]
    return Layout(
        places=tuple(place for place in places if place not in left_out), left_out=tuple(left_out)
    )


def _have_conflicts(source: Source, portions: Sequence[Place], tree: _Folders) -> bool:
    """Return whether two portions define one module, or a regular package hides the other portions."""
    seen: set[str] = set()
    for place in portions:
        folder = place.path
        paths = set(tree.walk(folder)) or {""}
        if "__init__.py" in paths:
            (content,) = source.read([_join(folder, "__init__.py")])
            if not (isinstance(content, bytes) and _EXTENDS_PATH.search(content)):
                return True
            paths.discard("__init__.py")
        if seen & paths:
            return True
        seen |= paths
    return False


def count_outside(files: Iterable[str], roots: Collection[str]) -> Mapping[str, int]:
    """Count the Python files that lie under no root, by their top folder; empty for the top itself.

    Args:
        files: the paths of all files.
        roots: the folder of each root, or the file of a root that is a module.
    """
    counts: dict[str, int] = defaultdict(int)
    for path in files:
        if is_python_file(path) and not any(path == root or _is_below(path, root) for root in roots):
            counts[path.partition("/")[0] if "/" in path else ""] += 1
    return dict(sorted(counts.items()))


def _is_below(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _join(folder: str, path: str) -> str:
    return f"{folder}/{path}" if folder else path
