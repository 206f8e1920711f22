"""Read what chosen classes and functions of one module do with others.

Runs in a child process, as `symbol_reader` does, and only for the members of a family: it takes
longer than reading all symbols.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.class_facts import ClassFacts, Scope, describe_class, list_returned
from archguard.definitions.shapes import hash_shape
from archguard.definitions.syntax_tree import TOO_DEEP, ParseError, normalize_line_ends, parse_source
from archguard.definitions.tokens import hash_shingles, list_tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class DefinitionFacts(NamedTuple):
    """What the source of a class or function says, whatever the names in it lead to."""

    line: int
    """Where `class` or `def` stands."""
    facts: ClassFacts
    """Empty for a function."""
    returned: tuple[str, ...]
    """What a function returns, see `list_returned`; of a class, what its methods return."""
    shape: str
    """See `hash_shape`."""
    shingles: frozenset[int]
    """See `hash_shingles`."""
    tokens: int


def read_facts(
    source: str, module: str, lines: Collection[int], *, is_package: bool
) -> list[DefinitionFacts]:
    """Return the facts of the classes and functions whose statements stand on some lines, in order.

    Args:
        source: the module's text.
        module: its name.
        lines: where `class` or `def` stands.
        is_package: whether relative imports start at the module itself.

    Raises:
        ParseError: the text cannot be parsed.
    """
    tree, text = parse_source(normalize_line_ends(source))
    wanted = frozenset(lines)
    text_lines = text.split("\n")
    try:
        return sorted(
            _describe(node, scope, text_lines)
            for node, scope in _find_definitions(tree, Scope(module, is_package))
            if node.lineno in wanted
        )
    except RecursionError as error:
        raise ParseError(TOO_DEEP) from error


def _find_definitions(
    root: ast.AST, scope: Scope
) -> Iterator[tuple[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, Scope]]:
    """Yield each class and function, with the scope that its statement stands in."""
    stack: list[tuple[ast.AST, Scope]] = [(root, scope)]
    while stack:
        node, around = stack.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield child, around
            if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
                inside = around.enter(child) if isinstance(child, _FUNCTIONS) else around
                stack.append((child, inside))


def _describe(
    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, lines: list[str]
) -> DefinitionFacts:
    text = "\n".join(lines[node.lineno - 1 : node.end_lineno])
    if isinstance(node, ast.ClassDef):
        facts = describe_class(node, scope)
        returned = tuple(sorted({name for method in facts.methods for name in method.returns}))
    else:
        facts = ClassFacts((), ())
        returned = list_returned(node, scope)
    return DefinitionFacts(
        line=node.lineno,
        facts=facts,
        returned=returned,
        shape=hash_shape(node),
        shingles=hash_shingles(text),
        tokens=len(list_tokens(text)),
    )
