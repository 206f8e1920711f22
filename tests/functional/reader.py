"""A reader of imports that shares no code with archguard or grimp: CPython's own parser, little else.

It says what CPython would import: `from x import y` is the module x.y where a file defines it or where x
does not bind y, else x.
"""

from __future__ import annotations

import ast
import os
import symtable
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
    packages: set[str] = field(default_factory=set)
    """Names of the modules, and of all that are above one."""
    statements: list[Statement] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    unread: dict[str, str] = field(default_factory=dict)
    """Path -> why CPython cannot compile it."""

    names: dict[str, Names] = field(default_factory=dict)
    """Module -> the names that it binds."""

    def edges(self, deprecated: Sequence[str]) -> Edges:
        """The imports of one contract's deprecated modules, but those between them."""
        rule = _Rule(deprecated)
        found: Edges = {}
        for one in self.statements:
            if rule.covers(one.importer):
                continue
            for target in self._targets(one, rule):
                if (name := rule.longest(target)) is not None:
                    found.setdefault((one.importer, name), set()).add((one.path, one.line))
        return found

    def _targets(self, one: Statement, rule: _Rule) -> Iterator[str]:
        if one.item is None:
            yield one.base
        elif one.item == "*":
            yield one.base
            names = self.names.get(one.base)
            for item in (names and names.exported) or ():
                yield from self._named(one.base, item, rule)
        else:
            yield from self._named(one.base, one.item, rule)

    def _named(self, base: str, item: str, rule: _Rule) -> Iterator[str]:
        whole = f"{base}.{item}"
        if self._is_module(whole):
            yield whole
        elif not rule.covers(whole) or (
            rule.covers(base) and self._is_single_file(base) and not rule.lists(whole)
        ):
            yield base
        elif self._is_module(base):
            bound = self.bound(base, item)
            if bound is False:
                yield whole
            elif bound or rule.covers(base):
                yield base
        elif not rule.covers(base) or rule.lists(whole):
            yield whole
        else:
            yield base

    def _is_module(self, name: str) -> bool:
        return name in self.packages

    def _is_single_file(self, name: str) -> bool:
        return name in self.modules and not self.modules[name].endswith("/__init__.py")

    def bound(self, module: str, name: str, sought: str = "", seen: tuple[str, ...] = ()) -> bool | None:
        """Whether a module binds a name other than by importing what is sought; None if unknown."""
        sought = sought or f"{module}.{name}"
        if module not in self.modules:
            return False if self._is_module(module) else None
        names = self.names.get(module)
        if names is None:
            return None
        if name in names.made or any(
            not f"{origin}.".startswith(f"{sought}.") for origin in names.imported.get(name, ())
        ):
            return True
        answers = [
            self._star(star, name, sought, (*seen, module))
            for star in names.stars
            if star not in (*seen, module) and not f"{star}.".startswith(f"{sought}.")
        ]
        return True if True in answers else None if names.open or None in answers else False

    def _star(self, star: str, name: str, sought: str, seen: tuple[str, ...]) -> bool | None:
        names = self.names.get(star)
        if names is None:
            return False if star not in self.modules and self._is_module(star) else None
        if names.exported is not None:
            return name in names.exported or (None if names.computed else False)
        return not name.startswith("_") and self.bound(star, name, sought, seen)


@dataclass(slots=True)
class Names:
    """What one module binds."""

    made: set[str]
    """By anything but imports: as CPython's own symbol table says."""
    imported: dict[str, list[str]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    exported: list[str] | None = None
    computed: bool = False
    open: bool = False


class _Rule:
    """The deprecated modules of a contract: names in which `*` and `**` stand for components."""

    def __init__(self, deprecated: Sequence[str]) -> None:
        self._patterns = [name.split(".") for name in deprecated]
        self._covered: dict[str, bool] = {}

    def covers(self, name: str) -> bool:
        """Whether a name is deprecated, or lies below one that is."""
        if name not in self._covered:
            parts = name.split(".")
            self._covered[name] = any(_covers(pattern, parts) for pattern in self._patterns)
        return self._covered[name]

    def lists(self, name: str) -> bool:
        """Whether a pattern is this very name."""
        return name.split(".") in self._patterns

    def longest(self, name: str) -> str | None:
        """The longest beginning of a name that a pattern matches exactly."""
        parts = name.split(".")
        lengths = [
            length
            for length in range(1, len(parts) + 1)
            if any(_equals(pattern, parts[:length]) for pattern in self._patterns)
        ]
        return ".".join(parts[: max(lengths)]) if lengths else None


def _equals(pattern: list[str], parts: list[str]) -> bool:
    if not pattern or not parts:
        return not pattern and not parts
    if pattern[0] == "**":
        return any(_equals(pattern[1:], parts[n:]) for n in range(1, len(parts) + 1))
    return pattern[0] in ("*", parts[0]) and _equals(pattern[1:], parts[1:])


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
            tree = _parse(top, path)
            reading.statements += _statements(tree, module, path)
            reading.names[module] = _names(tree, module, path)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            reading.unread[path] = f"{type(error).__name__}: {error}"
    return reading


def _define(reading: Reading, module: str, path: str) -> None:
    # A package hides the module of the same name.
    if module not in reading.modules or path.endswith("/__init__.py"):
        reading.modules[module] = path
        while module:
            reading.packages.add(module)
            module = module.rpartition(".")[0]


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


def _parse(top: str, path: str) -> ast.Module:
    with open(os.path.join(top, path), "rb") as file:
        content = file.read()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(content)


def _package(module: str, path: str) -> str:
    return module if path.endswith("__init__.py") else module.rpartition(".")[0]


def _statements(tree: ast.Module, module: str, path: str) -> Iterator[Statement]:
    package = _package(module, path)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Statement(module, path, node.lineno, alias.name, None)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, package)
            for alias in node.names:
                if base:
                    yield Statement(module, path, node.lineno, base, alias.name)


