"""Find the string literals in source code, and the code without strings and comments."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from archguard.graph.parsing.string_tokens import iterate_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archguard.graph.parsing.string_tokens import Token

_NOT_LINE_ENDS = re.compile(r"[^\n\r]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_JOINED_LINE = re.compile(r"\\(?:\r\n|\r|\n)")
_BLANKS = " \t\f\r\n"
_ESCAPE = re.compile(
    r"""
    \\(?: (?P<line_end>\r\n|\r|\n) | (?P<octal>[0-7]{1,3}) | N\{(?P<name>[^{}]+)\}
        | (?:x(?P<x>[\da-fA-F]{2})|u(?P<u>[\da-fA-F]{4})|U(?P<U>[\da-fA-F]{8})) | (?P<character>.) )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPED_AS_ITSELF = "\\'\""


class StringLiteral(NamedTuple):
    """A string that the source spells out: no bytes, nothing computed, adjacent ones joined."""

    value: str
    line: int
    """Where it begins, from 1."""
    start: int
    """The position of its first quote."""


def find_string_literals(source: str, *, holding: str = "") -> Iterator[StringLiteral]:
    """Yield each string literal in order, those in the replacement fields of f-strings, too.

    Args:
        source: the text to search.
        holding: yield only the literals of which one part has this text, as written.
    """
    line, position = 1, 0
    groups = _find_groups(iterate_tokens(source), source, holding, is_inside_brackets=False)
    for value, start in groups:
        line += _count_lines(source, position, start)
        position = start
        yield StringLiteral(value, line, start)


def _count_lines(source: str, start: int, end: int) -> int:
    if source.find("\r", start, end) < 0:
        return source.count("\n", start, end)
    return len(_LINE_END.findall(source, start, end))


def _find_groups(
    tokens: Iterable[Token], source: str, holding: str, *, is_inside_brackets: bool
) -> Iterator[tuple[str, int]]:
    """Yield value and start of each group of adjacent strings, and of those inside them."""
    group = _Group(source, is_inside_brackets=is_inside_brackets)
    for token in tokens:
        if group.is_complete_before(token):
            yield from _read_group(group.take_strings(), source, holding)
        group.add(token)
    yield from _read_group(group.take_strings(), source, holding)


def _read_group(strings: list[Token], source: str, holding: str) -> Iterator[tuple[str, int]]:
    if any(holding in source[string.start : string.end] for string in strings):
        values = [_decode_escapes(string) for string in strings if string.value is not None]
        if len(values) == len(strings):
            yield "".join(values), strings[0].start
        for string in strings:
            if string.inner:
                yield from _find_groups(string.inner, source, holding, is_inside_brackets=True)


class _Group:
    """Strings between which nothing stands but blanks and comments, within one statement."""

    def __init__(self, source: str, *, is_inside_brackets: bool) -> None:
        self._source = source
        self._strings: list[Token] = []
        self._end = 0
        """The end of the last token."""
        self._gap_has_line_end = False
        self._depth = 1 if is_inside_brackets else 0
        self._uncounted: list[str] = []
        """The code whose brackets are not counted in `_depth`."""

    def is_complete_before(self, token: Token) -> bool:
        """Return whether a token is not part of the group."""
        gap = self._source[self._end : token.start - len(token.prefix)]
        self._uncounted.append(gap)
        if not self._strings:
            return False
        if "\\" in gap:
            gap = _JOINED_LINE.sub("", gap)
        if gap.strip(_BLANKS):
            return True
        self._gap_has_line_end |= "\n" in gap or "\r" in gap
        return token.is_string and self._gap_has_line_end and not self._is_inside_brackets()

    def add(self, token: Token) -> None:
        """Go on behind a token."""
        self._end = token.end
        if token.is_string:
            self._strings.append(token)
            self._gap_has_line_end = False

    def take_strings(self) -> list[Token]:
        """Return the strings of the group, and begin the next one."""
        strings, self._strings = self._strings, []
        return strings

    def _is_inside_brackets(self) -> bool:
        code = "".join(self._uncounted)
        self._uncounted.clear()
        self._depth += sum(map(code.count, "([{")) - sum(map(code.count, ")]}"))
        return self._depth > 0


def _decode_escapes(string: Token) -> str:
    value = string.value or ""
    return value if "\\" not in value or "r" in string.prefix else _ESCAPE.sub(_decode_escape, value)


def _decode_escape(match: re.Match[str]) -> str:
    kind, text = match.lastgroup, match[match.lastgroup or 0]
    try:
        if kind == "octal":
            return chr(int(text, 8))
        if kind == "name":
            return unicodedata.lookup(text)
        if kind in ("x", "u", "U"):
            return chr(int(text, 16))
    except (KeyError, ValueError, OverflowError):  # Python refuses it
        return match[0]
    if kind == "line_end":
        return ""
    return _ESCAPED.get(text) or (text if text in _ESCAPED_AS_ITSELF else match[0])


def blank_text(source: str) -> str:
    """Return the source with each comment blanked, and each string replaced by brackets around spaces.

    No line or column moves. The brackets keep the lines of a long string together as one statement.
    """
    parts: list[str] = []
    position = 0
    for token in iterate_tokens(source):
        parts += [source[position : token.start], _blank(source, token)]
        position = token.end
    return "".join([*parts, source[position:]])


def iterate_code_lines(source: str) -> Iterator[str]:
    """Yield the lines of `blank_text`, computed as they are needed: most callers stop early."""
    parts: list[str] = []
    position = 0
    for token in iterate_tokens(source):
        part = source[position : token.start] + _blank(source, token)
        parts.append(part)
        position = token.end
        if "\n" in part or "\r" in part:  # else a line of a million strings is joined a million times
            *lines, rest = split_lines("".join(parts))
            yield from lines
            parts = [rest]
    yield from split_lines("".join([*parts, source[position:]]))


def _blank(source: str, token: Token) -> str:
    text = source[token.start : token.end]
    one_line = "\n" not in text and "\r" not in text
    spaces = " " * len(text) if one_line else _NOT_LINE_ENDS.sub(" ", text)
    return f"({spaces[1:-1]})" if token.is_string else spaces


def split_lines(source: str) -> list[str]:
    """Split a source into lines as Python and grimp count them: a form feed ends no line."""
    return _LINE_END.split(source) if "\r" in source else source.split("\n")
