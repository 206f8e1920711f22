"""The attributes that a method reads and assigns of its own object."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archguard.definitions.scope import FunctionNode


def find_owner(function: FunctionNode) -> str | None:
    """Return the name of a method's first parameter; None if it has no object or class."""
    arguments = [*function.args.posonlyargs, *function.args.args]
    is_static = any(
        isinstance(decorator, ast.Name) and decorator.id == "staticmethod"
        for decorator in function.decorator_list
    )
    return None if is_static or not arguments else arguments[0].arg


def find_attribute(node: ast.AST, owner: str | None) -> str | None:
    """Return x of `self.x`."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == owner:
        return node.attr
    return None


def iterate_assigned(
    function: FunctionNode, nodes: Iterable[ast.AST]
) -> Iterator[tuple[str, ast.Assign | ast.AnnAssign]]:
    """Yield each attribute that a method assigns of its object, and the statement.

    Args:
        function: the method.
        nodes: those in it, as `walk_scope` returns them.
    """
    owner = find_owner(function)
    for node in nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if (name := find_attribute(target, owner)) is not None:
                    yield name, node
