"""Find the files that may hold a class of a certain name, by their bytes: parsing takes far longer."""

from __future__ import annotations

import re
from operator import contains
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from archguard.graph.discovery import Module
    from archguard.sources.source import Unreadable

_WILDCARDS = re.compile(r"\[[^\]]*\]|[*?]")
_CLASS = re.compile(rb"class[\s\\]+[^\s(:\[]*\Z")
_MAX_BEFORE = 300
"""How far before a part of a class's name the word `class` is looked for."""
_MAX_PLACES = 10_000
"""A file that has the part more often is taken without looking at all of them."""


class ContentReader(Protocol):
    """Reads files."""

    def read(self, paths: Sequence[str]) -> Iterator[bytes | Unreadable]:
        """Yield the content of each file in the order of `paths`."""


def find_literal(pattern: str) -> str:
    """Return the longest text that every name has which matches a pattern of `fnmatch`."""
    return max(_WILDCARDS.split(pattern), key=len)


def find_files_with_class(
    source: ContentReader, modules: Sequence[Module], patterns: Iterable[str]
) -> Iterator[Module]:
    """Yield the modules whose text may hold a class statement with a name that matches a pattern.

    A file whose bytes cannot be read is yielded, too, and so is every file if a pattern says nothing.

    Args:
        source: reads the files.
        modules: which files.
        patterns: as for `fnmatch`.
    """
    yield from _find_files(source, modules, patterns, _may_hold_class)


def find_files_with_name(
    source: ContentReader, modules: Sequence[Module], patterns: Iterable[str]
) -> Iterator[Module]:
    """Yield those whose text may hold a name that matches a pattern: see `find_files_with_class`."""
    yield from _find_files(source, modules, patterns, contains)


def _find_files(
    source: ContentReader,
    modules: Sequence[Module],
    patterns: Iterable[str],
    may_hold: Callable[[bytes, bytes], bool],
) -> Iterator[Module]:
    literals = [find_literal(pattern).encode() for pattern in patterns]
    paths = [module.path for module in modules]
    for module, content in zip(modules, source.read(paths), strict=True):
        if not isinstance(content, bytes) or any(may_hold(content, text) for text in literals):
            yield module


def _may_hold_class(content: bytes, text: bytes) -> bool:
    if not text:
        return b"class" in content
    position = -1
    for _ in range(_MAX_PLACES):
        position = content.find(text, position + 1)
        if position < 0:
            return False
        if _CLASS.search(content, max(0, position - _MAX_BEFORE), position):
            return True
    return True
