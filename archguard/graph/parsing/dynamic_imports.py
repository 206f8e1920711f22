"""Find the modules that calls of `import_module` and `__import__` name, relative ones too."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from archguard.graph.parsing.lexer import blank_text, count_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

_IMPORT_MODULE, _IMPORT = "import_module", "__import__"
# Patterns that begin with a literal are found fast.
_RENAMED = re.compile(rf"{_IMPORT_MODULE}(?:\s+as\s+(\w+)|\s*(?=[\n\r;#]|\Z))")
_ASSIGNMENT = re.compile(r"(?<![\w.])(\w+)\s*=\s*(?:\w+\s*\.\s*)?\Z")
_MAX_ASSIGNMENT = 100
# What these do not match holds no call of interest; they cost less than to find the strings of a text.
_RELATIVE_NAME = r"""{callee}\s*\([^()]{{0,300}}["']\."""
_SECOND_ARGUMENT = rf"""{_IMPORT}\s*\([^()"']{{0,100}}["'][^"'\n]*+["']\s*,"""
_BRACKET = re.compile(r"[][(){}]")
_MAX_LENGTH = 5000  # of a call that is looked at; a limit, so that hostile input costs no time


def find_dynamic_imports(source: str, module: str, *, is_package: bool) -> Iterator[tuple[str, int]]:
    """Yield name and line of each module that a call names, and that no single literal spells out.

    Args:
        source: the text of a module.
        module: its name.
        is_package: whether it is a package.
    """
    callees = _find_callees(source)
    if not callees:
        return
    code = blank_text(source)
    package = module if is_package else module.rpartition(".")[0]
    variables = {"__package__": package, "__spec__.parent": package, "__name__": module}
    line, position = 1, 0
    for match in re.finditer(rf"(?<!\w)({'|'.join(callees)})\s*\(", code):
        call = _parse_call(source, code, match)
        if call is None:
            continue
        line += count_lines(source, position, match.start())
        position = match.start()
        names = _read_import if match[1] == _IMPORT else _read_import_module
        for name in names(call, variables):
            yield name, line


def _find_callees(source: str) -> list[str]:
    """Return the functions in a source whose calls may name a module in parts."""
    callees = {_IMPORT_MODULE, *_find_other_names(source)} if _IMPORT_MODULE in source else set()
    callees = {name for name in callees if re.search(_RELATIVE_NAME.format(callee=name), source)}
    if _IMPORT in source and re.search(_SECOND_ARGUMENT, source):
        callees.add(_IMPORT)
    return sorted(callees)


def _find_other_names(source: str) -> Iterator[str]:
    """Yield the other names that a source gives `import_module`."""
    for match in _RENAMED.finditer(source):
        if match[1]:
            yield match[1]
        elif before := _ASSIGNMENT.search(
            source, max(0, match.start() - _MAX_ASSIGNMENT), match.start()
        ):
            yield before[1]


def _parse_call(source: str, code: str, match: re.Match[str]) -> ast.Call | None:
    """Return the syntax tree of a call; None if it is none, or if this Python cannot read it."""
    depth = 0
    for bracket in _BRACKET.finditer(code, match.end() - 1, match.end() + _MAX_LENGTH):
        depth += 1 if bracket[0] in "([{" else -1
        if not depth:
            try:
                call = ast.parse(source[match.start() : bracket.end()], mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return None
            return call if isinstance(call, ast.Call) else None
    return None


def _read_import_module(call: ast.Call, variables: dict[str, str]) -> Iterator[str]:
    name = _read_text(_find_argument(call, 0, "name"), {})
    package = _read_text(_find_argument(call, 1, "package"), variables)
    if name and name.startswith(".") and package:
        resolved = _resolve(name.lstrip("."), len(name) - len(name.lstrip(".")), package)
        if resolved:
            yield resolved


def _read_import(call: ast.Call, variables: dict[str, str]) -> Iterator[str]:
    name = _read_text(_find_argument(call, 0, "name"), {})
    level_argument = _find_argument(call, 4, "level")
    level = level_argument.value if isinstance(level_argument, ast.Constant) else 0
    if name is None or not isinstance(level, int) or (level_argument is not None and level < 0):
        return
    base = _resolve(name, level, variables["__package__"]) if level else name
    if not base:
        return
    if level:
        yield base
    fromlist = _find_argument(call, 3, "fromlist")
    for item in fromlist.elts if isinstance(fromlist, (ast.List, ast.Tuple)) else ():
        if text := _read_text(item, {}):
            yield f"{base}.{text}"


def _find_argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    named = [keyword.value for keyword in call.keywords if keyword.arg == name]
    if named:
        return named[0]
    positional = call.args[: position + 1]
    if len(positional) <= position or any(isinstance(item, ast.Starred) for item in positional):
        return None
    return positional[position]


def _read_text(argument: ast.expr | None, variables: dict[str, str]) -> str | None:
    """Return the text that an argument is: a literal, or one of some variables."""
    if isinstance(argument, ast.JoinedStr):
        parts = [part.value for part in argument.values if isinstance(part, ast.Constant)]
        return "".join(map(str, parts)) if len(parts) == len(argument.values) else None
    if isinstance(argument, ast.Constant):
        return argument.value if isinstance(argument.value, str) else None
    return None if argument is None else variables.get(ast.unparse(argument))


def _resolve(name: str, level: int, package: str) -> str | None:
    """Return the absolute name of a relative one, as importlib does; None if it leaves the package."""
    bits = package.rsplit(".", level - 1)
    if len(bits) < level or not bits[0]:
        return None
    return f"{bits[0]}.{name}" if name else bits[0]