class _OwnStatements(ast.NodeVisitor):
    """The imports, assignments to `__all__` and calls outside functions and classes."""

    def __init__(self) -> None:
        self.imports: list[ast.Import | ast.ImportFrom] = []
        self.calls: list[ast.Call] = []
        self.exports: list[ast.Assign | ast.AnnAssign | ast.AugAssign] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None: ...
    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None: ...
    def visit_ClassDef(self, node: ast.ClassDef) -> None: ...
    def visit_Lambda(self, node: ast.Lambda) -> None: ...

    def visit_Import(self, node: ast.Import) -> None:
        self.imports.append(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.imports.append(node)

    def visit_Call(self, node: ast.Call) -> None:
        self.calls.append(node)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.exports.append(node)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.exports.append(node)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.exports.append(node)
        self.generic_visit(node)


class _WithoutImports(ast.NodeTransformer):
    def visit_Import(self, node: ast.Import) -> ast.AST:
        return ast.copy_location(ast.Pass(), node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        return ast.copy_location(ast.Pass(), node)


def _names(tree: ast.Module, module: str, path: str) -> Names:
    own = _OwnStatements()
    own.visit(tree)
    names = Names(made=set())
    for node in own.imports:
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                origin = alias.name if alias.asname else bound
                names.imported.setdefault(bound, []).append(origin)
            continue
        base = _base(node, _package(module, path))
        for alias in node.names:
            if alias.name == "*":
                names.stars += [base] if base else []
            else:
                origin = f"{base}.{alias.name}"
                names.imported.setdefault(alias.asname or alias.name, []).append(origin)
    _read_exports(own, names)
    rest = ast.unparse(_WithoutImports().visit(tree))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names.made = set(_made(symtable.symtable(rest, path, "exec")))
    called = {call.func.id for call in own.calls if isinstance(call.func, ast.Name)}
    dynamic = called & {"exec", "globals", "setattr", "vars"}
    names.open = bool(dynamic) or "__getattr__" in names.made or "__getattr__" in names.imported
    return names


def _made(table: symtable.SymbolTable, *, top: bool = True) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_assigned() and (top or symbol.is_declared_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _made(child, top=False)


def _read_exports(own: _OwnStatements, names: Names) -> None:
    """Read `__all__`; of what is not a plain list of strings only that there is more."""
    for node in own.exports:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        inside = [name for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
        if node.value is None or not any(name.id == "__all__" for name in inside):
            continue
        try:
            value = ast.literal_eval(node.value)
        except ValueError:
            names.computed = True
            elements = node.value.elts if isinstance(node.value, (ast.List, ast.Tuple)) else []
            value = [one.value for one in elements if isinstance(one, ast.Constant)]
        before = (names.exported or []) if isinstance(node, ast.AugAssign) else []
        names.exported = [*before, *value]
    for call in own.calls:
        target = call.func.value if isinstance(call.func, ast.Attribute) else None
        if isinstance(target, ast.Name) and target.id == "__all__":
            names.computed = True
            names.exported = names.exported or []


def _base(node: ast.ImportFrom, package: str) -> str | None:
    if not node.level:
        return node.module
    above = package.split(".")
    if node.level > len(above):
        return None  # CPython: attempted relative import beyond top-level package
    parts = above[: len(above) - node.level + 1]
    return ".".join([*parts, node.module] if node.module else parts)
