"""Where a statement stands: what the blocks around it say about whether it runs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.model import Branch
from archguard.definitions.written_text import read_dotted_name
from archguard.graph.parsing.conditions import TYPE_CHECKING_NAME, decide_expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_SUPPRESS = "suppress"


class Place(NamedTuple):
    """What is known of a statement from the blocks around it."""

    is_type_checking: bool = False
    is_fallback: bool = False
    """Whether it stands in an `except` that catches ImportError."""
    branches: tuple[tuple[int, Branch], ...] = ()
    """See `Binding.branches`."""


Block = tuple[list[ast.stmt], Place]


class PlaceReader:
    """Says in which place the blocks of compound statements are."""

    def __init__(self, tree: ast.Module) -> None:
        """Look for the names of TYPE_CHECKING in a module."""
        self._type_checking_names = _find_type_checking_names(tree)
        self._attempts = 0

    def iterate_blocks(self, statement: ast.stmt, place: Place) -> Iterator[Block]:
        """Yield the blocks of a statement in order; none of a function, class or simple statement."""
        if isinstance(statement, ast.If):
            yield from self._iterate_branches(statement, place)
        elif isinstance(statement, (ast.For, ast.AsyncFor, ast.While)):
            yield statement.body, place
            yield statement.orelse, place
        elif isinstance(statement, (ast.With, ast.AsyncWith)):
            yield statement.body, self._enter_with(statement, place)
        elif isinstance(statement, (ast.Try, ast.TryStar)):
            yield from self._iterate_attempt(statement, place)
        elif isinstance(statement, ast.Match):
            for case in statement.cases:
                yield case.body, place

    def _iterate_branches(self, statement: ast.If, place: Place) -> Iterator[Block]:
        value = decide_expression(statement.test, self._type_checking_names)
        type_checking = place._replace(is_type_checking=True)
        yield statement.body, type_checking if value is False else place
        yield statement.orelse, type_checking if value is True else place

    def _enter_with(self, statement: ast.With | ast.AsyncWith, place: Place) -> Place:
        if not any(_suppresses_import_error(item.context_expr) for item in statement.items):
            return place
        return _enter(place, self._count_attempt(), Branch.TRY)

    def _iterate_attempt(self, statement: ast.Try | ast.TryStar, place: Place) -> Iterator[Block]:
        number = self._count_attempt()
        yield statement.body, _enter(place, number, Branch.TRY)
        is_caught = False
        for handler in statement.handlers:
            catches = _catches_import_error(handler.type)
            branch = Branch.EXCEPT if catches and not is_caught else Branch.UNUSED
            is_caught |= catches
            inside = _enter(place, number, branch)
            yield handler.body, inside._replace(is_fallback=place.is_fallback or catches)
        yield statement.orelse, _enter(place, number, Branch.ELSE)
        yield statement.finalbody, _enter(place, number, Branch.FINALLY)

    def _count_attempt(self) -> int:
        self._attempts += 1
        return self._attempts


def _enter(place: Place, attempt: int, branch: Branch) -> Place:
    return place._replace(branches=(*place.branches, (attempt, branch)))


def _find_type_checking_names(tree: ast.Module) -> Set[str]:
    names = {TYPE_CHECKING_NAME}
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom):
            names |= {alias.asname for alias in statement.names if alias.asname and alias.name in names}
    return names


def _catches_import_error(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    caught_types = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(_is_import_error(one) for one in caught_types)


def _is_import_error(node: ast.expr) -> bool:
    return (read_dotted_name(node) or "").removeprefix("builtins.") in _IMPORT_ERRORS


def _suppresses_import_error(context: ast.expr) -> bool:
    if not isinstance(context, ast.Call):
        return False
    name = read_dotted_name(context.func) or ""
    return name.rpartition(".")[2] == _SUPPRESS and any(map(_is_import_error, context.args))
