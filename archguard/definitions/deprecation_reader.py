"""Read which modules, classes and functions a module's own text declares deprecated.

Runs in a child process, as `symbol_reader` does.
"""

from __future__ import annotations

import ast
import inspect
import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from archguard.definitions.syntax_tree import TOO_DEEP, ParseError, normalize_line_ends, parse_source
from archguard.definitions.written_text import read_dotted_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CATEGORY = re.compile(r"DeprecationWarning$|^RemovedIn\w*Warning$")
_WARN = frozenset({"warn", "warnings.warn"})
_MAKERS = frozenset({"__init__", "__new__"})
_DIRECTIVE = re.compile(r"^\.\. deprecated::.*(?:\n(?:[ \t]+.*|[ \t]*))*", re.MULTILINE)
_MARK = re.compile(r"\A\W*deprecated\b|[(\[]deprecated[)\]]", re.IGNORECASE)
_SHOUTED = re.compile(r"\bDEPRECATED\b")
_STATED = r"\b(?:this(?:\s+\w+)?|{name})\W*\s(?:is|was|has\s+been)\s+(?:now\s+|also\s+)?deprecated\b"
_HELPER = re.compile(r"warn|deprecat|\A__getattr__\Z", re.IGNORECASE)
"""In the names of functions that warn of other things."""
_COMPUTED = re.compile(r"…|%[a-z(]|\{")
_MAX_TEXT = 400


class Declaration(StrEnum):
    """How a deprecation is declared."""

    DECORATOR = "decorator"
    """A decorator named `deprecated`, as that of PEP 702."""
    IMPORT_WARNING = "warning at import"
    """A module warns whenever it is imported."""
    CALL_WARNING = "warning at call"
    """A function, or what makes a class's objects, warns whenever it is called."""
    DOCSTRING = "docstring"
    """The first paragraph says so, or the directive `.. deprecated::`."""


class DeprecatedName(NamedTuple):
    """What a module declares deprecated, in one way."""

    name: str
    """The name of a class or function at module scope; empty for the module itself."""
    line: int
    kind: str
    """`module`, `class` or `function`."""
    declaration: str
    text: str
    """What is said about it, on one line."""


def read_deprecations(source: str) -> list[DeprecatedName]:
    """Return what a module declares deprecated, in the order of its text.

    A warning inside an `if` or another block is about an argument or a version of Python, not about
    the whole function or module, and does not count.

    Raises:
        ParseError: the text cannot be parsed.
    """
    tree, _ = parse_source(normalize_line_ends(source))
    try:
        return [*_read_module(tree), *_read_statements(tree.body)]
    except RecursionError as error:
        raise ParseError(TOO_DEEP) from error


def _read_module(tree: ast.Module) -> Iterator[DeprecatedName]:
    module = DeprecatedName("", 1, "module", "", "")
    if (text := _find_warning(tree.body)) is not None:
        yield module._replace(declaration=Declaration.IMPORT_WARNING, text=text)
    if (text := _read_docstring(tree, "module")) is not None:
        yield module._replace(declaration=Declaration.DOCSTRING, text=text)


def _read_statements(statements: Sequence[ast.stmt]) -> Iterator[DeprecatedName]:
    for statement in statements:
        if isinstance(statement, ast.If | ast.Try | ast.TryStar):
            handlers = [] if isinstance(statement, ast.If) else statement.handlers
            for block in (statement.body, statement.orelse, *(handler.body for handler in handlers)):
                yield from _read_statements(block)
        elif isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            is_class = isinstance(statement, ast.ClassDef)
            kind = "class" if is_class else "function"
            found = DeprecatedName(statement.name, statement.lineno, kind, "", "")
            for declaration, text in _read_definition(statement):
                yield found._replace(declaration=declaration, text=text)


def _read_definition(
    statement: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> Iterator[tuple[Declaration, str]]:
    for decorator in statement.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        name = read_dotted_name(call.func if call else decorator) or ""
        if "deprecated" in name.split("."):
            yield Declaration.DECORATOR, _join_text(call.args[0]) if call and call.args else ""
    if isinstance(statement, ast.ClassDef):
        makers = (one for one in statement.body if isinstance(one, ast.FunctionDef))
        for maker in makers:
            if maker.name in _MAKERS and (text := _find_warning(maker.body)) is not None:
                yield Declaration.CALL_WARNING, text
        if (text := _read_docstring(statement, statement.name)) is not None:
            yield Declaration.DOCSTRING, text
    elif (text := _find_warning(statement.body)) is not None and _is_about(statement.name, text):
        yield Declaration.CALL_WARNING, text


def _is_about(function: str, text: str) -> bool:
    """Return whether a function's warning is about the function, not about what it was given."""
    subject = text.lower().partition("deprecated")[0]
    return not (_HELPER.search(function) or _COMPUTED.search(subject))


def _find_warning(statements: Sequence[ast.stmt]) -> str | None:
    """Return the text of the first warning of deprecation that is always given; None if none is."""
    for statement in statements:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and read_dotted_name(call.func) in _WARN and call.args:
            message = call.args[0]
            if isinstance(message, ast.Call) and _is_category(message.func):
                return _join_text(message.args[0]) if message.args else ""
            categories = [
                *call.args[1:2],
                *(one.value for one in call.keywords if one.arg == "category"),
            ]
            if any(map(_is_category, categories)):
                return _join_text(message)
        elif any(isinstance(node, ast.Return | ast.Raise) for node in ast.walk(statement)):
            return None  # what follows is not always reached
    return None


def _is_category(node: ast.expr) -> bool:
    name = read_dotted_name(node) or ""
    return bool(_CATEGORY.search(name.rpartition(".")[2]))


def _read_docstring(node: ast.Module | ast.ClassDef, name: str) -> str | None:
    """Return what a docstring says of the deprecation of its owner; None if nothing."""
    docstring = ast.get_docstring(node, clean=False)
    if docstring is None or "deprecated" not in docstring.lower():
        return None
    docstring = inspect.cleandoc(docstring)
    if directive := _DIRECTIVE.search(docstring):
        return _shorten(directive[0].removeprefix(".. deprecated::"))
    head = docstring.partition("\n\n")[0]
    stated = re.compile(_STATED.format(name=re.escape(name)), re.IGNORECASE)
    if _MARK.search(head) or _SHOUTED.search(head) or stated.search(head):
        return _shorten(head)
    return None


def _join_text(node: ast.expr) -> str:
    """Return the literal text in an expression, `…` for what is computed."""
    if isinstance(node, ast.Constant):
        return _shorten(node.value) if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        parts = [one.value if isinstance(one, ast.Constant) else "…" for one in node.values]
        return _shorten("".join(map(str, parts)))
    if isinstance(node, ast.BinOp):
        right = _join_text(node.right) if isinstance(node.op, ast.Add) else ""
        return _shorten(f"{_join_text(node.left)} {right}")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _join_text(node.func.value)  # "…".format(x)
    return ""


def _shorten(text: str) -> str:
    return " ".join(text.split())[:_MAX_TEXT]
