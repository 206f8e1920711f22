"""Tell from a file's bytes alone that no import statement in it can ask for a deprecated module."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from archguard.graph.module_expressions import list_literal_parts
from archguard.sources.source import find_pointer

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_BYTES = 1_000_000
"""Of larger files it is the scan that says whether they can be read."""
_STAR = re.compile(rb"import[\s\\]*\*")
_COMMENT = b"archguard"
_COOKIE = b"coding"
_COOKIE_LINES = 2


class Words(NamedTuple):
    """Words without one of which nothing imports a module of some expressions."""

    words: tuple[bytes, ...]
    pattern: re.Pattern[bytes]
    """Finds them where no letter stands beside."""

    def occur_in(self, text: bytes) -> bool:
        """Return whether a text has one of them."""
        # The pattern alone takes ten times as long, and mostly there is none.
        return any(word in text for word in self.words) and self.pattern.search(text) is not None


def compile_words(expressions: Iterable[str]) -> Words:
    """Return the words without which nothing imports a module of some expressions."""
    parts = (list_literal_parts(expression) for expression in expressions)
    words = sorted({each[-1].encode() if each else b"import" for each in parts})
    return Words(tuple(words), re.compile(rb"(?<!\w)(?:%b)(?!\w)" % b"|".join(map(re.escape, words))))


def is_silent(content: bytes, module: str, words: Words) -> bool:
    """Return whether a file imports no deprecated module and asks for no exception, for certain.

    A string that names a deprecated module in parts is not looked for. The file may not be valid Python.

    Args:
        content: what the file holds.
        module: the name of the module, to which relative imports belong.
        words: those without which nothing names a deprecated module: see `compile_words`.
    """
    return (
        len(content) <= _MAX_BYTES
        and b"\0" not in content
        and _COMMENT not in content
        and not any(_COOKIE in line for line in content.split(b"\n", _COOKIE_LINES)[:_COOKIE_LINES])
        and find_pointer(content) is None
        and _STAR.search(content) is None
        and (normal := _normalize(content)) is not None
        and not words.occur_in(normal)
        and not words.occur_in(module.encode())
    )


def _normalize(content: bytes) -> bytes | None:
    """Return a text with its identifiers as Python compares them; None if it is not UTF-8."""
    if content.isascii():
        return content
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return unicodedata.normalize("NFKC", text).encode()
