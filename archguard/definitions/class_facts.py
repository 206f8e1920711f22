"""What a class or function does with other classes, as far as its source says."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.definition_reader import has_body
from archguard.definitions.own_attributes import find_attribute, find_owner, iterate_assigned
from archguard.definitions.scope import read_body, walk_statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archguard.definitions.scope import FunctionBody, Scope

_TRANSPARENT = frozenset(
    "Annotated AsyncContextManager AsyncGenerator AsyncIterator Awaitable ClassVar ContextManager "  # noqa: SIM905
    "Coroutine Final Generator Iterator Optional Required Union".split()
)
"""Generic types whose first argument, or each of them, is what one gets in the end; a list's is not."""
_UNKNOWN = frozenset({"Any", "object", "typing.Any", "t.Any"})


class MethodFacts(NamedTuple):
    """A method, and what it calls."""

    name: str
    is_stub: bool
    """Whether it does nothing, or only raises NotImplementedError."""
    used: tuple[str, ...]
    """The attributes of its object that it reads or calls something of, sorted."""
    called: tuple[str, ...]
    """The methods of its own object that it calls, sorted."""
    returns: tuple[str, ...]
    """The names in its return annotation, and of what it calls to make what it returns, sorted."""

    @property
    def is_special(self) -> bool:
        """Whether Python calls it: `__init__` and the like."""
        return self.name.startswith("__") and self.name.endswith("__")


class AttributeFacts(NamedTuple):
    """An attribute of a class or of its objects."""

    name: str
    types: tuple[str, ...]
    """The names in its annotation, or of what is called to make it, sorted; empty if nothing says so."""


class ClassFacts(NamedTuple):
    """What a class has."""

    methods: tuple[MethodFacts, ...]
    attributes: tuple[AttributeFacts, ...]


def describe_class(node: ast.ClassDef, scope: Scope) -> ClassFacts:
    """Return the facts of a class, its nested classes left out."""
    attributes: dict[str, set[str]] = {}
    methods = []
    for statement in walk_statements(node):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            body = read_body(statement, scope)
            methods.append(_describe_method(body))
            for name, types in _list_attributes(body):
                attributes.setdefault(name, set()).update(types)
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            attributes.setdefault(statement.target.id, set()).update(
                list_annotated(statement.annotation, scope)
            )
    return ClassFacts(
        tuple(methods),
        tuple(AttributeFacts(name, tuple(sorted(types))) for name, types in sorted(attributes.items())),
    )


def list_returned(body: FunctionBody) -> tuple[str, ...]:
    """Return the names in a function's return annotation, and of the calls that make its results."""
    annotation, inner = body.node.returns, body.scope
    names = set(list_annotated(annotation, inner)) if annotation else set()
    made: dict[str, set[str]] = {}
    returned: list[ast.expr] = []
    for node in body.nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            callee = _find_callee(node.value, inner)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if callee and isinstance(target, ast.Name):
                    made.setdefault(target.id, set()).add(callee)
        elif isinstance(node, ast.Return | ast.Yield) and node.value is not None:
            returned.append(node.value)
    for value in returned:
        callee = _find_callee(value, inner)
        if callee:
            names.add(callee)
        elif isinstance(value, ast.Name):
            names |= made.get(value.id, set())
    return tuple(sorted(names))


def list_annotated(annotation: ast.expr, scope: Scope) -> tuple[str, ...]:
    """Return the dotted names of an annotation's types, those in strings too, sorted; not `Any`.

    What a list or another container holds is left out.
    """
    names: set[str] = set()
    stack: list[ast.AST] = [annotation]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            stack += _parse_annotation(node.value)
        elif isinstance(node, ast.Subscript):
            generic = scope.name(node.value) or ""
            is_transparent = generic.replace(":", ".").rpartition(".")[2] in _TRANSPARENT
            stack.append(node.slice if is_transparent else node.value)
        elif isinstance(node, ast.expr) and (name := scope.name(node)):
            names.add(name)
        else:
            stack += ast.iter_child_nodes(node)
    return tuple(sorted(names - _UNKNOWN))


def _describe_method(body: FunctionBody) -> MethodFacts:
    function, owner = body.node, find_owner(body.node)
    used, called = set(), set()
    for node in body.walk_all():
        if isinstance(node, ast.Call):
            if (name := find_attribute(node.func, owner)) is not None:
                called.add(name)
            elif _is_getattr(node) and (name := find_attribute(node.args[0], owner)) is not None:
                used.add(name)
        elif isinstance(node, ast.Attribute) and (name := find_attribute(node.value, owner)) is not None:
            used.add(name)
    return MethodFacts(
        function.name,
        not has_body(function.body),
        tuple(sorted(used)),
        tuple(sorted(called)),
        list_returned(body),
    )


def _list_attributes(body: FunctionBody) -> Iterator[tuple[str, set[str]]]:
    """Yield each attribute of the object that a method assigns, with the names of its types."""
    inner, signature = body.scope, body.node.args
    arguments = [*signature.posonlyargs, *signature.args, *signature.kwonlyargs]
    parameters = {
        argument.arg: set(list_annotated(argument.annotation, inner))
        for argument in arguments
        if argument.annotation
    }
    for name, node in iterate_assigned(body.node, body.nodes):
        if isinstance(node, ast.AnnAssign):
            yield name, set(list_annotated(node.annotation, inner))
        else:
            yield name, _list_made(node.value, inner, parameters)


def _list_made(value: ast.expr, scope: Scope, parameters: Mapping[str, set[str]]) -> set[str]:
    """Return the names of what may make a value: `A()`, `x or A()`, `A() if x else y`, a parameter."""
    if isinstance(value, ast.BoolOp):
        return set().union(*(_list_made(part, scope, parameters) for part in value.values))
    if isinstance(value, ast.IfExp):
        return _list_made(value.body, scope, parameters) | _list_made(value.orelse, scope, parameters)
    if isinstance(value, ast.Name):
        return parameters.get(value.id, set())
    callee = _find_callee(value, scope)
    return {callee} if callee else set()


def _find_callee(value: ast.expr, scope: Scope) -> str | None:
    if isinstance(value, ast.Await):
        value = value.value
    return scope.name(value.func) if isinstance(value, ast.Call) else None


def _is_getattr(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "getattr" and bool(call.args)


def _parse_annotation(text: str) -> list[ast.AST]:
    try:
        return [ast.parse(text, mode="eval").body]
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # it is another text
        return []
