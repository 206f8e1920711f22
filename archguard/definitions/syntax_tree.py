"""Parse a module as the newest Python would, whichever Python runs this."""

from __future__ import annotations

import ast
import re
import warnings

_CARRIAGE_RETURN = re.compile(r"\r\n?")
_TOO_MANY = ("too many nested parentheses", "too many levels of indentation")
"""What every version of Python says of such texts; LibCST's parser takes minutes for them."""
TOO_DEEP = "it is nested too deeply for Python's parser"
SYNTAX_ERROR = "a syntax error"
MAX_DEFINITIONS = 20_000
"""A file with more of them is generated, and reading one delays all others."""
TOO_MANY_DEFINITIONS = f"it holds more than {MAX_DEFINITIONS:,} classes and functions"
_DEFINITION = re.compile(r"^[ \t]*(?:class|def|async[ \t]+def)[ \t]", re.MULTILINE)


class ParseError(Exception):
    """A text cannot be parsed.

    Attributes:
        reason: why, in words.
        line: where, if it is known.
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def normalize_line_ends(source: str) -> str:
    r"""Return a text with `\n` at each line's end, so that lines are counted as Python counts them."""
    return _CARRIAGE_RETURN.sub("\n", source) if "\r" in source else source


def parse_source(source: str) -> tuple[ast.Module, str]:
    r"""Return the syntax tree of a module, and the text that it was made from.

    The text differs from `source` where its syntax is too new for the running Python: see
    `older_syntax`. Every line has the same number in both.

    Args:
        source: the text, with `\n` at each line's end.

    Raises:
        ParseError: no version of Python accepts it, it is nested too deeply, or it holds too much.
    """
    if _has_too_many_definitions(source):
        raise ParseError(TOO_MANY_DEFINITIONS)
    try:
        return _parse(source), source
    except SyntaxError as error:
        if error.msg.startswith(_TOO_MANY):
            raise ParseError(TOO_DEEP, error.lineno) from error
        older = _translate(source, error.lineno)
    try:
        return _parse(older), older
    except SyntaxError as error:
        raise ParseError(SYNTAX_ERROR, error.lineno) from error


def _has_too_many_definitions(source: str) -> bool:
    # Of nearly every text the words alone say it, and they are quickly counted.
    if source.count("class ") + source.count("def ") <= MAX_DEFINITIONS:
        return False
    return sum(1 for _ in _DEFINITION.finditer(source)) > MAX_DEFINITIONS


def _parse(source: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes, `is` with a literal
        try:
            return ast.parse(source)
        except (RecursionError, MemoryError) as error:
            raise ParseError(TOO_DEEP) from error
        except ValueError as error:
            raise ParseError(SYNTAX_ERROR) from error


def _translate(source: str, line: int | None) -> str:
    from archguard.definitions.older_syntax import TranslationError, translate  # noqa: PLC0415 (slow)

    try:
        return translate(source)
    except TranslationError as error:
        raise ParseError(SYNTAX_ERROR, line) from error
    except RecursionError as error:
        raise ParseError(TOO_DEEP) from error
