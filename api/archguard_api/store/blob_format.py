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
from dataclasses import dataclass
from itertools import accumulate, chain, repeat
from operator import itemgetter, or_, sub
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ConfigDict, TypeAdapter

from archguard.snapshot import Contract, Graph, Root, UnreadFile, Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archguard.snapshot import Snapshot

Identity = tuple[int, int, int]
"""(contract, importer, imported), interned."""
_HEAD = struct.Struct("<II")
_WORD = 4
_BITS = 32
_FIRST, _SECOND = itemgetter(0), itemgetter(1)
_DETAILS = TypeAdapter(tuple[Violation, ...])


class SnapshotFacts(BaseModel):
    """What else a snapshot says, and changes seldom."""

    model_config = ConfigDict(strict=True, frozen=True)

    tool: str
    folder: str
    roots: tuple[Root, ...]
    contracts: tuple[Contract, ...]
    unread: tuple[UnreadFile, ...]


@dataclass(frozen=True, slots=True)
class GraphLayout:
    """Where a graph's modules stand in its bytes: the same as long as the modules are."""

    ids: tuple[int, ...]
    """Of the modules, in the graph's order."""
    order: Sequence[int]
    """Of their indexes, by id."""
    gaps: bytes
    """Between ids."""
    is_sorted: bool

    @classmethod
    def of(cls, ids: Iterable[int]) -> GraphLayout:
        """The layout of modules with these ids."""
        given = tuple(ids)
        found = sorted(given)
        order = sorted(range(len(given)), key=given.__getitem__)
        gaps = _words(array("I", map(sub, found, (0, *found))))
        return cls(given, order, gaps, tuple(found) == given)


def pack_graph(graph: Graph, layout: GraphLayout) -> bytes:
    """A graph's bytes.

    Args:
        graph: as it was sent.
        layout: of its modules.
    """
    degrees = Counter(map(_FIRST, graph.imports))
    targets = _chosen(layout.ids, list(map(_SECOND, graph.imports)))
    return b"".join(
        (
            _HEAD.pack(len(layout.ids), len(graph.imports)),
            layout.gaps,
            "".join(map(graph.kinds.__getitem__, layout.order)).encode(),
            _words(array("I", map(degrees.__getitem__, layout.order))),
            _words(array("I", targets) if layout.is_sorted else _in_order(graph, layout, targets)),
        )
    )


def _chosen(items: tuple[int, ...], indexes: Sequence[int]) -> Sequence[int]:
    """The items at these indexes; `itemgetter` takes a quarter of the time that one at a time takes."""
    if len(indexes) < 2:
        return [items[index] for index in indexes]
    found: tuple[int, ...] = itemgetter(*indexes)(items)
    return found


def _in_order(graph: Graph, layout: GraphLayout, targets: Sequence[int]) -> array[int]:
    """The targets by importer and target: both in one number, for a number is sorted quickest."""
    raised = [one << _BITS for one in layout.ids]
    importers = map(raised.__getitem__, map(_FIRST, graph.imports))
    words = array("I")
    words.frombytes(array("Q", sorted(map(or_, importers, targets))).tobytes())
    return words[0 if sys.byteorder == "little" else 1 :: 2]


class NumberedGraph(NamedTuple):
    """A packed graph, by its modules' ids."""

    ids: list[int]
    kinds: str
    imports: list[tuple[int, int]]


def unpack_graph(packed: NumberedGraph, names: Mapping[int, str]) -> Graph:
    """With `unpack_ids` the inverse of `pack_graph`.

    Args:
        packed: from `unpack_ids`.
        names: by id; others may be among them.
    """
    ids, kinds, edges = packed
    named = [names[one] for one in ids]
    order = sorted(range(len(ids)), key=named.__getitem__)
    place = {ids[index]: position for position, index in enumerate(order)}
    importers = map(place.__getitem__, map(_FIRST, edges))
    imports = sorted(zip(importers, map(place.__getitem__, map(_SECOND, edges)), strict=True))
    return Graph.model_construct(
        modules=tuple([named[index] for index in order]),
        kinds="".join([kinds[index] for index in order]),
        imports=tuple(imports),
    )


def unpack_ids(data: bytes) -> NumberedGraph:
    """A packed graph's modules, their kinds, and its imports; all by id."""
    count, total = _HEAD.unpack_from(data)
    at = _HEAD.size
    ids = list(accumulate(_read(data, at, count)))
    at += count * _WORD
    kinds = data[at : at + count].decode()
    at += count
    degrees = _read(data, at, count)
    targets = _read(data, at + count * _WORD, total)
    importers = chain.from_iterable(map(repeat, ids, degrees))
    return NumberedGraph(ids, kinds, list(zip(importers, targets, strict=True)))


def pack_identities(identities: Sequence[Identity]) -> bytes:
    """Identities' bytes: sorted."""
    return _words(array("I", chain.from_iterable(sorted(identities))))


def unpack_identities(data: bytes) -> frozenset[Identity]:
    """The inverse of `pack_identities`."""
    words = iter(_read(data, 0, len(data) // _WORD))
    return frozenset(zip(words, words, words, strict=True))


def contains_identity(data: bytes, identity: Identity) -> bool:
    """Whether packed identities hold one, without unpacking them."""
    wanted = _words(array("I", identity))
    at = data.find(wanted)
    while at >= 0 and at % len(wanted):  # found across two of them
        at = data.find(wanted, at + 1)
    return at >= 0


def pack_details(violations: tuple[Violation, ...]) -> bytes:
    """Violations with their occurrences."""
    return _DETAILS.dump_json(violations)


def unpack_details(data: bytes) -> tuple[Violation, ...]:
    """The inverse of `pack_details`."""
    return _DETAILS.validate_json(data)


def pack_facts(snapshot: Snapshot) -> bytes:
    """What else a snapshot says."""
    facts = SnapshotFacts.model_construct(
        tool=snapshot.tool.name,
        folder=snapshot.folder,
        roots=snapshot.roots,
        contracts=snapshot.contracts,
        unread=snapshot.coverage.unread,
    )
    return facts.model_dump_json().encode()


def unpack_facts(data: bytes) -> SnapshotFacts:
    """The inverse of `pack_facts`."""
    return SnapshotFacts.model_validate_json(data)


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
