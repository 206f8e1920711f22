"""What a piece of code has in common with a copy of it in which names were changed."""

from __future__ import annotations

import ast
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME_FIELDS = frozenset({"id", "arg", "name", "asname", "attr", "rest", "module"})
_POSITIONS = frozenset({"ctx", "type_comment", "kind", "type_params"})


def hash_shape(node: ast.AST) -> str:
    """Return a hash of a syntax tree that ignores names, docstrings and positions.

    A name is replaced by the number of its first use, so that two trees agree only if one of them
    can be turned into the other by giving each name another one.
    """
    names: dict[str, int] = {}
    digest = hashlib.blake2b(digest_size=12)
    for part in _walk(node):
        value = names.setdefault(part, len(names)) if isinstance(part, _Name) else part
        digest.update(f"{value!r},".encode("utf-8", "replace"))
    return digest.hexdigest()


class _Name(str):
    """An identifier."""

    __slots__ = ()


def _walk(root: ast.AST) -> Iterator[object]:
    """Yield the parts of a tree in order; without recursion, which a deep tree would end."""
    stack: list[object] = [root]
    while stack:
        part = stack.pop()
        if isinstance(part, list):
            yield len(part)
            stack.extend(reversed(part))
        elif isinstance(part, ast.AST):
            yield type(part).__name__
            stack.extend(reversed(list(_list_fields(part))))
        else:
            yield part


def _list_fields(node: ast.AST) -> Iterator[object]:
    for field, value in ast.iter_fields(node):
        if field in _POSITIONS:
            continue
        if field in _NAME_FIELDS and isinstance(value, str):
            yield _Name(value)
        elif field == "names" and isinstance(node, ast.Global | ast.Nonlocal):
            yield [_Name(name) for name in value]
        elif field == "body" and _has_docstring(node):
            yield value[1:]
        else:
            yield value


def _has_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and ast.get_docstring(node, clean=False) is not None
    )
