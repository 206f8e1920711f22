"""Write down how a function is called, in a file that has none of its names."""

from __future__ import annotations

import ast
import builtins

ANY = "_Any"
"""What `typing.Any` is called where signatures are written."""
_UNKNOWN = f"(*args: {ANY}, **kwargs: {ANY}) -> {ANY}"


def write_signature(text: str) -> str:
    """Return a function's parameters and result as they follow its name.

    Annotations that need more than built-in names become `Any`, and defaults `...`. A function that a
    decorator may have changed takes anything.

    Args:
        text: the statement that defines it, with its decorators.
    """
    try:
        statements = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _UNKNOWN
    function = statements[0] if statements else None
    if not isinstance(function, ast.FunctionDef) or function.decorator_list:
        return _UNKNOWN
    if getattr(function, "type_params", ()):  # from Python 3.12 on
        return _UNKNOWN
    arguments = function.args
    several = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    several += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    for argument in several:
        argument.annotation = _make_plain(argument.annotation)
    arguments.defaults = [ast.Constant(...) for _ in arguments.defaults]
    arguments.kw_defaults = [one and ast.Constant(...) for one in arguments.kw_defaults]
    return f"({ast.unparse(arguments)}) -> {ast.unparse(_make_plain(function.returns))}"


def _make_plain(annotation: ast.expr | None) -> ast.expr:
    if annotation is not None and all(map(_is_plain, ast.walk(annotation))):
        return annotation
    return ast.Name(ANY)


def _is_plain(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return hasattr(builtins, node.id)
    # A string may hold any name.
    return not (isinstance(node, ast.Constant) and isinstance(node.value, str))
