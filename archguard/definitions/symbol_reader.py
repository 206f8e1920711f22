"""Read what one module binds and defines from its text.

Runs in a child process: parsing hostile text can use up the stack.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from archguard.definitions.bound_targets import (
    BoundTarget,
    find_assigned,
    find_from_imports,
    find_imports,
    find_walrus_targets,
)
from archguard.definitions.definition_reader import DefinitionReader, is_definition
from archguard.definitions.model import Binding, BindingKind, ModuleSymbols
from archguard.definitions.statement_place import Place, PlaceReader
from archguard.definitions.syntax_tree import TOO_DEEP, ParseError, normalize_line_ends, parse_source
from archguard.definitions.word_lines import WordLines
from archguard.graph.parsing.exported_names import ExportedNames
from archguard.graph.parsing.module_bindings import WRITERS, iterate_own_nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_UNUSUAL = (":=", "modules", *WRITERS)
"""Words of what may bind names inside of an expression."""
_GETATTR = "__getattr__"
_MAX_EXPORTED = 100_000
"""A module that exports more names is generated, and a star import would bind them all."""


def read_symbols(source: str, module: str, path: str, *, is_package: bool) -> ModuleSymbols:
    """Return what a module's text says.

    Args:
        source: the text.
        module: the module's name.
        path: the path of its file.
        is_package: whether relative imports start at the module itself.

    Raises:
        ParseError: the text cannot be parsed, or holds too much.
    """
    tree, text = parse_source(normalize_line_ends(source))
    reader = _ModuleReader(tree, text, module, is_package=is_package)
    try:
        reader.visit_block(tree.body, Place())
    except RecursionError as error:
        raise ParseError(TOO_DEEP) from error
    symbols = reader.make_symbols(path)
    if len(symbols.exported or ()) > _MAX_EXPORTED:
        raise ParseError(f"its `__all__` holds more than {_MAX_EXPORTED:,} names")
    return symbols


class _ModuleReader:
    """Collects the bindings and definitions of one module."""

    def __init__(self, tree: ast.Module, text: str, module: str, *, is_package: bool) -> None:
        self._module = module
        self._is_package = is_package
        self._places = PlaceReader(tree)
        self._definitions = DefinitionReader(text, module, self._places)
        self._exports = ExportedNames()
        self._bindings: list[Binding] = []
        self._globals: dict[str, Binding] = {}
        self._global_lines = WordLines(text, ["global"], begins_statement=True)
        self._unusual_lines = WordLines(text, _UNUSUAL)
        self._is_open = False

    def make_symbols(self, path: str) -> ModuleSymbols:
        """Return what was found."""
        return ModuleSymbols(
            name=self._module,
            path=path,
            is_package=self._is_package,
            bindings=(*self._globals.values(), *self._bindings),
            definitions=tuple(self._definitions.found),
            exported=self._exports.list_names(),
            exports_computed=self._exports.is_computed,
            is_open=self._is_open or any(binding.name == _GETATTR for binding in self._bindings),
        )

    def visit_block(self, statements: Iterable[ast.stmt], place: Place) -> None:
        """Collect what statements at module scope bind, and those of the blocks inside them."""
        for statement in statements:
            self._visit(statement, place)

    def _visit(self, statement: ast.stmt, place: Place) -> None:
        self._bind(self._find_targets(statement, place), statement.lineno, place)
        if is_definition(statement):
            self._find_globals(statement)
        self._exports.visit(statement)
        if self._unusual_lines.touch(statement):
            self._visit_unusual(statement, place)
        handlers = getattr(statement, "handlers", None)
        if handlers is not None:
            self._visit_attempt(statement, handlers, place)
            return
        for block, inside in self._places.iterate_blocks(statement, place):
            self.visit_block(block, inside)

    def _visit_attempt(
        self, statement: ast.stmt, handlers: Sequence[ast.ExceptHandler], place: Place
    ) -> None:
        """Visit the blocks of a `try`; the name of a caught error is bound in its handler only."""
        names = {id(handler.body): handler for handler in handlers if handler.name}
        for block, inside in self._places.iterate_blocks(statement, place):
            handler = names.get(id(block))
            if handler is None or handler.name is None:
                self.visit_block(block, inside)
                continue
            self._bind([BoundTarget(handler.name, BindingKind.VALUE)], handler.lineno, inside)
            self.visit_block(block, inside)
            self._bind([BoundTarget(handler.name, BindingKind.DELETED)], handler.lineno, inside)

    def _find_targets(self, statement: ast.stmt, place: Place) -> Iterable[BoundTarget]:
        if isinstance(statement, ast.Import):
            return find_imports(statement)
        if isinstance(statement, ast.ImportFrom):
            return find_from_imports(statement, self._module, is_package=self._is_package)
        if isinstance(statement, ast.ClassDef):
            definition = self._definitions.add_class(statement, "", place)
            return [BoundTarget(statement.name, BindingKind.CLASS, definition.statement)]
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            definition = self._definitions.add_function(statement, place)
            return [BoundTarget(statement.name, BindingKind.FUNCTION, definition.statement)]
        return find_assigned(statement)

    def _bind(self, targets: Iterable[BoundTarget], line: int, place: Place) -> None:
        self._bindings += [
            Binding(
                target.name, target.kind, line, target.target, place.is_type_checking, place.branches
            )
            for target in targets
        ]

    def _find_globals(self, scope: ast.stmt) -> None:
        """Bind the names that a function or class declares as global: when, nobody knows."""
        if not self._global_lines.touch(scope):
            return
        for node in ast.walk(scope):
            if isinstance(node, ast.Global):
                for name in node.names:
                    self._globals.setdefault(name, Binding(name, BindingKind.VALUE, node.lineno))

    def _visit_unusual(self, statement: ast.stmt, place: Place) -> None:
        """Look for what binds names inside of expressions; blocks are visited by themselves."""
        for node in iterate_own_nodes(_without_blocks(statement)):
            self._bind(find_walrus_targets(node), getattr(node, "lineno", 0), place)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                self._is_open |= node.func.id in WRITERS
            elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
                self._is_open |= _is_own_entry(node)


def _is_own_entry(node: ast.Subscript) -> bool:
    """Return whether `sys.modules[__name__]` is meant, so that the module may be another object."""
    return isinstance(node.slice, ast.Name) and node.slice.id == "__name__"


def _without_blocks(statement: ast.stmt) -> ast.stmt:
    """Return a statement whose blocks are empty, so that only its own expressions are left."""
    blocks = {"body", "orelse", "finalbody", "handlers", "cases"}
    if is_definition(statement) or blocks.isdisjoint(statement._fields):
        return statement
    fields: dict[str, Any] = {
        name: [] if name in blocks else getattr(statement, name, None) for name in statement._fields
    }
    return type(statement)(**fields, lineno=statement.lineno, col_offset=statement.col_offset)
