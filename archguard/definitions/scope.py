"""What the names in a class or function mean, and which nodes of the syntax tree belong to it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.bound_targets import find_from_imports, find_imports
from archguard.definitions.written_text import read_dotted_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from archguard.definitions.bound_targets import BoundTarget

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_INNER_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class Scope(NamedTuple):
    """Where a class or function stands: it decides what the names in it mean."""

    module: str
    is_package: bool
    imports: Mapping[str, str] = {}
    """The imports of the functions around it: name -> `module:name`, or `module` alone."""

    def name(self, node: ast.expr) -> str | None:
        """Return the dotted name that an expression is, local imports resolved; None if it is none."""
        written = read_dotted_name(node)
        if written is None:
            return None
        first, dot, rest = written.partition(".")
        return f"{self.imports.get(first, first)}{dot}{rest}"

    def enter(self, nodes: Iterable[ast.AST]) -> Scope:
        """Return the scope of a function's body.

        Args:
            nodes: those of the function, as `walk_scope` returns them.
        """
        imports: dict[str, str] = {}
        for node in nodes:
            bound: Iterable[BoundTarget] = ()
            if isinstance(node, ast.ImportFrom):
                bound = find_from_imports(node, self.module, is_package=self.is_package)
            elif isinstance(node, ast.Import):
                # `import a.b` binds `a`, by which the full name is written.
                bound = (target for target in find_imports(node) if ":" not in target.target)
            imports |= {target.name: target.target for target in bound if target.target}
        return self._replace(imports={**self.imports, **imports}) if imports else self


class FunctionBody(NamedTuple):
    """A function, and what is inside it."""

    node: FunctionNode
    nodes: tuple[ast.AST, ...]
    """Those of the function in order, without what is inside the scopes that it holds."""
    scope: Scope
    """What the names inside it mean."""

    def walk_all(self) -> Iterator[ast.AST]:
        """Yield the nodes of the function, and those inside the scopes that it holds, too."""
        yield from self.nodes
        stack: list[ast.AST] = [node for node in self.nodes if isinstance(node, _INNER_SCOPES)]
        while stack:
            children = list_children(stack.pop())
            yield from children
            stack += children


def read_body(function: FunctionNode, scope: Scope) -> FunctionBody:
    """Return what is inside a function.

    Args:
        function: its statement.
        scope: where it stands.
    """
    nodes = walk_scope(function)
    return FunctionBody(function, nodes, scope.enter(nodes))


def walk_scope(root: ast.AST) -> tuple[ast.AST, ...]:
    """Return the nodes of a class or function in order, without what is inside the scopes in it."""
    nodes: list[ast.AST] = []
    stack = list_children(root)[::-1]
    while stack:
        node = stack.pop()
        nodes.append(node)
        if not isinstance(node, _INNER_SCOPES):
            stack += reversed(list_children(node))
    return tuple(nodes)


def walk_statements(root: ast.AST) -> Iterator[ast.AST]:
    """Yield the statements of a class or function in order, without what is inside the scopes in it."""
    stack = list_children(root)[::-1]
    while stack:
        node = stack.pop()
        if not isinstance(node, ast.expr):
            yield node
            if not isinstance(node, _INNER_SCOPES):
                stack += reversed(list_children(node))


def list_children(node: ast.AST) -> list[ast.AST]:
    """Return the nodes directly below one, as `ast.iter_child_nodes` does, but without contexts."""
    children: list[ast.AST] = []
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            children += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST) and field != "ctx":
            children.append(value)
    return children
