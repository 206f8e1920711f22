"""Where code ends and text begins: strings and comments, found without parsing.

A parser would depend on the Python that runs archguard; this lexer reads every version's source alike.
Nested quotes inside f-strings (PEP 701) are read as adjacent strings, which blanks the same characters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# Sets are possessive and groups start differently: no input makes it try twice. (Possessive groups are
# broken in Python 3.11.0 to 3.11.4.) Every branch starts with a literal: re skips to it.
# A quote that nothing closes takes the escapes behind it along, or each of their quotes is tried again.
_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n\r]*+)
  | \"\"\"(?P<long2>[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*)\"\"\"
  | '''(?P<long1>[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*)'''
  | (?P<open_long>(?:\"\"\"|\'\'\')(?:[^\\]*+\\.)*)
  | "(?P<short2>[^"\\\n\r]*+(?:\\(?:\r\n|.)[^"\\\n\r]*+)*)"
  | '(?P<short1>[^'\\\n\r]*+(?:\\(?:\r\n|.)[^'\\\n\r]*+)*)'
  | (?P<open_short>["'](?:[^\\\n\r]*+\\(?:\r\n|.))*)
    """,
    re.VERBOSE | re.DOTALL,
)
_NO_LITERAL = frozenset({"comment", "open_long", "open_short"})
_PREFIX = re.compile(r"\w*\Z")
_NOT_LINE_ENDS = re.compile(r"[^\n\r]")
_LINE_END = re.compile(r"\r\n|\r|\n")


class StringLiteral(NamedTuple):
    """A plain string literal."""

    value: str
    """Between the quotes, escapes as written."""
    line: int


def find_string_literals(source: str, *, holding: str = "") -> Iterator[StringLiteral]:
    """Every string literal but f-strings, t-strings and bytes, in order; only those that hold a text."""
    line, position = 1, 0
    only_newlines = "\r" not in source
    last = source.rfind(holding)
    for token in _TOKEN.finditer(source):
        if token.start() > last:
            return
        if token.lastgroup is None or token.lastgroup in _NO_LITERAL or holding not in token[0]:
            continue
        prefix = _PREFIX.search(source, max(0, token.start() - 3), token.start())
        if prefix and not set(prefix[0].lower()) <= set("ru"):
            continue
        if only_newlines:
            line += source.count("\n", position, token.start())
        else:
            line += len(_LINE_END.findall(source, position, token.start()))
        position = token.start()
        yield StringLiteral(token[token.lastgroup], line)


def blank_text(source: str) -> str:
    """The source with every comment blanked and every string made an empty pair of brackets.

    Each line and column stays where it was; brackets, so that a string's lines stay one statement's.
    """
    return _TOKEN.sub(_blank, source)


def iterate_code_lines(source: str) -> Iterator[str]:
    """The lines of `blank_text`, made one after the other: most readers need but the first."""
    parts: list[str] = []
    position = 0
    for token in _TOKEN.finditer(source):
        part = source[position : token.start()] + _blank(token)
        parts.append(part)
        position = token.end()
        if (
            "\n" in part or "\r" in part
        ):  # or a line of a million strings would be joined a million times
            *lines, rest = split_lines("".join(parts))
            yield from lines
            parts = [rest]
    yield from split_lines("".join([*parts, source[position:]]))


def _blank(token: re.Match[str]) -> str:
    text = token[0]
    one_line = "\n" not in text and "\r" not in text
    spaces = " " * len(text) if one_line else _NOT_LINE_ENDS.sub(" ", text)
    return spaces if token.lastgroup in _NO_LITERAL else f"({spaces[1:-1]})"


def split_lines(source: str) -> list[str]:
    """The lines of a source as Python and grimp count them: form feeds end none."""
    return _LINE_END.split(source) if "\r" in source else source.split("\n")
