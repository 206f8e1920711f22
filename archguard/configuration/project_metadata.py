"""What a project's metadata says about where its packages are: pyproject.toml and setup.cfg.

Read for hints only: whatever is malformed says nothing, and no setup.py is run.
"""

from __future__ import annotations

import configparser
import re
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_NOT_IN_MODULE_NAMES = re.compile(r"[-.]+")


class ProjectMetadata(NamedTuple):
    """The hints of one project; every path is relative to its folder, with `/`."""

    source_folders: frozenset[str] = frozenset()
    """Folders that would be on Python's path; the project's own folder is empty."""
    names: frozenset[str] = frozenset()
    """Top-level packages and modules."""
    members: tuple[str, ...] = ()
    """Globs of the folders of a workspace's other projects."""


def read_project_metadata(pyproject: str | None, setup_cfg: str | None) -> ProjectMetadata:
    """Return the hints in the texts of a project's files; None is a file that does not exist."""
    hints = [*_read_pyproject(pyproject or ""), *_read_setup_cfg(setup_cfg or "")]
    return ProjectMetadata(
        source_folders=frozenset(_clean(folder) for hint in hints for folder in hint.source_folders),
        names=frozenset(
            name for hint in hints for name in map(_top_name, hint.names) if name.isidentifier()
        ),
        members=tuple(member for hint in hints for member in hint.members),
    )


def _read_pyproject(text: str) -> Iterable[ProjectMetadata]:
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    project_name = _get(document, "project", "name") or _get(document, "tool", "poetry", "name")
    yield _from_project_name(project_name)
    yield _from_setuptools(_get(document, "tool", "setuptools"))
    yield _from_hatch(_get(document, "tool", "hatch", "build"))
    yield _from_poetry(_get(document, "tool", "poetry"))
    yield _from_uv(_get(document, "tool", "uv"))
    for tool, key in (("maturin", "python-source"), ("pdm", "package-dir"), ("flit", "module")):
        settings = _get(document, "tool", tool)
        value = _get(settings, key) or _get(settings, "build", key)
        yield ProjectMetadata(
            source_folders=frozenset(_strings(value)), names=frozenset(_strings(_get(value, "name")))
        )


def _from_project_name(name: object) -> ProjectMetadata:
    """Guess the package `acme_cart`, or the namespace `acme`, of a distribution `acme-cart`."""
    if not isinstance(name, str):
        return ProjectMetadata()
    parts = _NOT_IN_MODULE_NAMES.split(name)
    guesses = {"_".join(parts), "_".join(parts).lower(), "".join(parts), parts[0]}
    return ProjectMetadata(names=frozenset(guesses))


def _from_setuptools(table: object) -> ProjectMetadata:
    places = _from_package_folders(_get(table, "package-dir"))
    find = _get(table, "packages", "find")
    return ProjectMetadata(
        source_folders=places.source_folders.union(_strings(_get(find, "where"))),
        names=places.names.union(
            [
                *_strings(_get(table, "packages")),
                *_strings(_get(table, "py-modules")),
                *(name.removesuffix("*") for name in _strings(_get(find, "include"))),
            ]
        ),
    )


def _from_package_folders(table: object) -> ProjectMetadata:
    """Return what a table from packages to their folders says; the empty package is a source folder.

    A package whose folder has another name can be no root.
    """
    folders: list[str] = []
    names: list[str] = []
    for package, folder in table.items() if isinstance(table, dict) else ():
        path = str(package).strip().replace(".", "/")
        place = f"/{_clean(str(folder))}"
        if not path:
            folders.append(place)
        elif place.endswith(f"/{path}"):
            folders.append(place.removesuffix(f"/{path}"))
            names.append(path.partition("/")[0])
    return ProjectMetadata(source_folders=frozenset(folders), names=frozenset(names))


def _from_hatch(build: object) -> ProjectMetadata:
    folders, names = _read_hatch_sources(build)
    installed = ("packages", "only-include", "include")
    tables = (
        (build, installed),
        (_get(build, "targets", "wheel"), installed),
        (_get(build, "targets", "sdist"), ("packages",)),  # it includes more than what is installed
    )
    for table, keys in tables:
        more_folders, more_names = _read_hatch_sources(table)
        folders += more_folders
        names += more_names
        for key in keys:
            for path in _strings(_get(table, key)):
                folder, _, name = path.strip("/").removesuffix("/**").rpartition("/")
                if key == "packages":
                    folders.append(folder)
                if key == "packages" or not folder:
                    names.append(name)
    return ProjectMetadata(source_folders=frozenset(folders), names=frozenset(names))


def _read_hatch_sources(table: object) -> tuple[list[str], list[str]]:
    """Return the source folders and packages of `sources`: folders, or a table from them to packages."""
    sources = _get(table, "sources")
    if not isinstance(sources, dict):
        return _strings(sources), []
    places = _from_package_folders({package: folder for folder, package in sources.items()})
    return sorted(places.source_folders), sorted(places.names)


def _from_poetry(table: object) -> ProjectMetadata:
    packages = _get(table, "packages")
    entries = packages if isinstance(packages, list) else []
    return ProjectMetadata(
        source_folders=frozenset(
            folder for entry in entries for folder in _strings(_get(entry, "from"))
        ),
        names=frozenset(name for entry in entries for name in _strings(_get(entry, "include"))),
    )


def _from_uv(table: object) -> ProjectMetadata:
    backend = _get(table, "build-backend")
    return ProjectMetadata(
        source_folders=frozenset(_strings(_get(backend, "module-root"))),
        names=frozenset(_strings(_get(backend, "module-name"))),
        members=tuple(_strings(_get(table, "workspace", "members"))),
    )


def _read_setup_cfg(text: str) -> Iterable[ProjectMetadata]:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except (configparser.Error, ValueError):
        return
    if parser.has_section("metadata"):
        yield _from_project_name(parser.get("metadata", "name", fallback=None))
    package_dir = parser.get("options", "package_dir", fallback="")
    lines = [line.partition("=") for line in package_dir.splitlines()]
    places = _from_package_folders({name: folder for name, equals, folder in lines if equals})
    folders = parser.get("options.packages.find", "where", fallback="").split()
    names = [
        name
        for option in ("packages", "py_modules")
        for name in parser.get("options", option, fallback="").replace(",", " ").split()
    ]
    yield ProjectMetadata(
        source_folders=places.source_folders.union(folders), names=places.names.union(names)
    )


def _get(table: object, *keys: str) -> Any:
    """Return a value of nested tables; None if it is missing, or one of them is no table."""
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table


def _strings(value: object) -> list[str]:
    values = [value] if isinstance(value, str) else value
    if isinstance(value, dict):
        values = list(value)
    return [item for item in values if isinstance(item, str)] if isinstance(values, list) else []


def _clean(folder: str) -> str:
    path = folder.strip().strip("/").removeprefix("./")
    return "" if path == "." else path


def _top_name(name: str) -> str:
    """Return the first part of a name or path: `shop` of `shop.cart`, `shop/cart` and `shop.py`."""
    return re.split(r"[./*]", name.strip().strip("/"), maxsplit=1)[0]
