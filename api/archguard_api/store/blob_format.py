"""The binary format of a snapshot's graph, violations and facts, made to compress well as deltas.

A graph is written in the order of its modules' interned ids: gaps between ids, kinds, out-degrees,
targets. A new module moves none of the bytes before it, so the bytes of two commits differ only where
their graphs differ. Integers are little-endian, 32 bits wide.
"""

from __future__ import annotations

import struct
import sys
from array import array
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, chain, repeat
from operator import itemgetter, or_, sub
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ConfigDict, TypeAdapter

from archguard.snapshot import Contract, Family, FamilyPath, Graph, Root, UnreadFile, Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archguard.snapshot import Snapshot

Identity = tuple[int, int, int]
"""(contract, importer, imported) as interned ids."""
_HEAD = struct.Struct("<II")
_IDENTITY = struct.Struct("<III")
_FIRST_STEP = 32
_MANY_CHANGES = 100
"""Where more differ, sets are faster."""
_INTEGER_BYTES = 4
_BITS = 32
_FIRST, _SECOND = itemgetter(0), itemgetter(1)
_DETAILS = TypeAdapter(tuple[Violation, ...])
_FAMILIES = TypeAdapter(tuple[Family, ...])
_FAMILY_PATHS = TypeAdapter(tuple[FamilyPath, ...])


class SnapshotFacts(BaseModel):
    """The parts of a snapshot that seldom change from one commit to the next."""

    model_config = ConfigDict(strict=True, frozen=True)

    tool: str
    folder: str
    roots: tuple[Root, ...]
    contracts: tuple[Contract, ...]
    unread: tuple[UnreadFile, ...]


@dataclass(frozen=True, slots=True)
class GraphLayout:
    """The positions of a graph's modules in its bytes; graphs with equal modules share one."""

    ids: tuple[int, ...]
    """The modules' interned ids, in the graph's order."""
    order: Sequence[int]
    """The modules' indexes, sorted by id."""
    gaps: bytes
    """The differences between successive sorted ids, packed."""
    is_sorted: bool
    """Whether the graph's order is the order of the ids."""

    @classmethod
    def from_ids(cls, ids: Iterable[int]) -> GraphLayout:
        """Compute the layout of modules with these ids."""
        ids = tuple(ids)
        sorted_ids = sorted(ids)
        order = sorted(range(len(ids)), key=ids.__getitem__)
        gaps = _pack_integers(array("I", map(sub, sorted_ids, (0, *sorted_ids))))
        return cls(ids, order, gaps, tuple(sorted_ids) == ids)


def pack_graph(graph: Graph, layout: GraphLayout) -> bytes:
    """Pack a graph.

    Args:
        graph: the graph as uploaded.
        layout: the layout of its modules.
    """
    degrees = Counter(map(_FIRST, graph.imports))
    targets = _pick(layout.ids, list(map(_SECOND, graph.imports)))
    return b"".join(
        (
            _HEAD.pack(len(layout.ids), len(graph.imports)),
            layout.gaps,
            "".join(map(graph.kinds.__getitem__, layout.order)).encode(),
            _pack_integers(array("I", map(degrees.__getitem__, layout.order))),
            _pack_integers(
                array("I", targets) if layout.is_sorted else _sort_targets(graph, layout, targets)
            ),
        )
    )


def _pick(items: tuple[int, ...], indexes: Sequence[int]) -> Sequence[int]:
    """Return the items at these indexes; `itemgetter` is four times as fast as a comprehension."""
    if len(indexes) < 2:
        return [items[index] for index in indexes]
    picked: tuple[int, ...] = itemgetter(*indexes)(items)
    return picked


def _sort_targets(graph: Graph, layout: GraphLayout, targets: Sequence[int]) -> array[int]:
    """Sort the targets by importer and target; each pair is one 64-bit integer, which sorts fastest."""
    shifted_ids = [number << _BITS for number in layout.ids]
    importers = map(shifted_ids.__getitem__, map(_FIRST, graph.imports))
    integers = array("I")
    integers.frombytes(array("Q", sorted(map(or_, importers, targets))).tobytes())
    return integers[0 if sys.byteorder == "little" else 1 :: 2]


class NumberedGraph(NamedTuple):
    """A graph whose modules are interned ids instead of names."""

    ids: list[int]
    kinds: str
    imports: list[tuple[int, int]]


def unpack_graph(packed: NumberedGraph, names: Mapping[int, str]) -> Graph:
    """Give a graph its names back; together with `unpack_ids` the inverse of `pack_graph`.

    Args:
        packed: the result of `unpack_ids`.
        names: module names by id; may hold more than the graph needs.
    """
    ids, kinds, edges = packed
    modules = [names[number] for number in ids]
    order = sorted(range(len(ids)), key=modules.__getitem__)
    positions = {ids[index]: position for position, index in enumerate(order)}
    importers = map(positions.__getitem__, map(_FIRST, edges))
    imports = sorted(zip(importers, map(positions.__getitem__, map(_SECOND, edges)), strict=True))
    return Graph.model_construct(
        modules=tuple([modules[index] for index in order]),
        kinds="".join([kinds[index] for index in order]),
        imports=tuple(imports),
    )


def unpack_ids(data: bytes) -> NumberedGraph:
    """Unpack a graph without looking up names."""
    module_count, import_count = _HEAD.unpack_from(data)
    offset = _HEAD.size
    ids = list(accumulate(_unpack_integers(data, offset, module_count)))
    offset += module_count * _INTEGER_BYTES
    kinds = data[offset : offset + module_count].decode()
    offset += module_count
    degrees = _unpack_integers(data, offset, module_count)
    targets = _unpack_integers(data, offset + module_count * _INTEGER_BYTES, import_count)
    importers = chain.from_iterable(map(repeat, ids, degrees))
    return NumberedGraph(ids, kinds, list(zip(importers, targets, strict=True)))


