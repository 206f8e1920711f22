"""Estimate the memory that parsing a snapshot's JSON takes, and parse large ones with less memory.

A JSON parser needs some 400 bytes for each pair of brackets, so a body of 30 MiB could need
gigabytes. A body that would need too much is parsed in parts: its imports, in canonical form, are
parsed a few thousand at a time and share their numbers, which takes 72 bytes for each import. A body
that would still need too much is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from pydantic_core import from_json

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PARSING_BYTES = 92 * 1024 * 1024
"""The memory that parsing one body may take, the body included."""
_KEY = b'"imports":['
_BACKSLASH = ord("\\")
_INDEX = rb"(?:0|[1-9]\d{0,6})"
_PAIR = rb"\[" + _INDEX + rb"," + _INDEX + rb"\]"
_PAIRS = re.compile(rb"(?:" + _PAIR + rb"(?:,(?=\[)|(?=\])))*+\]")
_CHUNK = re.compile(rb"(?:" + _PAIR + rb",?){1,4096}+")
# Bytes for each, measured with pydantic-core 2.50 on documents with as many errors as possible.
_OF_KEY, _OF_OPENING, _OF_COMMA, _OF_PAIR = 520, 300, 60, 72
_COPIES = 3
"""Of the text: the text itself, the parser's strings, and Python's."""


@dataclass(frozen=True, slots=True)
class SplitDocument:
    """A document whose imports are taken out."""

    rest: bytes
    """The document with an empty list of imports."""
    imports: memoryview
    count: int
    """How many imports there are."""

    @property
    def parsing_bytes(self) -> int:
        """The most bytes that parsing both parts takes."""
        return (
            len(self.imports)
            + estimate_parsing_bytes(self.rest)
            + len(self.rest)
            + _OF_PAIR * self.count
        )

    def parse_imports(self) -> tuple[tuple[int, int], ...]:
        """Return the imports."""
        return tuple(chain.from_iterable(_parse_chunks(self.imports)))


def estimate_parsing_bytes(data: bytes) -> int:
    """Return the most bytes that parsing a text takes, whatever it contains."""
    openings = data.count(b"[") + data.count(b"{")
    return (
        _COPIES * len(data)
        + _OF_KEY * data.count(b":")
        + _OF_OPENING * openings
        + _OF_COMMA * data.count(b",")
    )


def split_imports(data: bytes) -> SplitDocument | None:
    """Take the imports out of a document.

    Return None if they are not in canonical form or occur twice, or if the rest is too large.
    """
    key = data.find(_KEY)
    if key < 1 or data[key - 1] == _BACKSLASH or data.find(_KEY, key + 1) >= 0:
        return None
    match = _PAIRS.match(data, key + len(_KEY))
    if match is None:
        return None
    start, end = match.start(), match.end() - 1
    if _COPIES * (len(data) - (end - start)) > MAX_PARSING_BYTES:
        return None
    return SplitDocument(
        data[:start] + data[end:], memoryview(data)[start:end], data.count(b"[", start, end)
    )


def _parse_chunks(text: memoryview) -> Iterator[list[tuple[int, int]]]:
    numbers: dict[int, int] = {}
    share = numbers.setdefault
    for chunk in _CHUNK.finditer(text):
        pairs = from_json(b"[" + bytes(chunk[0]).rstrip(b",") + b"]")
        yield [(share(a, a), share(b, b)) for a, b in pairs]
