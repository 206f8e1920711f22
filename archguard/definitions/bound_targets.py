"""The names that one statement at module scope binds, without the blocks inside it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.model import BindingKind
from archguard.definitions.written_text import read_dotted_name
from archguard.graph.parsing.import_lines import normalize_name, resolve_relative_base

if TYPE_CHECKING:
    from collections.abc import Iterator


class BoundTarget(NamedTuple):
    """A name, and what it is bound to: see the fields of `Binding`."""

    name: str
    kind: BindingKind
    target: str = ""


def find_imports(statement: ast.Import) -> Iterator[BoundTarget]:
    """Yield what `import` binds: `import a.b` binds `a`."""
    for alias in statement.names:
        name = normalize_name(alias.name)
        if alias.asname:
            yield BoundTarget(alias.asname, BindingKind.IMPORT, name)
        else:
            yield BoundTarget(name.partition(".")[0], BindingKind.IMPORT, name.replace(".", ":", 1))


def find_from_imports(
    statement: ast.ImportFrom, module: str, *, is_package: bool
) -> Iterator[BoundTarget]:
    """Yield what `from base import item` binds."""
    written = "." * statement.level + (statement.module or "")
    base: str | None = normalize_name(written)
    if statement.level:
        base = resolve_relative_base(written, module, is_package=is_package)
    for alias in statement.names:
        item = normalize_name(alias.name)
        if item == "*":
            yield BoundTarget(item, BindingKind.STAR, base or "")
        else:
            target = f"{base}:{item}" if base else ""
            yield BoundTarget(alias.asname or item, BindingKind.FROM_IMPORT, target)


def find_assigned(statement: ast.stmt) -> Iterator[BoundTarget]:
    """Yield what an assignment, `del`, loop, `with`, `match` or `type` statement binds or removes."""
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from _pair(target, statement.value)
    elif isinstance(statement, ast.AnnAssign):
        if statement.value is not None:
            yield from _pair(statement.target, statement.value)
    elif isinstance(statement, (ast.AugAssign, ast.For, ast.AsyncFor)):
        yield from _find_stored(statement.target)
    elif isinstance(statement, (ast.With, ast.AsyncWith, ast.Match)):
        yield from _find_in_parts(statement)
    elif isinstance(statement, ast.Delete):
        deleted = (target.id for target in statement.targets if isinstance(target, ast.Name))
        yield from (BoundTarget(name, BindingKind.DELETED) for name in deleted)
    elif type(statement).__name__ == "TypeAlias":  # new in 3.12
        yield BoundTarget(statement.name.id, BindingKind.VALUE)  # type: ignore[attr-defined,unused-ignore]


def _find_in_parts(statement: ast.With | ast.AsyncWith | ast.Match) -> Iterator[BoundTarget]:
    if isinstance(statement, ast.Match):
        for case in statement.cases:
            yield from _find_captured(case.pattern)
        return
    for item in statement.items:
        if item.optional_vars is not None:
            yield from _find_stored(item.optional_vars)


def find_walrus_targets(node: ast.AST) -> Iterator[BoundTarget]:
    """Yield the names that `:=` binds in one node that `iterate_own_nodes` yields."""
    if isinstance(node, ast.NamedExpr):
        yield BoundTarget(node.target.id, BindingKind.VALUE)


def _pair(target: ast.expr, value: ast.expr) -> Iterator[BoundTarget]:
    """Yield the names in a target of an assignment, each with its part of the value."""
    if isinstance(target, ast.Name):
        written = read_dotted_name(value)
        kind = BindingKind.VALUE if written is None else BindingKind.ALIAS
        yield BoundTarget(target.id, kind, written or "")
    elif (
        isinstance(target, (ast.Tuple, ast.List))
        and isinstance(value, (ast.Tuple, ast.List))
        and len(target.elts) == len(value.elts)
        and not any(isinstance(one, ast.Starred) for one in (*target.elts, *value.elts))
    ):
        for inner, part in zip(target.elts, value.elts, strict=True):
            yield from _pair(inner, part)
    else:
        yield from _find_stored(target)


def _find_stored(target: ast.expr) -> Iterator[BoundTarget]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield BoundTarget(node.id, BindingKind.VALUE)


def _find_captured(pattern: ast.pattern) -> Iterator[BoundTarget]:
    for node in ast.walk(pattern):
        name = None
        if isinstance(node, (ast.MatchAs, ast.MatchStar)):
            name = node.name
        elif isinstance(node, ast.MatchMapping):
            name = node.rest
        if name:
            yield BoundTarget(name, BindingKind.VALUE)