def unpack_imports_of(data: bytes, importers: Iterable[int]) -> dict[int, frozenset[int]]:
    """Return what some modules of a packed graph import, without unpacking the other imports."""
    module_count, _ = _HEAD.unpack_from(data)
    offset = _HEAD.size
    ids = list(accumulate(_unpack_integers(data, offset, module_count)))
    offset += module_count * (_INTEGER_BYTES + 1)
    ends = list(accumulate(_unpack_integers(data, offset, module_count)))
    offset += module_count * _INTEGER_BYTES
    found = {}
    for importer in importers:
        index = bisect_left(ids, importer)
        if index < module_count and ids[index] == importer:
            start = ends[index - 1] if index else 0
            targets = _unpack_integers(data, offset + start * _INTEGER_BYTES, ends[index] - start)
            found[importer] = frozenset(targets)
    return found


def pack_identities(identities: Sequence[Identity]) -> bytes:
    """Pack identities, sorted."""
    return _pack_integers(array("I", chain.from_iterable(sorted(identities))))


def unpack_identities(data: bytes) -> frozenset[Identity]:
    """Invert `pack_identities`."""
    integers = iter(_unpack_integers(data, 0, len(data) // _INTEGER_BYTES))
    return frozenset(zip(integers, integers, integers, strict=True))


class IdentityChanges(NamedTuple):
    """How a set of identities differs from another one."""

    added: frozenset[Identity]
    removed: frozenset[Identity]


def compare_identities(before: bytes, after: bytes) -> IdentityChanges:
    """Compare packed identities; where few differ, none of the others is unpacked."""
    size = _IDENTITY.size
    added: list[Identity] = []
    removed: list[Identity] = []
    left = right = 0
    while left < len(before) and right < len(after):
        equal = _count_equal(before, left, after, right)
        left, right = left + equal, right + equal
        if left == len(before) or right == len(after):
            break
        if len(added) + len(removed) > _MANY_CHANGES:
            old, new = unpack_identities(before), unpack_identities(after)
            return IdentityChanges(new - old, old - new)
        old_one, new_one = _IDENTITY.unpack_from(before, left), _IDENTITY.unpack_from(after, right)
        if old_one < new_one:
            removed.append(old_one)
            left += size
        else:
            added.append(new_one)
            right += size
    removed += _IDENTITY.iter_unpack(before[left:])
    added += _IDENTITY.iter_unpack(after[right:])
    return IdentityChanges(frozenset(added), frozenset(removed))


def _count_equal(before: bytes, left: int, after: bytes, right: int) -> int:
    """Return the number of equal bytes from two offsets on, in whole identities."""
    if len(before) - left == len(after) - right and before[left:] == after[right:]:
        return len(before) - left
    size = _IDENTITY.size
    step = _FIRST_STEP
    start, stop = 0, step * size
    while before[left + start : left + stop] == after[right + start : right + stop]:
        step *= 2
        start, stop = stop, stop + step * size
    return start + _bisect_equal(before, left + start, after, right + start, step) * size


def _bisect_equal(before: bytes, left: int, after: bytes, right: int, count: int) -> int:
    """Return how many of so many identities are equal, given that not all are."""
    size = _IDENTITY.size
    equal = 0
    while count > 1:
        half = count // 2
        start, end = equal * size, (equal + half) * size
        if before[left + start : left + end] == after[right + start : right + end]:
            equal, count = equal + half, count - half
        else:
            count = half
    return equal


def pack_details(violations: tuple[Violation, ...]) -> bytes:
    """Pack violations with their occurrences."""
    return _DETAILS.dump_json(violations)


def unpack_details(data: bytes) -> tuple[Violation, ...]:
    """Invert `pack_details`."""
    return _DETAILS.validate_json(data)


def pack_facts(snapshot: Snapshot) -> bytes:
    """Pack what `SnapshotFacts` holds."""
    facts = SnapshotFacts.model_construct(
        tool=snapshot.tool.name,
        folder=snapshot.folder,
        roots=snapshot.roots,
        contracts=snapshot.contracts,
        unread=snapshot.coverage.unread,
    )
    return facts.model_dump_json().encode()


def unpack_facts(data: bytes) -> SnapshotFacts:
    """Invert `pack_facts`."""
    return SnapshotFacts.model_validate_json(data)


def pack_families(families: tuple[Family, ...]) -> bytes:
    """Pack the families of contracts."""
    return _FAMILIES.dump_json(families)


def unpack_families(data: bytes) -> tuple[Family, ...]:
    """Invert `pack_families`."""
    return _FAMILIES.validate_json(data)


def pack_family_paths(paths: tuple[FamilyPath, ...]) -> bytes:
    """Pack by which paths families are imported."""
    return _FAMILY_PATHS.dump_json(paths)


def unpack_family_paths(data: bytes) -> tuple[FamilyPath, ...]:
    """Invert `pack_family_paths`."""
    return _FAMILY_PATHS.validate_json(data)


def _pack_integers(integers: array[int]) -> bytes:
    if sys.byteorder == "big":
        integers.byteswap()
    return integers.tobytes()


def _unpack_integers(data: bytes, offset: int, count: int) -> array[int]:
    integers = array("I")
    integers.frombytes(data[offset : offset + count * _INTEGER_BYTES])
    if sys.byteorder == "big":
        integers.byteswap()
    return integers
