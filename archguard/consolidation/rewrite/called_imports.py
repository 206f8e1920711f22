"""Modules that a call imports by their name: what is read from them has to be there afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst
from libcst.helpers import get_full_name_for_node
from libcst.metadata import ExpressionContext

from archguard.consolidation.rewrite.refusal import RefusalCode
from archguard.consolidation.rewrite.targets import Blocked
from archguard.consolidation.rewrite.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.consolidation.rewrite.parsed_file import ParsedFile
    from archguard.consolidation.rewrite.targets import TargetFinder

_IMPORTING = ("import_module", "__import__")


class ImportedByName(NamedTuple):
    """A module, and the one that takes its place."""

    old: str
    new: str


def find_call_uses(
    file: ParsedFile, string: libcst.SimpleString, module: ImportedByName, targets: TargetFinder
) -> tuple[TextEdit, ...] | Blocked:
    """Return the edits of what is read from a module that a call with this string imports.

    There are none if the string is no argument of such a call. Where the module is handed on, the new
    one must have every name of the old one.

    Raises:
        WorkerError: no child process can be started to read a module.
    """
    call = _find_call(file, string)
    if call is None:
        return ()
    attributes = _list_attributes(file, call)
    if attributes is None:
        missing = targets.list_missing_names(*module)
        detail = f"The module itself is used, and {module.new} has no {', '.join(missing[:3])}."
        return Blocked(RefusalCode.MODULE_ESCAPES, detail) if missing else ()
    edits: list[TextEdit] = []
    for attribute in attributes:
        name = attribute.attr.value
        target = targets.find_symbol(module.old, name)
        if isinstance(target, Blocked):
            return target
        if target.module != module.new:
            detail = f"{name} is in {target.module} now, and not in {module.new}."
            return Blocked(RefusalCode.MISSING_SYMBOL, detail)
        if target.name != name:
            edits.append(TextEdit(*file.find_span(attribute.attr), target.name))
    return tuple(edits)


def _find_call(file: ParsedFile, string: libcst.SimpleString) -> libcst.Call | None:
    """Return the call of `import_module` or `__import__` of which a string is the first argument."""
    argument = file.find_parent(string)
    call = file.find_parent(argument) if isinstance(argument, libcst.Arg) else None
    if not isinstance(call, libcst.Call) or call.args[0] is not argument:
        return None
    function = get_full_name_for_node(call.func) or ""
    return call if function.rpartition(".")[2] in _IMPORTING else None


def _list_attributes(file: ParsedFile, call: libcst.Call) -> list[libcst.Attribute] | None:
    """Return the attributes that are read from what a call returns; None if it is used otherwise."""
    parent = file.find_parent(call)
    if isinstance(parent, libcst.Attribute):
        return [parent] if file.find_context(parent) is ExpressionContext.LOAD else None
    if isinstance(parent, libcst.Expr):
        return []
    if not isinstance(parent, libcst.Assign) or len(parent.targets) != 1:
        return None
    name = parent.targets[0].target
    if not isinstance(name, libcst.Name):
        return None
    return _list_attributes_of_name(file, name)


def _list_attributes_of_name(file: ParsedFile, name: libcst.Name) -> list[libcst.Attribute] | None:
    """Return the attributes read from a name that is assigned once; None if it is used otherwise."""
    scope = file.find_scope(name)
    if scope is None or len(scope[name.value]) != 1:
        return None
    (assignment,) = scope[name.value]
    parents = [file.find_parent(access.node) for access in assignment.references]
    return _select_read(file, parents)


def _select_read(
    file: ParsedFile, nodes: Iterable[libcst.CSTNode | None]
) -> list[libcst.Attribute] | None:
    attributes = []
    for node in nodes:
        if not isinstance(node, libcst.Attribute):
            return None
        if file.find_context(node) is not ExpressionContext.LOAD:
            return None
        attributes.append(node)
    return attributes
