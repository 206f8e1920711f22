"""What snapshots hold as bytes that stay alike from commit to commit.

A graph is written by interned ids, in their order: gaps between ids, kinds, out-degrees, targets. A new
module shifts nothing that stood there before, so the bytes of two commits differ where the graphs do.
Integers are little-endian, of 32 bits.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections import Counter
from itertools import accumulate, chain, islice
from operator import itemgetter, sub
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, TypeAdapter

from archguard.snapshot import Contract, Graph, Root, UnreadFile, Violation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archguard.snapshot import Snapshot

Identity = tuple[int, int, int]
"""(contract, importer, imported), interned."""
_HEAD = struct.Struct("<II")
_WORD = 4
_FIRST, _SECOND = itemgetter(0), itemgetter(1)
_DETAILS = TypeAdapter(tuple[Violation, ...])


class Facts(BaseModel):
    """What else a snapshot says, and changes seldom."""

    model_config = ConfigDict(strict=True, frozen=True)

    tool: str
    folder: str
    roots: tuple[Root, ...]
    contracts: tuple[Contract, ...]
    unread: tuple[UnreadFile, ...]


def pack_graph(graph: Graph, ids: Sequence[int]) -> bytes:
    """A graph's bytes.

    Args:
        graph: as it was sent.
        ids: of its modules, in their order.
    """
    degrees = Counter(map(_FIRST, graph.imports))
    targets = list(map(ids.__getitem__, map(_SECOND, graph.imports)))
    order = sorted(range(len(ids)), key=ids.__getitem__)
    found = [ids[index] for index in order]
    if found != list(ids):
        targets = _in_order(targets, list(map(degrees.__getitem__, range(len(ids)))), order)
    return b"".join(
        (
            _HEAD.pack(len(ids), len(targets)),
            _words(array("I", map(sub, found, (0, *found)))),
            "".join(map(graph.kinds.__getitem__, order)).encode(),
            _words(array("I", map(degrees.__getitem__, order))),
            _words(array("I", targets)),
        )
    )


def _in_order(targets: Sequence[int], degrees: Sequence[int], order: Sequence[int]) -> list[int]:
    """The targets of each importer sorted, the importers in this order."""
    ends = list(accumulate(degrees))
    rows: list[int] = []
    for index in order:
        rows += sorted(targets[ends[index] - degrees[index] : ends[index]])
    return rows


def unpack_graph(data: bytes, names: Mapping[int, str]) -> Graph:
    """The inverse of `pack_graph`.

    Args:
        data: from `pack_graph`.
        names: by id; others may be among them.
    """
    ids, kinds, edges = unpack_ids(data)
    named = [names[one] for one in ids]
    order = sorted(range(len(ids)), key=named.__getitem__)
    place = {ids[index]: position for position, index in enumerate(order)}
    imports = sorted((place[importer], place[imported]) for importer, imported in edges)
    return Graph.model_construct(
        modules=tuple([named[index] for index in order]),
        kinds="".join([kinds[index] for index in order]),
        imports=tuple(imports),
    )


def unpack_ids(data: bytes) -> tuple[list[int], str, list[tuple[int, int]]]:
    """A packed graph's modules, their kinds, and its imports; all by id."""
    count, total = _HEAD.unpack_from(data)
    at = _HEAD.size
    ids = list(accumulate(_read(data, at, count)))
    at += count * _WORD
    kinds = data[at : at + count].decode()
    at += count
    degrees = _read(data, at, count)
    targets = iter(_read(data, at + count * _WORD, total))
    edges = [
        (importer, imported)
        for importer, degree in zip(ids, degrees, strict=True)
        for imported in islice(targets, degree)
    ]
    return ids, kinds, edges


def pack_identities(identities: Sequence[Identity]) -> bytes:
    """Identities' bytes: sorted."""
    return _words(array("I", chain.from_iterable(sorted(identities))))


def unpack_identities(data: bytes) -> frozenset[Identity]:
    """The inverse of `pack_identities`."""
    words = iter(_read(data, 0, len(data) // _WORD))
    return frozenset(zip(words, words, words, strict=True))


def pack_details(violations: tuple[Violation, ...]) -> bytes:
    """Violations with their occurrences."""
    return _DETAILS.dump_json(violations)


def unpack_details(data: bytes) -> tuple[Violation, ...]:
    """The inverse of `pack_details`."""
    return _DETAILS.validate_json(data)


def pack_facts(snapshot: Snapshot) -> bytes:
    """What else a snapshot says."""
    facts = Facts.model_construct(
        tool=snapshot.tool.name,
        folder=snapshot.folder,
        roots=snapshot.roots,
        contracts=snapshot.contracts,
        unread=snapshot.coverage.unread,
    )
    return facts.model_dump_json().encode()


def unpack_facts(data: bytes) -> Facts:
    """The inverse of `pack_facts`."""
    return Facts.model_validate_json(data)


def _words(words: array[int]) -> bytes:
    if sys.byteorder == "big":
        words.byteswap()
    return words.tobytes()


def _read(data: bytes, at: int, count: int) -> array[int]:
    words = array("I")
    words.frombytes(data[at : at + count * _WORD])
    if sys.byteorder == "big":
        words.byteswap()
    return words
