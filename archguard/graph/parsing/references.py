"""Find the names of deprecated modules in strings, and in files that grimp cannot parse."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from archguard.graph.model import IMPORTLIB
from archguard.graph.module_expressions import Deprecation, list_literal_parts, split_symbol
from archguard.graph.parsing.import_candidates import find_candidates
from archguard.graph.parsing.lazy_modules import find_lazy_modules
from archguard.graph.parsing.lexer import blank_text, find_string_literals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archguard.graph.model import RawImport
    from archguard.graph.parsing.decoding import DecodedSource

_MAX_NAME_LENGTH = 1000  # looked at here; a limit, so that hostile input costs no time
_NAME_CHARACTERS = re.compile(r"[\w.]*+")
_QUOTES = (b"'", b'"')
_QUOTE_BYTES = b"".join(_QUOTES)
_BACKSLASH = ord("\\")
_BLANKS = b" \t\f\r\n\\"
_PREFIX_LETTERS = b"bBfFrRtTuU"
_LINE_ENDS = (b"\n", b"\r")
_MAX_GAP = 1000  # between two adjacent strings; a limit, so that hostile input costs no time
_ADJACENT = re.compile(rb"""(?:[\s\\]|#[^\n\r]*+)*[fFrRuU]{0,2}["']""")
# How a string goes on that ends within a name and has another one beside it, or an escape in the name.
_SPLIT = (
    rb"""[\w.]*+(?:\\|%b(?:[\s\\]|\#[^\n\r]{0,%d}+){0,%d}+[fFrRuU]{0,2}["'])"""  # the quote, and limits
)
_DOTTED_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*(?::[\w.]+)?")
_NO_NAME_BYTE = re.compile(rb"[^\w.:\x80-\xff]")


class _QuotedName(NamedTuple):
    """How a string begins that names a module of some deprecated ones."""

    text: bytes
    """The quote and the top-level package."""
    quote: bytes
    candidates: re.Pattern[bytes]
    """Finds the strings that may name one: `name` is where the name begins, unless it is split."""
    split: re.Pattern[bytes]
    """Finds only those that are split."""
    is_rare: bool
    """Whether the names have more in common than the package, so that few other strings begin so."""

    @classmethod
    def make(cls, quote: bytes, prefix: bytes) -> _QuotedName:
        """Return the beginning of a string with this quote and prefix."""
        top = prefix.partition(b".")[0]
        split = _SPLIT % (quote, _MAX_GAP, _MAX_GAP)
        rest = re.escape(prefix.removeprefix(top))
        beginning = quote + re.escape(top)
        candidates = beginning + b"(?:(?P<name>" + rest + b")|" + split + b")"
        return cls(
            quote + top, quote, re.compile(candidates), re.compile(beginning + split), b"." in prefix
        )


class ReferenceFinder:
    """Finds the names of deprecated modules in source text."""

    def __init__(self, expressions: Sequence[str], symbols: Sequence[str] = ()) -> None:
        """Look for the modules that these module expressions cover.

        Args:
            expressions: the module expressions, and the symbols as `module.Name`.
            symbols: the deprecated symbols as `module:Name`.
        """
        self._deprecation = Deprecation(expressions)
        self._symbols = {
            symbol: re.compile(rf"(?<!\w){re.escape(split_symbol(symbol)[1])}(?!\w)")
            for symbol in symbols
        }
        # Whatever names a module holds the last literal part of its name.
        self._last_parts = sorted({_find_last_part(expression) for expression in expressions})
        self._searched_parts = _remove_containing(self._last_parts)
        # A string holds the name from its beginning, unless an expression begins with a wildcard.
        beginnings = [expression.partition("*")[0].rstrip(".") for expression in expressions]
        prefixes = () if "" in beginnings else _find_prefixes(beginnings)
        self._strings = {
            prefix.partition(b".")[0]: [_QuotedName.make(quote, prefix) for quote in _QUOTES]
            for prefix in prefixes
        }
        """By top-level package."""
        tops = sorted({name.partition(".")[0] for name in beginnings})
        self._common_top = _find_common_prefix(tops)
        self._split_tops = _compile_split_tops(tops) if prefixes else ()

    def find_references(
        self,
        source: DecodedSource,
        module: str = "",
        *,
        is_package: bool = False,
        imports_importlib: bool = False,
        may_name: bool | None = None,
    ) -> list[tuple[str, int]]:
        """Return (dotted name, line) of each string that names a deprecated module, sorted.

        Args:
            source: the text of a module.
            module: its name, to which relative names belong.
            is_package: whether it is a package.
            imports_importlib: whether it is known to import a function that imports.
            may_name: what the method of this name says of the text, if it was called before.
        """
        text, utf8 = source
        may_name = self.may_name(utf8) if may_name is None else may_name
        # Most files name none, and bytes are searched fastest.
        starts = list(self._find_starts(utf8))
        has_split_top = may_name and self._has_split_top(utf8)
        references: set[tuple[str, int]] = set()
        if has_split_top or self._may_hold_literal(utf8, starts, may_name=may_name):
            references.update(self._find_literals(text, "" if has_split_top else self._common_top))
        # The last part of such a name may be split, so nothing more can be asked of the text.
        may_import = starts or has_split_top or not self._strings
        if imports_importlib or (may_import and (b"import_module" in utf8 or b"__import__" in utf8)):
            references.update(self._find_dynamic_imports(text, module, is_package=is_package))
        return sorted(references)

    def _find_dynamic_imports(
        self, text: str, module: str, *, is_package: bool
    ) -> Iterator[tuple[str, int]]:
        """Yield (dotted name, line) of each deprecated module that a call names in parts."""
        from archguard.graph.parsing.dynamic_imports import find_dynamic_imports  # noqa: PLC0415 (rare)

        for name, line in find_dynamic_imports(text, module, is_package=is_package):
            if self._deprecation.covers(name):
                yield name, line

    def _find_literals(self, text: str, holding: str) -> Iterator[tuple[str, int]]:
        lazy_modules = find_lazy_modules(text)
        for literal in find_string_literals(text, holding=holding):
            if (
                _DOTTED_NAME.fullmatch(literal.value)
                and (names := self._list_named(literal.value))
                and not any(lazy.start <= literal.start < lazy.end for lazy in lazy_modules)
            ):
                yield from ((name, literal.line) for name in names)

    def _list_named(self, value: str) -> list[str]:
        """Return the deprecated module and symbol that a dotted name, maybe with `:object`, names."""
        module = value.partition(":")[0]
        names = [module] if self._deprecation.covers(module) else []
        return [*names, value] if value in self._symbols else names

    def _find_starts(self, utf8: bytes) -> Iterator[tuple[_QuotedName, int]]:
        """Yield the beginnings of strings that a text holds, and where the first string begins so."""
        for top, strings in self._strings.items():
            # Two searches, one for each quote, take longer than one among all uses of the package.
            start = _find_quoted(utf8, top)
            if start >= 0:
                positions = ((string, utf8.find(string.text, start)) for string in strings)
                yield from ((string, position) for string, position in positions if position >= 0)

    def _may_hold_literal(
        self, utf8: bytes, starts: Sequence[tuple[_QuotedName, int]], *, may_name: bool
    ) -> bool:
        """Return whether a text may hold a reference, before the time is spent to find its strings."""
        if not self._strings:
            return may_name
        if may_name or all(string.is_rare for string, _ in starts):
            return any(self._may_refer(utf8, *string) for string in starts)
        return any(
            self._may_refer(utf8, string, start) if string.is_rare else string.split.search(utf8, start)
            for string, start in starts
        )

    def _has_split_top(self, utf8: bytes) -> bool:
        """Return whether a text may hold a name whose top-level package is split between two strings.

        To be asked only where the last part of a name is whole: else every string of every file would
        have to be read.
        """
        return any(
            _is_joined(utf8, match.start()) for end in self._split_tops for match in end.finditer(utf8)
        )

    def may_name(self, content: bytes) -> bool:
        """Return whether a text may name a deprecated module, before the time is spent to search it."""
        return any(part in content for part in self._searched_parts)

    def find_names(self, text: str, module: str, *, is_package: bool) -> list[tuple[str, bool]]:
        """Return the deprecated names in a text that cannot be parsed, sorted.

        Any name in it might be imported. Each comes with whether it stands in `from base import item`.
        """
        # Most texts hold no part of such a name; the rest of a relative one is in that of its module.
        if text.isascii() and not any(part in text or part in module for part in self._last_parts):
            return []
        names: set[tuple[str, bool]] = set()
        # An unclosed quote hides code in the blanked text, a bracket in a comment in the original one.
        for version in (text, blank_text(text)):
            utf8 = version.encode("utf-8", "replace")
            for name, is_from in find_candidates(utf8, module, is_package=is_package).items():
                names |= {(name, kind) for kind in (True, False) if is_from in (None, kind)}
        for part in self._last_parts:
            names |= {(name, False) for name in _find_dotted_names(text, part)}
        covered = [pair for pair in names if self._deprecation.covers(pair[0])]
        # A symbol may be imported by any path, so its own name is enough.
        named = [(symbol, False) for symbol, word in self._symbols.items() if word.search(text)]
        return sorted([*covered, *named])

    def _may_refer(self, utf8: bytes, string: _QuotedName, start: int) -> bool:
        """Return whether a string that begins so, at `start` or later, may name a deprecated module."""
        # Most strings that begin so name another module of the same top-level package.
        for match in string.candidates.finditer(utf8, start):
            if match["name"] is None:
                return True
            name_start = match.start() + len(string.quote)
            if self._may_be_reference(utf8[name_start : name_start + _MAX_NAME_LENGTH], string.quote):
                return True
        return False

    def _may_be_reference(self, rest: bytes, quote: bytes) -> bool:
        """Return whether the text behind a quote may be a deprecated name up to the closing quote."""
        end = _NO_NAME_BYTE.search(rest)
        name = rest[: end.start() if end else None].partition(b":")[0]
        if end is None or not name.isascii() or end[0] == b"\\":
            return True
        if end[0] != quote:
            return False
        return self._deprecation.covers(name.decode()) or _ADJACENT.match(rest, end.end()) is not None


def imports_importlib(imports: Iterable[RawImport]) -> bool:
    """Return whether some imports give a module a function that imports."""
    return any(raw_import[0].startswith(IMPORTLIB) for raw_import in imports)


def _find_quoted(utf8: bytes, word: bytes) -> int:
    """Return where the first string begins that begins with a word; -1 if there is none."""
    start = utf8.find(word)
    while start >= 0:
        if start and utf8[start - 1] in _QUOTE_BYTES:
            return start - 1
        start = utf8.find(word, start + 1)
    return -1


def _find_dotted_names(text: str, part: str) -> Iterator[str]:
    """Yield each dotted name that contains this text."""
    start = text.find(part)
    while start >= 0:
        before = text[max(0, start - _MAX_NAME_LENGTH) : start][::-1]
        end = _find_name_end(text, start)
        yield text[start - _find_name_end(before) : end]
        start = text.find(part, end)


def _find_name_end(text: str, start: int = 0) -> int:
    """Return where the part of a dotted name ends that begins at `start`."""
    match = _NAME_CHARACTERS.match(text, start)
    return match.end() if match else start


def _compile_split_tops(tops: Iterable[str]) -> tuple[re.Pattern[bytes], ...]:
    """Return what finds the end of a top-level package's name where a string begins or goes on."""
    ends = {re.escape(top[start:].encode()) for top in tops for start in range(1, len(top))}
    if not ends:
        return ()
    end = rb"""(?:%b)(?=["'.:\\])""" % b"|".join(sorted(ends))
    # One pattern would take three times as long: `re` skips fast to a literal, not to one of several.
    return tuple(re.compile(beginning + end) for beginning in (b'"', b"'", rb"\\[\r\n]\n?"))


def _is_joined(utf8: bytes, start: int) -> bool:
    """Return whether a string that begins at a quote, or goes on at a backslash, may go on another one.

    Only blanks, comments and the string's own prefix stand between two parts of a string.
    """
    if utf8[start] == _BACKSLASH:
        return True
    before = utf8[max(0, start - _MAX_GAP) : start].rstrip(_PREFIX_LETTERS)
    rest = before.rstrip(_BLANKS)
    if not rest or rest.endswith(_QUOTES):
        return True
    line_start = max(map(rest.rfind, _LINE_ENDS)) + 1
    has_line_end = any(line_end in before[len(rest) :] for line_end in _LINE_ENDS)
    return has_line_end and (b"#" in rest[line_start:] or (not line_start and start > _MAX_GAP))


def _remove_containing(words: Iterable[str]) -> tuple[bytes, ...]:
    """Return the words that contain no other word: every text that holds any word holds one of these."""
    minimal: list[str] = []
    for word in sorted(set(words), key=lambda word: (len(word), word)):
        if not any(other in word for other in minimal):
            minimal.append(word)
    return tuple(word.encode() for word in minimal)


def _find_prefixes(names: Iterable[str]) -> tuple[bytes, ...]:
    """Return the common prefix of the names in each top-level package."""
    by_package: dict[str, list[str]] = {}
    for name in names:
        by_package.setdefault(name.partition(".")[0], []).append(name)
    return tuple(_find_common_prefix(inside).encode() for inside in by_package.values())


def _find_common_prefix(names: Sequence[str]) -> str:
    return os.path.commonprefix(names)  # noqa: RUF071 (of names, not of paths)


def _find_last_part(expression: str) -> str:
    """Return the last literal part of an expression; "import" if it has none."""
    parts = list_literal_parts(expression)
    return parts[-1] if parts else "import"
