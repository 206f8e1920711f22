"""Find the string literals in source code, and the code without strings and comments."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from archguard.graph.parsing.string_tokens import iterate_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    tokens = _list_tokens(source, source.rfind(holding))
    for value, start in _Strings(source, tokens).find_literals(holding):
        line += count_lines(source, position, start)
        position = start
        yield StringLiteral(value, line, start)


def _list_tokens(source: str, last: int) -> list[Token]:
    """Return the tokens up to a position, and those that may be joined with the last of them."""
    tokens: list[Token] = []
    for token in iterate_tokens(source):
        if token.start > last and (not tokens or _read_gap(source, tokens[-1], token).strip(_BLANKS)):
            break
        tokens.append(token)
    return tokens


def _read_gap(source: str, before: Token, after: Token) -> str:
    """Return the code between two tokens, without the line ends that a backslash joins."""
    gap = source[before.end : after.start - len(after.prefix)]
    return _JOINED_LINE.sub("", gap) if "\\" in gap else gap


def count_lines(source: str, start: int, end: int) -> int:
    """Return the number of lines that end in a part of a source."""
    if source.find("\r", start, end) < 0:
        return source.count("\n", start, end)
    return len(_LINE_END.findall(source, start, end))


class _Strings:
    """The strings among some tokens; those between which nothing stands are parts of one literal."""

    def __init__(
        self, source: str, tokens: Sequence[Token], *, is_inside_brackets: bool = False
    ) -> None:
        """Look at tokens that follow one another in a source, all of it or one replacement field."""
        self._source = source
        self._tokens = tokens
        self._is_inside_brackets = is_inside_brackets

    def find_literals(self, holding: str) -> Iterator[tuple[str, int]]:
        """Yield the value and start of each literal of which a part holds a text."""
        end = 0
        for index, token in enumerate(self._tokens):
            if index < end or not token.is_string:
                continue
            if holding and self._source.find(holding, token.start, token.end) < 0:
                continue
            start, end = self._find_group(index, end)
            yield from self._read_group([t for t in self._tokens[start:end] if t.is_string], holding)

    def _read_group(self, strings: Sequence[Token], holding: str) -> Iterator[tuple[str, int]]:
        values = [_decode_escapes(string) for string in strings if string.value is not None]
        if len(values) == len(strings):
            yield "".join(values), strings[0].start
        for string in strings:
            if string.inner:
                inside = _Strings(self._source, string.inner, is_inside_brackets=True)
                yield from inside.find_literals(holding)

    def _find_group(self, index: int, first: int) -> tuple[int, int]:
        """Return the range of the tokens joined with the one of this index; none is before `first`."""
        start = end = index
        while start > first and (before := self._find_joined(start, range(start - 1, first - 1, -1))):
            start -= before
        while after := self._find_joined(end, range(end + 1, len(self._tokens))):
            end += after
        return start, end + 1

    def _find_joined(self, index: int, others: range) -> int:
        """Return how far the nearest of other strings is; 0 if it is not joined with this one."""
        has_line_end = False
        previous = index
        for other in others:
            earlier, later = sorted((previous, other))
            gap = _read_gap(self._source, self._tokens[earlier], self._tokens[later])
            if gap.strip(_BLANKS):
                return 0
            has_line_end |= "\n" in gap or "\r" in gap
            if self._tokens[other].is_string:
                return abs(other - index) if not has_line_end or self._depths[later] > 0 else 0
            previous = other
        return 0

    @cached_property
    def _depths(self) -> list[int]:
        """How many brackets are open at each token."""
        if self._is_inside_brackets:
            return [1] * len(self._tokens)
        depth = position = 0
        depths = []
        for token in self._tokens:
            code = self._source[position : token.start]
            depth += sum(map(code.count, "([{")) - sum(map(code.count, ")]}"))
            depths.append(depth)
            position = token.end
        return depths


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
