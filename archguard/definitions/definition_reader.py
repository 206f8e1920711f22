"""Read class statements at any depth, and the functions at module scope."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

from archguard.definitions.model import Definition, Method
from archguard.definitions.own_attributes import iterate_assigned
from archguard.definitions.scope import walk_scope
from archguard.definitions.word_lines import WordLines
from archguard.definitions.written_text import WrittenText, read_dotted_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archguard.definitions.statement_place import Place, PlaceReader

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_LOCALS = "<locals>."


def is_definition(statement: ast.stmt) -> bool:
    """Return whether a statement is that of a function or class."""
    return isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))


class DefinitionReader:
    """Collects the definitions of one module, in the order of its text."""

    def __init__(self, text: str, module: str, places: PlaceReader) -> None:
        """Start without definitions.

        Args:
            text: the module's text.
            module: its name.
            places: says in which place blocks are.
        """
        self.found: list[Definition] = []
        self._written = WrittenText(text)
        self._module = module
        self._places = places
        self._class_lines = WordLines(text, ["class"], begins_statement=True)
        self._numbers: Counter[str] = Counter()

    def add_function(self, statement: _Function, place: Place) -> Definition:
        """Add a function at module scope, and the classes inside it."""
        definition = self._make(statement, "", place)
        self._visit_function(statement, "", place)
        return definition

    def add_class(self, statement: ast.ClassDef, scope: str, place: Place) -> Definition:
        """Add a class, and the classes inside it.

        Args:
            statement: its statement.
            scope: what its qualified name begins with: empty at module scope.
            place: where it stands.
        """
        definition = self._make(statement, scope, place)
        self._visit_block(statement.body, f"{scope}{statement.name}.", place)
        return definition

    def _visit_block(self, statements: Iterable[ast.stmt], scope: str, place: Place) -> None:
        for statement in statements:
            if not self._class_lines.touch(statement):
                continue
            if isinstance(statement, ast.ClassDef):
                self.add_class(statement, scope, place)
            elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._visit_function(statement, scope, place)
            else:
                for block, inside in self._places.iterate_blocks(statement, place):
                    self._visit_block(block, scope, inside)

    def _visit_function(self, statement: _Function, scope: str, place: Place) -> None:
        if self._class_lines.touch(statement):
            # Whether a function runs does not depend on the `try` around it.
            inside = place._replace(branches=())
            self._visit_block(statement.body, f"{scope}{statement.name}.{_LOCALS}", inside)

    def _make(self, statement: ast.ClassDef | _Function, scope: str, place: Place) -> Definition:
        name = f"{self._module}:{scope}{statement.name}"
        self._numbers[name] += 1
        class_statement = statement if isinstance(statement, ast.ClassDef) else None
        functions = [*_find_methods(class_statement.body)] if class_statement else []
        methods = tuple(map(self._make_method, functions))
        definition = Definition(
            id=name,
            number=self._numbers[name],
            is_class=class_statement is not None,
            line=statement.lineno,
            start_line=_find_start(statement),
            end_line=statement.end_lineno or statement.lineno,
            bases=tuple(map(self._written.read, class_statement.bases)) if class_statement else (),
            keywords=tuple(map(self._read_keyword, class_statement.keywords)) if class_statement else (),
            decorators=self._read_decorators(statement),
            methods=methods,
            returns=self._read_annotation(statement),
            is_type_checking=place.is_type_checking,
            is_fallback=place.is_fallback,
            has_state=does_mostly_nothing(methods) and any(map(_sets_attributes, functions)),
        )
        self.found.append(definition)
        return definition

    def _read_decorators(self, statement: ast.ClassDef | _Function) -> tuple[str, ...]:
        return tuple(map(self._written.read, statement.decorator_list))

    def _read_annotation(self, statement: ast.ClassDef | _Function) -> str:
        if isinstance(statement, ast.ClassDef) or statement.returns is None:
            return ""
        return self._written.read(statement.returns)

    def _read_keyword(self, keyword: ast.keyword) -> str:
        value = self._written.read(keyword.value)
        return f"**{value}" if keyword.arg is None else f"{keyword.arg}={value}"

    def _make_method(self, function: _Function) -> Method:
        return Method(
            name=function.name,
            line=function.lineno,
            start_line=_find_start(function),
            end_line=function.end_lineno or function.lineno,
            decorators=self._read_decorators(function),
            has_body=has_body(function.body),
        )


def does_mostly_nothing(methods: Sequence[Method]) -> bool:
    """Return whether at least half of a class's methods have no body."""
    return 2 * sum(method.has_body for method in methods) <= len(methods)


def _sets_attributes(function: _Function) -> bool:
    return next(iterate_assigned(function, walk_scope(function)), None) is not None


def _find_methods(statements: Iterable[ast.stmt]) -> Iterator[_Function]:
    for statement in statements:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield statement
        elif isinstance(statement, (ast.If, ast.Try, ast.TryStar, ast.With)):
            for block in _list_blocks(statement):
                yield from _find_methods(block)


def _list_blocks(statement: ast.If | ast.Try | ast.TryStar | ast.With) -> Iterator[list[ast.stmt]]:
    yield statement.body
    if isinstance(statement, (ast.Try, ast.TryStar)):
        for handler in statement.handlers:
            yield handler.body
        yield statement.finalbody
    if not isinstance(statement, ast.With):
        yield statement.orelse


def _find_start(statement: ast.ClassDef | _Function) -> int:
    lines = [decorator.lineno for decorator in statement.decorator_list]
    return min([statement.lineno, *lines])


def has_body(statements: Sequence[ast.stmt]) -> bool:
    """Return whether statements do more than `...`, `pass`, a docstring or NotImplementedError."""
    return not all(map(_does_nothing, statements))


def _does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Raise):
        error = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return error is not None and read_dotted_name(error) == "NotImplementedError"
    is_constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_constant or isinstance(statement, ast.Pass)
