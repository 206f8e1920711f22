"""What text says of deprecated modules where grimp is silent: literals, and files it cannot read."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from archguard.graph.module_expressions import Deprecation, list_literal_parts
from archguard.graph.parsing.import_candidates import names
from archguard.graph.parsing.lexer import string_literals, without_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archguard.graph.parsing.decoding import Decoded

_LONGEST_NAME = 1000  # a limit only so that hostile input costs no time
_NOT_DOTTED = re.compile(r"[^\w.]")
_QUOTES = (b"'", b'"')
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*(?::[\w.]+)?")
_NO_PART_OF_ONE = re.compile(rb"[^\w.:\x80-\xff]")


class ReferenceFinder:
    """Looks for what a set of module expressions covers."""

    def __init__(self, expressions: Sequence[str]) -> None:
        """Look for these deprecated modules."""
        self._deprecation = Deprecation(expressions)
        # No statement or literal that names a module can avoid its name's last literal part.
        self._tails = sorted({_tail(e) for e in expressions})
        self._within_tails = _shortest(self._tails)
        # A literal names it from its first part on, unless an expression begins with a wildcard.
        heads = [expression.partition("*")[0].rstrip(".") for expression in expressions]
        self._starts = () if "" in heads else _starts(heads)
        # What holds a dot is seldom met by chance: one search a package then does for all its modules.
        self._starts_tell = bool(self._starts) and all(b"." in start for start in self._starts)
        self._beginning = _common(heads)

    def references(self, source: Decoded) -> list[tuple[str, int]]:
        """(dotted name, line) of each string literal that names a deprecated module."""
        text, utf8 = source
        # Most files hold nothing, and bytes are searched fastest.
        if not self._starts_tell and not any(tail in utf8 for tail in self._within_tails):
            return []
        if self._starts and not any(self._may_refer(utf8, start) for start in self._starts):
            return []
        return [
            (name, literal.line)
            for literal in string_literals(text, holding=self._beginning)
            if _DOTTED.fullmatch(literal.value)
            and self._deprecation.covers(name := literal.value.partition(":")[0])
        ]

    def names_in(self, text: str, module: str, *, is_package: bool) -> list[tuple[str, bool]]:
        """The deprecated names that a text holds, and whether as `from base import item`, sorted.

        For a text that Python cannot read: whatever it says, it might import.
        """
        found: set[tuple[str, bool]] = set()
        # A quote that nothing closes hides code from one, a bracket in a comment from the other.
        for version in (text, without_text(text)):
            utf8 = version.encode("utf-8", "replace")
            for name, is_from in names(utf8, module, is_package=is_package).items():
                found |= {(name, one) for one in (True, False) if is_from in (None, one)}
        found |= {(word, False) for tail in self._tails for word in _dotted_words(text, tail)}
        return sorted(one for one in found if self._deprecation.covers(one[0]))

    def _may_refer(self, content: bytes, start: bytes) -> bool:
        """Whether it is worth the time to tell strings from code: most of what looks alike goes on."""
        at = content.find(start)
        while at >= 0:
            quote = content[max(0, at - 1) : at]
            if quote in _QUOTES and self._may_be_named(content[at : at + _LONGEST_NAME], quote):
                return True
            at = content.find(start, at + len(start))
        return False

    def _may_be_named(self, rest: bytes, quote: bytes) -> bool:
        end = _NO_PART_OF_ONE.search(rest)
        name = rest[: end.start() if end else None].partition(b":")[0]
        if end is None or not name.isascii():
            return True
        return end[0] == quote and self._deprecation.covers(name.decode())


def _dotted_words(text: str, word: str) -> Iterator[str]:
    """The dotted names that a word is a part of."""
    at = text.find(word)
    while at >= 0:
        before = _NOT_DOTTED.split(text[max(0, at - _LONGEST_NAME) : at])[-1]
        behind = _NOT_DOTTED.split(text[at : at + _LONGEST_NAME], maxsplit=1)[0]
        yield before + behind
        at = text.find(word, at + len(word))


def _shortest(words: Iterable[str]) -> tuple[bytes, ...]:
    """The words that hold no other of them: looking for these finds all."""
    kept: list[str] = []
    for word in sorted(set(words), key=lambda word: (len(word), word)):
        if not any(other in word for other in kept):
            kept.append(word)
    return tuple(word.encode() for word in kept)


def _starts(names: Iterable[str]) -> tuple[bytes, ...]:
    """What the names begin with, once for all names in one top-level package."""
    by_top: dict[str, list[str]] = {}
    for name in names:
        by_top.setdefault(name.partition(".")[0], []).append(name)
    return tuple(_common(inside).encode() for inside in by_top.values())


def _common(names: Sequence[str]) -> str:
    return os.path.commonprefix(names)  # noqa: RUF071 (of names, not of paths)


def _tail(expression: str) -> str:
    parts = list_literal_parts(expression)
    return parts[-1] if parts else "import"
