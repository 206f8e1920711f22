"""Find the names of deprecated modules in strings, and in files that grimp cannot parse."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from archguard.graph.module_expressions import Deprecation, list_literal_parts
from archguard.graph.parsing.import_candidates import find_candidates
from archguard.graph.parsing.lexer import blank_text, find_string_literals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archguard.graph.parsing.decoding import DecodedSource

_MAX_NAME_LENGTH = 1000  # looked at here; a limit, so that hostile input costs no time
_NAME_CHARACTERS = re.compile(r"[\w.]*+")
_QUOTES = (b"'", b'"')
_DOTTED_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*(?::[\w.]+)?")
_NO_NAME_BYTE = re.compile(rb"[^\w.:\x80-\xff]")


class ReferenceFinder:
    """Finds the names of deprecated modules in source text."""

    def __init__(self, expressions: Sequence[str]) -> None:
        """Look for the modules that these module expressions cover."""
        self._deprecation = Deprecation(expressions)
        # Whatever names a module holds the last literal part of its name.
        self._last_parts = sorted({_find_last_part(expression) for expression in expressions})
        self._searched_parts = _remove_containing(self._last_parts)
        # A string holds the name from its beginning, unless an expression begins with a wildcard.
        beginnings = [expression.partition("*")[0].rstrip(".") for expression in expressions]
        self._prefixes = () if "" in beginnings else _find_prefixes(beginnings)
        # A prefix with a dot is rare in other text: then one search finds all modules of a package.
        self._prefixes_suffice = bool(self._prefixes) and all(
            b"." in prefix for prefix in self._prefixes
        )
        self._common_prefix = _find_common_prefix(beginnings)

    def find_references(self, source: DecodedSource) -> list[tuple[str, int]]:
        """Return (dotted name, line) of each string literal that names a deprecated module."""
        text, utf8 = source
        # Most files name none, and bytes are searched fastest.
        if not self._prefixes_suffice and not any(part in utf8 for part in self._searched_parts):
            return []
        if self._prefixes and not any(self._may_refer(utf8, prefix) for prefix in self._prefixes):
            return []
        return [
            (name, literal.line)
            for literal in find_string_literals(text, holding=self._common_prefix)
            if _DOTTED_NAME.fullmatch(literal.value)
            and self._deprecation.covers(name := literal.value.partition(":")[0])
        ]

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
        return sorted(pair for pair in names if self._deprecation.covers(pair[0]))

    def _may_refer(self, content: bytes, prefix: bytes) -> bool:
        """Return whether a text may hold a reference, before the time is spent to find its strings."""
        start = content.find(prefix)
        while start >= 0:
            quote = content[max(0, start - 1) : start]
            if quote in _QUOTES:
                rest = content[start : start + _MAX_NAME_LENGTH]
                if self._may_be_reference(rest, quote):
                    return True
            start = content.find(prefix, start + len(prefix))
        return False

    def _may_be_reference(self, rest: bytes, quote: bytes) -> bool:
        """Return whether the text behind a quote may be a deprecated name up to the closing quote."""
        end = _NO_NAME_BYTE.search(rest)
        name = rest[: end.start() if end else None].partition(b":")[0]
        if end is None or not name.isascii():
            return True
        return end[0] == quote and self._deprecation.covers(name.decode())


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
