"""Write the text of a module that only leads to what took its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.consolidation.rewrite.text_edit import TextEdit
from archguard.consolidation.shim.declaration import DeclarationKind
from archguard.consolidation.shim.signature import ANY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archguard.consolidation.rewrite.parsed_file import ParsedFile
    from archguard.consolidation.shim.declaration import Declaration
    from archguard.consolidation.shim.module_names import LeadingName

MARK = "# Written by `archguard fix --shim`: each name leads to what took its place."
"""The comment by which such a module is known."""
_INDENTATION = "    "
_RUN_TIME = """\
if not TYPE_CHECKING:

    def __getattr__(name):
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module, attribute = _HOMES[name]
        new = f"{module}.{attribute}" if attribute else module
        _warn(f"{__name__}.{name} is deprecated; use {new}.", DeprecationWarning, stacklevel=2)
        home = _import_module(module)
        return getattr(home, attribute) if attribute else home

    def __dir__():
        return sorted({*globals(), *_HOMES})
"""


def write_shim(
    file: ParsedFile, module: str, names: Sequence[LeadingName], declarations: Mapping[str, Declaration]
) -> TextEdit:
    """Return the edit that makes a module a shim; the comments above it and its docstring stay.

    Args:
        file: the module as it is.
        module: its name.
        names: what its names lead to.
        declarations: how each name is declared to type checkers.
    """
    lines = [
        MARK,
        "from importlib import import_module as _import_module",
        "from typing import TYPE_CHECKING",
        "from warnings import warn as _warn",
        "",
    ]
    lines += _write_declarations(module, names, declarations)
    lines += _write_list("__all__ = [", [repr_name(one.name) for one in names if one.is_exported], "]")
    homes = [
        f"{repr_name(one.name)}: ({repr_name(one.home)}, {repr_name(one.home_name)})"
        for one in names
        if not one.for_types_only
    ]
    lines += ["", *_write_list("_HOMES = {", homes, "}"), "", *_RUN_TIME.splitlines()]
    start = file.find_code_start()
    gap = "" if not start else "\n" if file.utf8[:start].endswith((b"\n", b"\r")) else "\n\n"
    text = gap + "\n".join([*lines, ""])
    return TextEdit(start, len(file.utf8), text.replace("\n", file.newline))


def repr_name(name: str) -> str:
    """Return a name as a string literal."""
    return f'"{name}"'


def _write_declarations(
    module: str, names: Sequence[LeadingName], declarations: Mapping[str, Declaration]
) -> list[str]:
    """Return the block that only type checkers read."""
    if not names:
        return []
    marked = [one for one in names if declarations[one.name].kind is not DeclarationKind.IMPORT]
    lines = ["if TYPE_CHECKING:"]
    texts = [declaration.signature for declaration in declarations.values()]
    if any(ANY in text for text in texts):
        lines += [f"from typing import Any as {ANY}", ""]
    if marked:
        lines += ["from typing_extensions import deprecated as _deprecated", ""]
    lines += [
        _write_import(one, declarations[one.name]) for one in names if _is_imported(one, declarations)
    ]
    for one in marked:
        lines += ["", *_write_marked(module, one, declarations[one.name])]
    block = [lines[0], *(_INDENTATION + line if line else "" for line in lines[1:])]
    return [*block, ""]


def _is_imported(one: LeadingName, declarations: Mapping[str, Declaration]) -> bool:
    return declarations[one.name].kind is not DeclarationKind.FUNCTION


def _write_import(one: LeadingName, declaration: Declaration) -> str:
    local = _name_base(one.name) if declaration.kind is DeclarationKind.CLASS else one.name
    if not one.home_name:
        return f"import {one.home} as {local}"
    return f"from {one.home} import {one.home_name} as {local}"


def _write_marked(module: str, one: LeadingName, declaration: Declaration) -> Iterator[str]:
    yield f'@_deprecated("{module}.{one.name} is deprecated; use {one.home}.{one.home_name}.")'
    if declaration.kind is DeclarationKind.CLASS:
        yield f"class {one.name}({_name_base(one.name)}): ..."
    else:
        yield f"def {one.name}{declaration.signature}: ..."


def _name_base(name: str) -> str:
    """Return what the new class is called where one of the old name is derived from it."""
    return f"_new_{name}"


def _write_list(start: str, items: Sequence[str], end: str) -> list[str]:
    if not items:
        return [start + end]
    return [start, *(f"{_INDENTATION}{item}," for item in items), end]
