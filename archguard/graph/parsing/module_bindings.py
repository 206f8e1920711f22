"""Find the names that a module binds at its top level: what `from module import name` can ask for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from archguard.graph.bound_names import ModuleBindings
from archguard.graph.parsing.import_lines import normalize_name, resolve_relative_base

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_WRITERS = frozenset({"exec", "globals", "setattr", "vars"})
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
        self._exported: list[str] | None = None
        self._is_open = False
        self._exports_computed = False

    def make_bindings(self) -> ModuleBindings:
        """Return what was found so far."""
        return ModuleBindings(
            {name: tuple(dict.fromkeys(origins)) for name, origins in self._names.items()},
            tuple(dict.fromkeys(self._stars)),
            None if self._exported is None else tuple(dict.fromkeys(self._exported)),
            self._is_open or _DYNAMIC in self._names,
            self._exports_computed,
        )

    def visit_block(self, statements: Iterable[ast.stmt]) -> None:
        """Collect the bindings of statements at the top level, and of the blocks inside them."""
        for statement in statements:
            if isinstance(statement, ast.Import):
                self._visit_import(statement)
            elif isinstance(statement, ast.ImportFrom):
                self._visit_import_from(statement)
            else:
                self._visit_other(statement)

    def _bind(self, name: str, origin: str | None = None) -> None:
        self._names.setdefault(name, []).append(origin)

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
        self._visit_exports(statement)
        for node in _iterate_own_nodes(statement):
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
                self._is_open |= node.func.id in _WRITERS
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self.visit_block([node])
            elif isinstance(node, ast.stmt) and node is not statement:
                self._visit_exports(node)

    def _bind_globals(self, scope: ast.AST) -> None:
        """Bind the names that a function or class declares as global."""
        for node in ast.walk(scope):
            if isinstance(node, ast.Global):
                for name in node.names:
                    self._bind(name)

    def _visit_exports(self, statement: ast.stmt) -> None:
        """Collect the strings that a statement assigns or adds to `__all__`."""
        if (call := _find_exports_call(statement)) is not None:
            self._add_exports(call)
        if not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            return
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        value = statement.value
        if value is None:
            return
        if any(_is_exports(target) for target in targets):
            if not isinstance(statement, ast.AugAssign):
                self._exported = []
            self._add_exports(value)
        elif any(_is_exports(node) for target in targets for node in ast.walk(target)):
            self._exported, self._exports_computed = [], True

    def _add_exports(self, value: ast.expr) -> None:
        is_list = isinstance(value, (ast.List, ast.Tuple, ast.Set))
        elements = value.elts if isinstance(value, (ast.List, ast.Tuple, ast.Set)) else []
        strings = [
            element.value
            for element in elements
            if isinstance(element, ast.Constant) and isinstance(element.value, str)
        ]
        self._exports_computed |= not is_list or len(strings) < len(elements)
        self._exported = [*(self._exported or ()), *strings]


def _iterate_own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield a statement and the nodes in it, but nothing of the functions and classes in it."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, _SCOPES):
            continue
        pending += [*ast.iter_child_nodes(node)][::-1]


def _find_exports_call(statement: ast.stmt) -> ast.expr | None:
    """Return what a statement adds to `__all__` by `extend` or `append`; None if it does not."""
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return None
    call = statement.value
    if not (isinstance(call.func, ast.Attribute) and _is_exports(call.func.value) and call.args):
        return None
    (argument, *_) = call.args
    return ast.List([argument]) if call.func.attr == "append" else argument


def _is_exports(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "__all__"
