"""Split source code into strings, comments and the code between them, without parsing it.

A parser would depend on the Python that runs archguard, whereas these tokens are those of every version.
Since Python 3.12 the expressions in an f-string may hold the string's own quotes, line ends and comments
(PEP 701). What was valid before 3.12 holds none of them, so one reading serves both.
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
_PREFIX = re.compile(r"\w*\Z")
_PREFIX_LETTERS = frozenset("bfrtuBFRTU")
_TEMPLATE_PREFIXES = frozenset({"f", "fr", "rf", "t", "tr", "rt"})
_TEXT_PREFIXES = frozenset({"", "r", "u", "f", "fr", "rf"})
_PREFIXES = _TEMPLATE_PREFIXES | _TEXT_PREFIXES | {"b", "br", "rb"}
# The text of a template whose replacement fields hold no quotes and no brackets: nearly every one.
_PLAIN_FIELDS = re.compile(
    r"""[^{}\\]*+(?:(?:\{\{|\}\}|\\[^{}N]|\{[^{}"'\#\\]*+\})[^{}\\]*+)*""", re.DOTALL
)
_STOP_IN_TEXT = re.compile(r"""[{}"'\\\n\r]""")
_STOP_IN_FIELD = re.compile(r"""["'#:()\[\]{}]""")
_NAMED_CHARACTER = re.compile(r"""N\{[^{}"'\\\n\r]*+\}""")
_REST_OF_LINE = re.compile(r"[^\n\r]*+")


class Token(NamedTuple):
    """A string or a comment."""

    start: int
    """The first character; of a string, its opening quote."""
    end: int
    prefix: str = ""
    """The letters before a string's quote, in lower case."""
    is_string: bool = True
    """Whether it is a string; a quote that is never closed begins none."""
    value: str | None = None
    """A string's text with its escapes as written; None for bytes, and if it is computed."""
    inner: tuple[Token, ...] = ()
    """The strings in the replacement fields of an f-string or t-string."""


def iterate_tokens(source: str) -> Iterator[Token]:
    """Yield each string and comment in order; those inside an f-string are its `inner` tokens."""
    position = 0
    while match := _TOKEN.search(source, position):
        token = _read_token(source, match)
        yield token
        position = token.end


def _read_token(source: str, match: re.Match[str]) -> Token:
    start = match.start()
    prefix = _find_prefix(source, start)
    if prefix in _TEMPLATE_PREFIXES and match.lastgroup != "comment" and _has_fields(match):
        return _TemplateReader(source, start, prefix).read()
    return _make_plain_token(match, prefix)


def _find_prefix(source: str, start: int) -> str:
    if not start or source[start - 1] not in _PREFIX_LETTERS:
        return ""
    match = _PREFIX.search(source, max(0, start - 3), start)
    prefix = match[0].lower() if match else ""
    return prefix if prefix in _PREFIXES else ""  # another word is code: the `if` of `if"a"`


def _has_fields(match: re.Match[str]) -> bool:
    """Return whether a template has to be read character by character to find its end."""
    if match.lastgroup is None or match.lastgroup in _WITHOUT_VALUE:
        return True
    text = match[match.lastgroup]
    return "{" in text and not _PLAIN_FIELDS.fullmatch(text)


def _make_plain_token(match: re.Match[str], prefix: str) -> Token:
    kind = match.lastgroup
    if kind is None or kind in _WITHOUT_VALUE:
        return Token(match.start(), match.end(), is_string=False)
    value = match[kind]
    is_computed = prefix not in _TEXT_PREFIXES or ("f" in prefix and ("{" in value or "}" in value))
    return Token(match.start(), match.end(), prefix, value=None if is_computed else value)


class _Text(NamedTuple):
    """The text of a template, or the format specification in one of its fields."""

    quote: str
    is_raw: bool
    is_format: bool = False


class _Field:
    """A replacement field, and how many brackets are open in its expression."""

    def __init__(self) -> None:
        self.depth = 0


class _TemplateReader:
    """Finds the end of an f-string or t-string, and the strings in its replacement fields."""

    def __init__(self, source: str, start: int, prefix: str) -> None:
        self._source = source
        self._start = self._position = start
        self._prefix = prefix
        self._open: list[_Text | _Field] = []
        self._inner: list[Token] = []
        self._is_closed = False
        self._begin(prefix)

    def read(self) -> Token:
        """Return the token; without a closing quote it ends with its line, or with the source."""
        while self._open:
            innermost = self._open[-1]
            pattern = _STOP_IN_TEXT if isinstance(innermost, _Text) else _STOP_IN_FIELD
            stop = pattern.search(self._source, self._position)
            if stop is None:
                self._position = len(self._source)
                break
            self._position = stop.end()
            if isinstance(innermost, _Text):
                self._read_in_text(innermost, stop)
            else:
                self._read_in_field(innermost, stop)
        inner = tuple(self._inner)
        return Token(self._start, self._position, self._prefix, is_string=self._is_closed, inner=inner)

    def _begin(self, prefix: str) -> None:
        """Enter the template whose opening quote stands at the current position."""
        quote = self._source[self._position]
        if self._source.startswith(quote * 3, self._position):
            quote *= 3
        self._position += len(quote)
        self._open.append(_Text(quote, "r" in prefix))

    def _end(self, *, is_closed: bool) -> None:
        """Leave the innermost template, and whatever is open in it."""
        while not isinstance(innermost := self._open.pop(), _Text) or innermost.is_format:
            pass
        if not self._open:
            self._is_closed = is_closed

    def _read_in_text(self, text: _Text, stop: re.Match[str]) -> None:
        character = stop[0]
        if character == "\\":
            self._skip_escape(text)
        elif character == "{":
            if not text.is_format and self._source.startswith("{", self._position):
                self._position += 1
            else:
                self._open.append(_Field())
        elif character == "}":
            if text.is_format:
                del self._open[-2:]
            elif self._source.startswith("}", self._position):
                self._position += 1
        elif character in "\n\r":
            if len(text.quote) == 1:
                self._position = stop.start()
                self._end(is_closed=False)
        elif self._source.startswith(text.quote, stop.start()):
            self._position = stop.start() + len(text.quote)
            self._end(is_closed=True)

    def _skip_escape(self, text: _Text) -> None:
        named = None if text.is_raw else _NAMED_CHARACTER.match(self._source, self._position)
        if named:
            self._position = named.end()
        elif self._source.startswith("\r\n", self._position):
            self._position += 2
        elif not self._source.startswith(("{", "}"), self._position):
            self._position += 1

    def _read_in_field(self, field: _Field, stop: re.Match[str]) -> None:
        character = stop[0]
        if character in "\"'":
            self._read_inner_string(stop.start())
        elif character == "#":
            rest = _REST_OF_LINE.match(self._source, self._position)
            self._position = rest.end() if rest else self._position
        elif character in "([{":
            field.depth += 1
        elif character == ":":
            if not field.depth:
                self._open.append(self._find_template()._replace(is_format=True))
        elif field.depth:
            field.depth -= 1
        elif character == "}":
            self._open.pop()

    def _find_template(self) -> _Text:
        """Return the text of the innermost template."""
        return next(text for text in reversed(self._open) if isinstance(text, _Text))

    def _read_inner_string(self, start: int) -> None:
        match = _TOKEN.match(self._source, start)
        if match is None:  # never: any quote begins a token
            return
        prefix = _find_prefix(self._source, start)
        if prefix in _TEMPLATE_PREFIXES and _has_fields(match):
            self._position = start
            self._begin(prefix)
            return
        self._inner.append(_make_plain_token(match, prefix))
        self._position = match.end()
