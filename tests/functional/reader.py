"""A reader of imports that shares no code with archguard or grimp: CPython's own parser, little else.

It says what CPython would import: `from x import y` is the module x.y where a file defines it, else x.
A deprecated name counts as a module whether or not it exists.
"""

from __future__ import annotations

import ast
import os
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Edges = dict[tuple[str, str], set[tuple[str, int]]]
"""(importer, imported) -> where: path and line of each statement."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One name that one import statement gives; `item` is None in `import base`."""

    importer: str
    path: str
    line: int
    base: str
    item: str | None


@dataclass(slots=True)
class Reading:
    """Everything below some roots."""

    modules: dict[str, str] = field(default_factory=dict)
    """Name -> path."""
    statements: list[Statement] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    unread: dict[str, str] = field(default_factory=dict)
    """Path -> why CPython cannot compile it."""

    def edges(self, deprecated: Sequence[str], also: Sequence[str] = ()) -> Edges:
        """The imports of deprecated modules, but those between them.

        `also` are the deprecated modules of other contracts: those count as modules, too.
        """
        rule = _Rule(deprecated)
        every = _Rule([*deprecated, *also])
        found: Edges = {}
        for one in self.statements:
            target = self._target(one, every)
            if rule.covers(target) and not rule.covers(one.importer):
                found.setdefault((one.importer, target), set()).add((one.path, one.line))
        return found

    def _target(self, one: Statement, every: _Rule) -> str:
        if one.item is None:
            return one.base
        whole = f"{one.base}.{one.item}"
        # A wildcard makes no module of a name that may be a class or a function.
        named = every.names(whole, literally=one.base in self.modules)
        return whole if named or whole in self.modules else one.base


class _Rule:
    """The deprecated modules of contracts: names in which `*` and `**` stand for components."""

    def __init__(self, deprecated: Sequence[str]) -> None:
        self._patterns = [name.split(".") for name in deprecated]
        self._covered: dict[str, bool] = {}

    def covers(self, name: str) -> bool:
        """Whether a name is deprecated, or lies below one that is."""
        if name not in self._covered:
            parts = name.split(".")
            self._covered[name] = any(_covers(pattern, parts) for pattern in self._patterns)
        return self._covered[name]

    def names(self, name: str, *, literally: bool) -> bool:
        """Whether a pattern names this very module; literally: one without wildcards."""
        if not self.covers(name):
            return False
        parts = name.split(".")
        if literally:
            return parts in self._patterns
        return any(_covers(p, parts) and not _covers(p, parts[:-1]) for p in self._patterns)


def _covers(pattern: list[str], parts: list[str]) -> bool:
    if not pattern:
        return True
    if not parts:
        return False
    if pattern[0] == "**":
        return any(_covers(pattern[1:], parts[n:]) for n in range(1, len(parts) + 1))
    return pattern[0] in ("*", parts[0]) and _covers(pattern[1:], parts[1:])


def read(top: str, roots: Mapping[str, str]) -> Reading:
    """Read every `.py` file of the roots (import name -> folder or file below `top`)."""
    reading = Reading()
    sources = []
    for name, folder in roots.items():
        for path in _python_files(top, folder):
            reading.files.add(path)
            module = _module_name(name, folder, path)
            if "." in path.removesuffix(".py").removeprefix(folder):
                reading.unread[path] = "a dot in its name"
                continue
            _define(reading, module, path)
            sources.append((module, path))
    for module, path in sources:
        if reading.modules[module] != path:
            reading.unread[path] = "hidden by a package"
            continue
        try:
            reading.statements += _statements(top, module, path)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            reading.unread[path] = f"{type(error).__name__}: {error}"
    return reading


def _define(reading: Reading, module: str, path: str) -> None:
    # A package hides the module of the same name.
    if module not in reading.modules or path.endswith("/__init__.py"):
        reading.modules[module] = path


def _python_files(top: str, folder: str) -> Iterator[str]:
    whole = os.path.join(top, folder)
    if os.path.isfile(whole):
        yield folder
    for current, _, names in os.walk(whole):
        for name in names:
            if name.endswith(".py"):
                yield os.path.relpath(os.path.join(current, name), top)


def _module_name(root: str, folder: str, path: str) -> str:
    if path == folder:
        return root
    inside = path.removeprefix(f"{folder}/").removesuffix(".py")
    if inside == "__init__":
        return root
    return f"{root}.{inside.removesuffix('/__init__').replace('/', '.')}"


def _statements(top: str, module: str, path: str) -> Iterator[Statement]:
    with open(os.path.join(top, path), "rb") as file:
        content = file.read()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(content)
    package = module if path.endswith("__init__.py") else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Statement(module, path, node.lineno, alias.name, None)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, package)
            for alias in node.names:
                item = None if alias.name == "*" else alias.name
                if base:
                    yield Statement(module, path, node.lineno, base, item)


def _base(node: ast.ImportFrom, package: str) -> str | None:
    if not node.level:
        return node.module
    above = package.split(".")
    if node.level > len(above):
        return None  # CPython: attempted relative import beyond top-level package
    parts = above[: len(above) - node.level + 1]
    return ".".join([*parts, node.module] if node.module else parts)
