"""Reading one snapshot after another: what they have in common is read once, and none is written again.

Most commits leave the modules as they were, and the canonical form of a text that is canonical need not
be made again to be digested. So the graph is cut out of the text, its imports are read as one list of
numbers, and its modules are known by their text. What is not canonical, or wrong in any way, is left to
`codec.parse`, which says what is wrong. The result is the same:
`tests/snapshot/test_stream_parser.py`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from operator import lt
from typing import TYPE_CHECKING

from pydantic_core import from_json

from archguard.lru_cache import LruCache
from archguard.snapshot.codec import canonical
from archguard.snapshot.memory_limit import weight
from archguard.snapshot.schema import Graph, Snapshot, Upload

if TYPE_CHECKING:
    from collections.abc import Sequence

_GRAPH = b'"graph":{"modules":['
_IMPORTS = b'"imports":['
_EMPTY = b'"graph":{"modules":[],"kinds":"","imports":['
_NONE = Graph(modules=(), kinds="", imports=())
_BACKSLASH = ord("\\")
_DIGITS = b"0123456789"
_MOST_IMPORTS = 1024 * 1024
"""Bytes of their text: larger ones are read in a way that takes less memory."""
_MOST_WEIGHT = 8 * 1024 * 1024
_KEPT = 4


@dataclass(frozen=True, slots=True)
class Parsed:
    """An upload that is valid, and its snapshot's digest."""

    upload: Upload
    digest: str
    """As `encoding.digest` gives it."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A document around its graph."""

    before: bytes
    head: bytes
    """The graph up to its imports."""
    imports: bytes
    after: bytes


class Parser:
    """Reads canonical documents; for several threads."""

    def __init__(self) -> None:
        """Know no modules yet."""
        self._known: LruCache[bytes, Graph] = LruCache(_KEPT)

    def parse(self, data: bytes) -> Parsed | None:
        """The upload in a document; None: `encoding.parse` has to read it."""
        cut = _cut(data)
        if cut is None:
            return None
        try:
            return self._parse(cut)
        except (ValueError, RecursionError):
            return None

    def _parse(self, cut: _Cut) -> Parsed | None:
        known = self._known.get(cut.head)
        rest = cut.before + (_EMPTY if known else cut.head) + cut.after
        if rest.count(b'"graph"') != 1 or weight(rest) > _MOST_WEIGHT:
            return None
        upload = Upload.model_validate_json(rest)
        graph = known or upload.snapshot.graph
        if known is None and _head(graph) != cut.head:
            return None
        pairs = _pairs(cut.imports, len(graph.modules))
        if pairs is None:
            return None
        if known is None:
            self._known.put(cut.head, graph)
        digest = _digest(upload.snapshot.model_copy(update={"graph": _NONE}), cut)
        graph = Graph.model_construct(modules=graph.modules, kinds=graph.kinds, imports=pairs)
        snapshot = upload.snapshot.model_copy(update={"graph": graph})
        return Parsed(upload.model_copy(update={"snapshot": snapshot}), digest)


def _cut(data: bytes) -> _Cut | None:
    start = data.find(_GRAPH)
    imports = data.find(_IMPORTS, start) + len(_IMPORTS)
    end = data.find(b"]]}", imports) + 1
    # In a string the quotation mark of a key would follow a backslash.
    if start < 1 or imports < start or end < 1 or data[start - 1] == _BACKSLASH:
        return None
    if end - imports > _MOST_IMPORTS:
        return None
    return _Cut(data[:start], data[start:imports], data[imports:end], data[end:])


def _head(graph: Graph) -> bytes:
    return b'"graph":' + graph.model_dump_json().encode()[: -len("]}")]


def _pairs(text: bytes, count: int) -> tuple[tuple[int, int], ...] | None:
    """The imports in a canonical text, valid among so many modules."""
    marks = text.translate(None, _DIGITS)
    pairs = (len(marks) + 1) // len("[,],")
    # Brackets and commas stand as they must, and no digit between brackets; JSON itself refuses `01`.
    if marks + b"," != b"[,]," * pairs or text.count(b"],[") != pairs - 1 or text[-1:] != b"]":
        return None
    numbers: Sequence[int] = from_json(b"[" + text.translate(None, b"[]") + b"]")
    imported = numbers[1::2]
    found = tuple(zip(numbers[::2], imported, strict=True))
    if not all(map(lt, found, found[1:])) or found[-1][0] >= count or max(imported) >= count:
        return None
    return found


def _digest(rest: Snapshot, cut: _Cut) -> str:
    """Of the canonical form: both parts of the graph are in that already."""
    before, _, after = canonical(rest).partition(_EMPTY)
    found = hashlib.sha256(before)
    for part in (cut.head, cut.imports, after):
        found.update(part)
    return found.hexdigest()
