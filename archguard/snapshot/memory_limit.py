"""The memory that reading a snapshot's JSON takes, weighed beforehand; and a way that takes little.

A JSON parser spends some 400 bytes on each pair of brackets, so a body of 30 MiB could ask for
gigabytes. A body that weighs too much is read another way: its imports, in canonical form, are
taken out of the text a few thousand at a time and share their numbers, 72 bytes for each. What
still weighs too much is refused.
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
"""What reading one body may take, with the body."""
_KEY = b'"imports":['
_BACKSLASH = ord("\\")
_INDEX = rb"(?:0|[1-9]\d{0,6})"
_PAIR = rb"\[" + _INDEX + rb"," + _INDEX + rb"\]"
_PAIRS = re.compile(rb"(?:" + _PAIR + rb"(?:,(?=\[)|(?=\])))*+\]")
_CHUNK = re.compile(rb"(?:" + _PAIR + rb",?){1,4096}+")
# Bytes for each, measured on pydantic-core 2.50 with everything wrong that can be.
_OF_KEY, _OF_OPENING, _OF_COMMA, _OF_PAIR = 520, 300, 60, 72
_COPIES = 3
"""Of the text: itself, the parser's strings and Python's."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A document in two."""

    rest: bytes
    """Without its imports: their list is empty."""
    imports: memoryview
    count: int

    @property
    def weight(self) -> int:
        """How many bytes reading it takes at most."""
        return len(self.imports) + weight(self.rest) + len(self.rest) + _OF_PAIR * self.count

    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The imports."""
        return tuple(chain.from_iterable(_chunks(self.imports)))


def weight(data: bytes) -> int:
    """How many bytes parsing takes at most, whatever the text says."""
    openings = data.count(b"[") + data.count(b"{")
    return (
        _COPIES * len(data)
        + _OF_KEY * data.count(b":")
        + _OF_OPENING * openings
        + _OF_COMMA * data.count(b",")
    )


def split(data: bytes) -> Parts | None:
    """The document in two; None: its imports are not canonical, not there once, or little of it."""
    at = data.find(_KEY)
    if at < 1 or data[at - 1] == _BACKSLASH or data.find(_KEY, at + 1) >= 0:
        return None
    whole = _PAIRS.match(data, at + len(_KEY))
    if whole is None:
        return None
    start, end = whole.start(), whole.end() - 1
    if _COPIES * (len(data) - (end - start)) > MAX_PARSING_BYTES:
        return None
    return Parts(data[:start] + data[end:], memoryview(data)[start:end], data.count(b"[", start, end))


def _chunks(text: memoryview) -> Iterator[list[tuple[int, int]]]:
    numbers: dict[int, int] = {}
    shared = numbers.setdefault
    for chunk in _CHUNK.finditer(text):
        listed = from_json(b"[" + bytes(chunk[0]).rstrip(b",") + b"]")
        yield [(shared(a, a), shared(b, b)) for a, b in listed]
