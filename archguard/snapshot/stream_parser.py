"""Parse many uploads of one history fast.

Most commits do not change the modules, and a document that is canonical need not be encoded again for
its digest. So the graph is cut out of the text, its imports are parsed as one list of numbers, and its
modules are looked up by their text. A document that is not canonical, or invalid, is left to
`codec.parse_upload`, which says what is wrong. `tests/snapshot/test_stream_parser.py` checks that both
give the same result.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from operator import lt
from typing import TYPE_CHECKING

from pydantic_core import from_json

from archguard.lru_cache import LruCache
from archguard.snapshot.codec import encode
from archguard.snapshot.memory_limit import estimate_parsing_bytes
from archguard.snapshot.schema import Graph, Snapshot, Upload

if TYPE_CHECKING:
    from collections.abc import Sequence

_GRAPH_KEY = b'"graph":{"modules":['
_IMPORTS_KEY = b'"imports":['
_EMPTY_GRAPH_TEXT = b'"graph":{"modules":[],"kinds":"","imports":['
_EMPTY_GRAPH = Graph(modules=(), kinds="", imports=())
_BACKSLASH = ord("\\")
_DIGITS = b"0123456789"
_MAX_IMPORTS_BYTES = 1024 * 1024
"""Of the text of the imports; `codec.parse_upload` takes less memory for larger ones."""
_MAX_PARSING_BYTES = 8 * 1024 * 1024
_MAX_GRAPHS = 4


@dataclass(frozen=True, slots=True)
class ParsedUpload:
    """A valid upload, and its snapshot's digest."""

    upload: Upload
    digest: str
    """As `codec.compute_digest` returns it."""


@dataclass(frozen=True, slots=True)
class _DocumentParts:
    """A document, cut around its graph."""

    before: bytes
    head: bytes
    """The graph before its imports."""
    imports: bytes
    after: bytes


class StreamParser:
    """Parses canonical documents; safe to use from several threads."""

    def __init__(self) -> None:
        """Start without known modules."""
        self._graphs: LruCache[bytes, Graph] = LruCache(_MAX_GRAPHS)

    def parse(self, data: bytes) -> ParsedUpload | None:
        """Return the upload in a document; None if `codec.parse_upload` has to parse it."""
        parts = _split(data)
        if parts is None:
            return None
        try:
            return self._parse(parts)
        except (ValueError, RecursionError):
            return None

    def _parse(self, parts: _DocumentParts) -> ParsedUpload | None:
        known_graph = self._graphs.get(parts.head)
        rest = parts.before + (_EMPTY_GRAPH_TEXT if known_graph else parts.head) + parts.after
        if rest.count(b'"graph"') != 1 or estimate_parsing_bytes(rest) > _MAX_PARSING_BYTES:
            return None
        upload = Upload.model_validate_json(rest)
        graph = known_graph or upload.snapshot.graph
        if known_graph is None and _encode_head(graph) != parts.head:
            return None
        pairs = _parse_imports(parts.imports, len(graph.modules))
        if pairs is None:
            return None
        if known_graph is None:
            self._graphs.put(parts.head, graph)
        digest = _compute_digest(upload.snapshot.model_copy(update={"graph": _EMPTY_GRAPH}), parts)
        graph = Graph.model_construct(modules=graph.modules, kinds=graph.kinds, imports=pairs)
        snapshot = upload.snapshot.model_copy(update={"graph": graph})
        return ParsedUpload(upload.model_copy(update={"snapshot": snapshot}), digest)


def _split(data: bytes) -> _DocumentParts | None:
    start = data.find(_GRAPH_KEY)
    imports = data.find(_IMPORTS_KEY, start) + len(_IMPORTS_KEY)
    end = data.find(b"]]}", imports) + 1
    # Inside of a string, a backslash would precede the key.
    if start < 1 or imports < start or end < 1 or data[start - 1] == _BACKSLASH:
        return None
    if end - imports > _MAX_IMPORTS_BYTES:
        return None
    return _DocumentParts(data[:start], data[start:imports], data[imports:end], data[end:])


def _encode_head(graph: Graph) -> bytes:
    return b'"graph":' + graph.model_dump_json().encode()[: -len("]}")]


def _parse_imports(text: bytes, count: int) -> tuple[tuple[int, int], ...] | None:
    """Return the imports in a canonical text; None if they are invalid in a graph of `count` modules."""
    punctuation = text.translate(None, _DIGITS)
    pair_count = (len(punctuation) + 1) // len("[,],")
    # Brackets and commas are where they must be, without digits between pairs. JSON refuses `01`.
    if (
        punctuation + b"," != b"[,]," * pair_count
        or text.count(b"],[") != pair_count - 1
        or text[-1:] != b"]"
    ):
        return None
    numbers: Sequence[int] = from_json(b"[" + text.translate(None, b"[]") + b"]")
    imported = numbers[1::2]
    pairs = tuple(zip(numbers[::2], imported, strict=True))
    if not all(map(lt, pairs, pairs[1:])) or pairs[-1][0] >= count or max(imported) >= count:
        return None
    return pairs


def _compute_digest(rest: Snapshot, parts: _DocumentParts) -> str:
    """Return the digest of a snapshot whose graph is still in its parts, in canonical form."""
    before, _, after = encode(rest).partition(_EMPTY_GRAPH_TEXT)
    digest = hashlib.sha256(before)
    for part in (parts.head, parts.imports, after):
        digest.update(part)
    return digest.hexdigest()
