"""Find strings and comments in source code, without parsing it.

A parser would depend on the Python that runs archguard, whereas this lexer reads the source of every
version. It reads nested quotes in an f-string (PEP 701) as adjacent strings: the same text is blanked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# Linear time on every input: quantified sets are possessive, and alternatives differ in their first
# character. (Quantified groups are not: possessive ones are broken in Python 3.11.0 to 3.11.4.)
# Each branch starts with a literal, to which `re` skips fast. A quote that is never closed matches with
# the escapes that follow it, because each escaped quote would be tried again as an opening one.
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
_WITHOUT_VALUE = frozenset({"comment", "open_long", "open_short"})
_STRING_PREFIX = re.compile(r"\w*\Z")
_NOT_LINE_ENDS = re.compile(r"[^\n\r]")
_LINE_END = re.compile(r"\r\n|\r|\n")


class StringLiteral(NamedTuple):
    """A string literal without replacement fields."""

    value: str
    """The text between the quotes, with escapes as written."""
    line: int


def find_string_literals(source: str, *, holding: str = "") -> Iterator[StringLiteral]:
    """Yield each string literal in order, except f-strings, t-strings and bytes.

    Args:
        source: the text to search.
        holding: yield only the literals that contain this text.
    """
    line, position = 1, 0
    only_newlines = "\r" not in source
    last = source.rfind(holding)
    for token in _TOKEN.finditer(source):
        if token.start() > last:
            return
        if token.lastgroup is None or token.lastgroup in _WITHOUT_VALUE or holding not in token[0]:
            continue
        prefix = _STRING_PREFIX.search(source, max(0, token.start() - 3), token.start())
        if prefix and not set(prefix[0].lower()) <= set("ru"):
            continue
        if only_newlines:
            line += source.count("\n", position, token.start())
        else:
            line += len(_LINE_END.findall(source, position, token.start()))
        position = token.start()
        yield StringLiteral(token[token.lastgroup], line)


def blank_text(source: str) -> str:
    """Return the source with each comment blanked, and each string replaced by brackets around spaces.

    No line or column moves. The brackets keep the lines of a long string together as one statement.
    """
    return _TOKEN.sub(_blank, source)


def iterate_code_lines(source: str) -> Iterator[str]:
    """Yield the lines of `blank_text`, computed as they are needed: most callers stop early."""
    parts: list[str] = []
    position = 0
    for token in _TOKEN.finditer(source):
        part = source[position : token.start()] + _blank(token)
        parts.append(part)
        position = token.end()
        if "\n" in part or "\r" in part:  # else a line of a million strings is joined a million times
            *lines, rest = split_lines("".join(parts))
            yield from lines
            parts = [rest]
    yield from split_lines("".join([*parts, source[position:]]))


def _blank(token: re.Match[str]) -> str:
    text = token[0]
    one_line = "\n" not in text and "\r" not in text
    spaces = " " * len(text) if one_line else _NOT_LINE_ENDS.sub(" ", text)
    return spaces if token.lastgroup in _WITHOUT_VALUE else f"({spaces[1:-1]})"


def split_lines(source: str) -> list[str]:
    """Split a source into lines as Python and grimp count them: a form feed ends no line."""
    return _LINE_END.split(source) if "\r" in source else source.split("\n")
