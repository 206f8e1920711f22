"""Find the names that a module binds at its top level: what `from module import name` can ask for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from archguard.graph.bound_names import ModuleBindings
from archguard.graph.parsing.exported_names import ExportedNames
from archguard.graph.parsing.import_lines import normalize_name, resolve_relative_base

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
WRITERS = frozenset({"exec", "globals", "setattr", "vars"})
"""Built-in functions that can bind names which the text does not show."""
_DYNAMIC = "__getattr__"


def find_bindings(source: str, module: str, *, is_package: bool) -> ModuleBindings | None:
    """Return a module's bindings, or None if its text cannot be parsed by this version of Python.

    Runs in a child process: parsing hostile text can use up the stack.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    finder = _BindingFinder(module, is_package=is_package)
    try:
        finder.visit_block(tree.body)
    except RecursionError:
        return None
    return finder.make_bindings()


class _BindingFinder:
    """Collects the bindings of the statements of one module."""

    def __init__(self, module: str, *, is_package: bool) -> None:
        self._module = module
        self._is_package = is_package
        self._names: dict[str, list[str | None]] = {}
        self._stars: list[str] = []
        self._global_names: set[str] = set()
        """Those that functions or classes declare as global."""
        self._exports = ExportedNames()
        self._is_open = False

    def make_bindings(self) -> ModuleBindings:
        """Return what was found so far."""
        return ModuleBindings(
            {name: tuple(dict.fromkeys(origins)) for name, origins in self._names.items()},
            tuple(dict.fromkeys(self._stars)),
            self._exports.list_names(),
            self._is_open or _DYNAMIC in self._names,
            self._exports.is_computed,
        )

    def visit_block(self, statements: Iterable[ast.stmt]) -> None:
        """Collect the bindings of statements at the top level, and of the blocks inside them."""
        for statement in statements:
            if isinstance(statement, ast.Import):
                self._visit_import(statement)
            elif isinstance(statement, ast.ImportFrom):
                self._visit_import_from(statement)
            elif isinstance(statement, ast.Delete):
                self._unbind(statement)
            else:
                self._visit_other(statement)

    def _bind(self, name: str, origin: str | None = None) -> None:
        self._names.setdefault(name, []).append(origin)

    def _unbind(self, statement: ast.Delete) -> None:
        """Forget the names that the module deletes, but for those that a function may bind again."""
        for target in statement.targets:
            if isinstance(target, ast.Name) and target.id not in self._global_names:
                self._names.pop(target.id, None)

    def _visit_import(self, statement: ast.Import) -> None:
        for alias in statement.names:
            name = normalize_name(alias.name)
            if alias.asname is None:
                head = name.partition(".")[0]
                self._bind(head, head)
            else:
                self._bind(alias.asname, name)

    def _visit_import_from(self, statement: ast.ImportFrom) -> None:
        written = "." * statement.level + (statement.module or "")
        base: str | None = normalize_name(written)
        if statement.level:
            base = resolve_relative_base(written, self._module, is_package=self._is_package)
        for alias in statement.names:
            if alias.name == "*":
                self._is_open |= base is None
                self._stars += [base] if base else []
            else:
                name = normalize_name(alias.name)
                self._bind(alias.asname or name, f"{base}.{name}" if base else None)

    def _visit_other(self, statement: ast.stmt) -> None:
        self._exports.visit(statement)
        for node in iterate_own_nodes(statement):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                self._bind(node.name)
                self._bind_globals(node)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self._bind(node.id)
            elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
                self._bind(node.name)
            elif isinstance(node, ast.MatchMapping) and node.rest:
                self._bind(node.rest)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                self._is_open |= node.func.id in WRITERS
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self.visit_block([node])
            elif isinstance(node, ast.stmt) and node is not statement:
                self._exports.visit(node)

    def _bind_globals(self, scope: ast.AST) -> None:
        """Bind the names that a function or class declares as global."""
        for node in ast.walk(scope):
            if isinstance(node, ast.Global):
                for name in node.names:
                    self._bind(name)
                    self._global_names.add(name)


def iterate_own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield a statement and the nodes in it, but nothing of the functions and classes in it."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, _SCOPES):
            continue
        pending += [*ast.iter_child_nodes(node)][::-1]
