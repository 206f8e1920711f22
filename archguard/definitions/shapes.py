"""What a piece of code has in common with a copy of it in which names were changed."""

from __future__ import annotations

import ast
import hashlib

_NAME_FIELDS = frozenset({"id", "arg", "name", "asname", "attr", "rest", "module"})
_POSITIONS = frozenset({"ctx", "type_comment", "kind", "type_params"})


def hash_shape(node: ast.AST) -> str:
    """Return a hash of a syntax tree that ignores names, docstrings and positions.

    A name is replaced by the number of its first use, so that two trees agree only if one of them
    can be turned into the other by giving each name another one.
    """
    numbers: dict[str, int] = {}
    parts: list[str] = []
    stack: list[object] = [node]  # a recursion would end in a deep tree
    while stack:
        part = stack.pop()
        if isinstance(part, ast.AST):
            parts.append(type(part).__name__)
            stack += reversed(_list_values(part))
        elif isinstance(part, list):
            parts.append(str(len(part)))
            stack += reversed(part)
        elif isinstance(part, _Name):
            parts.append(str(numbers.setdefault(part, len(numbers))))
        else:
            parts.append(repr(part))
    text = ",".join(parts)
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()


class _Name(str):
    """An identifier."""

    __slots__ = ()


def _list_values(node: ast.AST) -> list[object]:
    """Return the values of a node's fields in order, without docstring, identifiers as `_Name`."""
    fields = [field for field in node._fields if field not in _POSITIONS]
    if isinstance(node, ast.Global | ast.Nonlocal):
        return [[_Name(name) for name in node.names]]
    values: list[object] = [getattr(node, field) for field in fields]
    for index, field in enumerate(fields):
        value = values[index]
        if field in _NAME_FIELDS and isinstance(value, str):
            values[index] = _Name(value)
        elif field == "body" and isinstance(value, list) and _has_docstring(node):
            values[index] = value[1:]
    return values


def _has_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and ast.get_docstring(node, clean=False) is not None
    )
