"""Read what the symbols of one module use from its text.

Runs in a child process, as `symbol_reader` does.
"""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from archguard.definitions.bound_targets import find_assigned, find_from_imports, find_imports
from archguard.definitions.model import BindingKind
from archguard.definitions.module_uses import BODY, Handed, ModuleUses, SymbolUses
from archguard.definitions.statement_place import Place, PlaceReader
from archguard.definitions.syntax_tree import TOO_DEEP, ParseError, normalize_line_ends, parse_source
from archguard.definitions.use_walk import UseWalk
from archguard.definitions.written_text import read_dotted_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.definitions.bound_targets import BoundTarget

_BUILTINS = frozenset(dir(builtins))
_NO_REGISTRIES = frozenset({"ABCMeta", "EnumMeta", "EnumType"})
_SUBCLASS_HOOKS = frozenset({"__init_subclass__", "__subclasses__"})
_AUTOUSE = "autouse"


def read_uses(source: str, module: str, path: str, *, is_package: bool) -> ModuleUses:
    """Return what a module's symbols use.

    Args:
        source: the module's text.
        module: its name.
        path: the path of its file.
        is_package: whether relative imports start at the module itself.

    Raises:
        ParseError: the text cannot be parsed.
    """
    tree, _ = parse_source(normalize_line_ends(source))
    reader = _UseReader(tree, module, is_package=is_package)
    try:
        reader.visit_block(tree.body, Place())
    except RecursionError as error:
        raise ParseError(TOO_DEEP) from error
    return reader.make_uses(path)


class _UseReader:
    """Collects the uses of one module's statements."""

    def __init__(self, tree: ast.Module, module: str, *, is_package: bool) -> None:
        self._module = module
        self._is_package = is_package
        self._places = PlaceReader(tree)
        self._symbols: list[SymbolUses] = []
        self._aliases: dict[tuple[str, str], None] = {}
        self._stars: dict[str, None] = {}
        self._handed: list[Handed] = []
        self._body = UseWalk(module, is_package=is_package)

    def make_uses(self, path: str) -> ModuleUses:
        """Return what was collected, without the names that the module does not bind."""
        bound = {symbol.name for symbol in self._symbols} | {name for name, _ in self._aliases}
        has_stars = bool(self._stars)

        def select(names: Iterable[str]) -> tuple[str, ...]:
            return tuple(
                name
                for name in names
                if ":" in name
                or (first := name.partition(".")[0]) in bound
                or (has_stars and first not in _BUILTINS)
            )

        body = self._body.make_symbol(BODY, 1)
        symbols = [
            symbol._replace(names=select(symbol.names), bases=select(symbol.bases))
            for symbol in [*self._symbols, body]
        ]
        handed = [
            Handed(one.receiver, names, one.is_on_import)
            for one in self._handed
            if select([one.receiver]) and (names := select(one.names))
        ]
        return ModuleUses(
            name=self._module,
            path=path,
            is_package=self._is_package,
            symbols=tuple(symbols),
            aliases=tuple(self._aliases),
            stars=tuple(self._stars),
            handed=tuple(dict.fromkeys(handed)),
        )

    def visit_block(self, statements: Iterable[ast.stmt], place: Place) -> None:
        """Collect the uses of statements at module scope; those for type checkers only have none."""
        if place.is_type_checking:
            return
        for statement in statements:
            self._visit(statement)
            for block, inside in self._places.iterate_blocks(statement, place):
                self.visit_block(block, inside)

    def _visit(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Import):
            self._add_imports(find_imports(statement))
        elif isinstance(statement, ast.ImportFrom):
            self._add_imports(find_from_imports(statement, self._module, is_package=self._is_package))
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self._add_definition(statement)
        else:
            self._add_statement(statement)

    def _add_imports(self, targets: Iterable[BoundTarget]) -> None:
        for target in targets:
            if target.kind is BindingKind.STAR:
                if target.target:
                    self._stars[target.target] = None
                    self._body.loaded.add(target.target)
            elif target.target:
                base, _, item = target.target.partition(":")
                is_from = target.kind is BindingKind.FROM_IMPORT
                written = f"{base}:{item}" if is_from else f"{base}:"
                self._aliases[target.name, written] = None
                self._body.loaded.add(f"{base}.{item}" if item else base)

    def _add_definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        walk = UseWalk(self._module, is_package=self._is_package)
        walk.visit([node])
        kind = BindingKind.CLASS if isinstance(node, ast.ClassDef) else BindingKind.FUNCTION
        symbol = walk.make_symbol(node.name, node.lineno)._replace(kind=kind.value)
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            receiver = read_dotted_name(called)
            if receiver is not None:
                self._handed.append(Handed(receiver, (node.name,), is_on_import=True))
                symbol = _mark_fixture(symbol, receiver, decorator)
            self._body.visit([decorator])
        self._handed += walk.list_handed()
        if isinstance(node, ast.ClassDef):
            bases = [read_dotted_name(_without_parameters(base)) for base in node.bases]
            symbol = symbol._replace(
                bases=tuple(base for base in bases if base), is_registry=_is_registry(node, walk)
            )
            self._body.visit_calls(node.body)
        self._symbols.append(symbol)

    def _add_statement(self, statement: ast.stmt) -> None:
        parts = _list_own_expressions(statement)
        self._body.visit_calls(parts)
        names = dict.fromkeys(target.name for target in find_assigned(statement))
        if names:
            walk = UseWalk(self._module, is_package=self._is_package)
            walk.visit(parts)
            symbol = walk.make_symbol("", statement.lineno)
            self._symbols += [symbol._replace(name=name) for name in names]
        for receiver, given in _find_handed(statement):
            walk = UseWalk(self._module, is_package=self._is_package)
            walk.visit(given)
            self._handed.append(Handed(receiver, tuple(sorted(walk.names)), is_on_import=True))


