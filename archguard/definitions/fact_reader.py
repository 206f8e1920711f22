"""Read what chosen classes and functions of one module do with others.

Runs in a child process, as `symbol_reader` does, and only for the members of a family: it takes
longer than reading all symbols.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.class_facts import ClassFacts, describe_class, list_returned
from archguard.definitions.scope import Scope, list_children, read_body, walk_scope
from archguard.definitions.shapes import hash_shape
from archguard.definitions.syntax_tree import TOO_DEEP, ParseError, normalize_line_ends, parse_source
from archguard.definitions.tokens import MIN_COPY_TOKENS, hash_shingles, list_tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

Span = tuple[int, int]
"""The first and the last line of a statement."""

_DefinitionNode = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class DefinitionFacts(NamedTuple):
    """What the source of a class or function says, whatever the names in it lead to."""

    line: int
    """Where `class` or `def` stands."""
    facts: ClassFacts
    """Empty for a function."""
    returned: tuple[str, ...]
    """What a function returns, see `list_returned`; of a class, what its methods return."""
    shape: str
    """See `hash_shape`; empty for one of fewer tokens than `MIN_COPY_TOKENS`."""
    shingles: frozenset[int]
    """See `hash_shingles`; empty for such a one, too."""
    tokens: int


def read_facts(
    source: str, module: str, spans: Collection[Span], *, is_package: bool
) -> list[DefinitionFacts]:
    """Return the facts of the classes and functions whose statements stand on some lines, in order.

    A statement that begins a line is parsed by itself, the whole text only where that does not do.

    Args:
        source: the module's text.
        module: its name.
        spans: where `class` or `def` stands, and where the statement ends.
        is_package: whether relative imports start at the module itself.

    Raises:
        ParseError: the text cannot be parsed.
    """
    text = normalize_line_ends(source)
    scope = Scope(module, is_package)
    lines = text.split("\n")
    try:
        ordered = sorted(spans, key=tuple)
        facts = [_read_alone(span, scope, lines) for span in ordered]
        remaining = [line for (line, _), alone in zip(ordered, facts, strict=True) if alone is None]
        whole = _read_in_text(text, scope, remaining) if remaining else []
    except RecursionError as error:
        raise ParseError(TOO_DEEP) from error
    return sorted([*whole, *(alone for alone in facts if alone is not None)])


def _read_alone(span: Span, scope: Scope, lines: Sequence[str]) -> DefinitionFacts | None:
    """Return the facts of a statement at module scope; None if it has to be parsed with the others."""
    line, end = span
    text_lines = lines[line - 1 : end]
    if not text_lines or not text_lines[0][:1].isalpha():
        return None
    try:
        tree, _ = parse_source("\n".join(text_lines))
    except ParseError:
        return None
    statement = tree.body[0]
    if len(tree.body) > 1 or not isinstance(statement, _DefinitionNode):
        return None
    return _describe(statement, scope, text_lines)._replace(line=line)


def _read_in_text(text: str, scope: Scope, lines: Sequence[int]) -> list[DefinitionFacts]:
    """Return the facts of the statements on some lines, sorted."""
    tree, text = parse_source(text)
    text_lines = text.split("\n")
    return [
        _describe(node, around, text_lines[node.lineno - 1 : node.end_lineno])
        for node, around in _find_definitions(tree, scope, lines)
    ]


def _find_definitions(
    root: ast.AST, scope: Scope, lines: Sequence[int]
) -> Iterator[tuple[_DefinitionNode, Scope]]:
    """Yield the classes and functions on some lines, with the scope that each statement stands in."""
    stack: list[tuple[ast.AST, Scope]] = [(root, scope)]
    while stack:
        node, around = stack.pop()
        for child in list_children(node):
            if isinstance(child, ast.match_case):
                stack.append((child, around))
            elif isinstance(child, ast.stmt | ast.ExceptHandler) and (first := _find_line(child, lines)):
                is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
                if first == child.lineno and isinstance(child, _DefinitionNode):
                    yield child, around
                stack.append((child, around.enter(walk_scope(child)) if is_function else around))


def _find_line(node: ast.stmt | ast.ExceptHandler, lines: Sequence[int]) -> int | None:
    """Return the first of some lines that is inside a statement; None if none is."""
    index = bisect_left(lines, node.lineno)
    is_inside = index < len(lines) and lines[index] <= (node.end_lineno or node.lineno)
    return lines[index] if is_inside else None


def _describe(node: _DefinitionNode, scope: Scope, lines: Sequence[str]) -> DefinitionFacts:
    """Return the facts of a statement whose text is on some lines."""
    tokens = list_tokens("\n".join(lines))
    if isinstance(node, ast.ClassDef):
        facts = describe_class(node, scope)
        returned = tuple(sorted({name for method in facts.methods for name in method.returns}))
    else:
        facts = ClassFacts((), ())
        returned = list_returned(read_body(node, scope))
    may_be_copy = len(tokens) >= MIN_COPY_TOKENS
    return DefinitionFacts(
        line=node.lineno,
        facts=facts,
        returned=returned,
        shape=hash_shape(node) if may_be_copy else "",
        shingles=hash_shingles(tokens) if may_be_copy else frozenset(),
        tokens=len(tokens),
    )
