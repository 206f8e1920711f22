"""How a child process writes a module's symbols as JSON, and how they are read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archguard.definitions.model import (
    Binding,
    BindingKind,
    Branch,
    Definition,
    Method,
    ModuleSymbols,
    UnreadModule,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard.graph.discovery import Module

_KINDS = {kind.value: kind for kind in BindingKind}
_BRANCHES = {branch.value: branch for branch in Branch}


def pack_symbols(symbols: ModuleSymbols) -> list[Any]:
    """Return what JSON can hold of the symbols: all but what the module's own name and file say."""
    return list(symbols[3:])


def unpack_result(module: Module, result: Mapping[str, Any]) -> ModuleSymbols | UnreadModule:
    """Return what a child process sent for a module, or what a cache holds."""
    if "reason" in result:
        return UnreadModule(module.name, module.path, result["reason"], result.get("line"))
    bindings, definitions, exported, exports_computed, is_open = result["symbols"]
    return ModuleSymbols(
        name=module.name,
        path=module.path,
        is_package=module.is_package,
        bindings=tuple(map(_unpack_binding, bindings)),
        definitions=tuple(map(_unpack_definition, definitions)),
        exported=None if exported is None else tuple(exported),
        exports_computed=exports_computed,
        is_open=is_open,
    )


def _unpack_binding(fields: list[Any]) -> Binding:
    name, kind, line, target, is_type_checking, branches = fields
    inside = tuple((number, _BRANCHES[branch]) for number, branch in branches) if branches else ()
    return Binding(name, _KINDS[kind], line, target, is_type_checking, inside)


def _unpack_definition(fields: list[Any]) -> Definition:
    definition = Definition._make(fields)
    return definition._replace(
        bases=tuple(definition.bases),
        keywords=tuple(definition.keywords),
        decorators=tuple(definition.decorators),
        methods=tuple(map(_unpack_method, definition.methods)),
    )


def _unpack_method(fields: tuple[Any, ...]) -> Method:
    name, line, start_line, end_line, decorators, has_body = fields
    return Method(name, line, start_line, end_line, tuple(decorators), has_body)