def _list_own_expressions(statement: ast.stmt) -> list[ast.AST]:
    """Return the expressions of a statement that stand in none of its blocks."""
    parts: list[ast.AST] = []
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, (ast.expr, ast.withitem)):
            parts.append(child)
        elif isinstance(child, ast.ExceptHandler) and child.type is not None:
            parts.append(child.type)
    return parts


def _find_handed(statement: ast.stmt) -> Iterable[tuple[str, list[ast.AST]]]:
    """Yield each name that a statement gives something to, with what it gives."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        callees = [call.func.func, call.func] if isinstance(call.func, ast.Call) else [call.func]
        for callee in callees:
            if (receiver := read_dotted_name(callee)) is not None:
                yield receiver, [*call.args, *(keyword.value for keyword in call.keywords)]
    elif isinstance(statement, (ast.Assign, ast.AugAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            owner = target.value if isinstance(target, (ast.Attribute, ast.Subscript)) else None
            if owner is not None and (receiver := read_dotted_name(owner)) is not None:
                yield receiver, [statement.value]


def _without_parameters(base: ast.expr) -> ast.expr:
    return base.value if isinstance(base, ast.Subscript) else base


def _is_registry(node: ast.ClassDef, walk: UseWalk) -> bool:
    metaclasses = [keyword.value for keyword in node.keywords if keyword.arg == "metaclass"]
    names = [(read_dotted_name(metaclass) or "").rpartition(".")[2] for metaclass in metaclasses]
    return any(name not in _NO_REGISTRIES for name in names) or not _SUBCLASS_HOOKS.isdisjoint(
        walk.members
    )


def _mark_fixture(symbol: SymbolUses, receiver: str, decorator: ast.expr) -> SymbolUses:
    """Return the symbol with its name as a fixture, if a decorator makes it one."""
    if receiver.rpartition(".")[2] not in {"fixture", "yield_fixture"}:
        return symbol
    name, is_autouse = symbol.name, False
    for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
            name = str(keyword.value.value)
        elif keyword.arg == _AUTOUSE:
            is_autouse = not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
    return symbol._replace(fixture=name, is_autouse=is_autouse)
