"""The names in a module's `__all__`, as its statements make it."""

from __future__ import annotations

import ast


class ExportedNames:
    """Collects the literal strings of `__all__`, statement by statement."""

    def __init__(self) -> None:
        """Start without `__all__`."""
        self._names: list[str] | None = None
        self.is_computed = False
        """Whether it holds more than literal strings."""

    def list_names(self) -> tuple[str, ...] | None:
        """Return the literal strings, each once; None if there is no `__all__`."""
        return None if self._names is None else tuple(dict.fromkeys(self._names))

    def visit(self, statement: ast.stmt) -> None:
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
                self._names = []
            self._add_exports(value)
        elif any(_is_exports(node) for target in targets for node in ast.walk(target)):
            self._names, self.is_computed = [], True

    def _add_exports(self, value: ast.expr) -> None:
        is_list = isinstance(value, (ast.List, ast.Tuple, ast.Set))
        elements = value.elts if isinstance(value, (ast.List, ast.Tuple, ast.Set)) else []
        strings = [
            element.value
            for element in elements
            if isinstance(element, ast.Constant) and isinstance(element.value, str)
        ]
        self.is_computed |= not is_list or len(strings) < len(elements)
        self._names = [*(self._names or ()), *strings]


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
