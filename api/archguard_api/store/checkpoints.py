"""Checkpoints of a branch's lifecycles, so that a rebuild can start in the middle of its line.

Each is the state before the snapshot at its position: the lifecycles of all violations, and the modules
that were unread.
"""

from __future__ import annotations

import json
import struct
import sys
from array import array
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from archguard.ledger import UnreadSoFar, ViolationLifecycle
from archguard_api.store.blob_deltas import compress_quickly, decompress

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archguard_api.store.blob_format import Identity

CHECKPOINT_EVERY = 1000
"""Positions from one checkpoint to the next."""
_HEAD = struct.Struct("<II")
_get_numbers = attrgetter("first", "introduced", "times")


class CheckpointState(NamedTuple):
    """What a checkpoint holds."""

    lifecycles: dict[Identity, ViolationLifecycle[int]]
    unread: UnreadSoFar[int] | None


def pack_state(
    lifecycles: Mapping[Identity, ViolationLifecycle[int]], unread: UnreadSoFar[int] | None
) -> bytes:
    """Pack the state before a snapshot."""
    values = lifecycles.values()
    more = json.dumps(
        None if unread is None else [sorted(unread.unread), sorted(unread.once_read)]
    ).encode()
    return compress_quickly(
        b"".join(
            (
                _HEAD.pack(len(lifecycles), len(more)),
                more,
                _pack("I", chain.from_iterable(lifecycles)),
                _pack("I", chain.from_iterable(map(_get_numbers, values))),
                _pack("I", (value.fixed or 0 for value in values)),
                _pack("q", (value.introduced_at for value in values)),
                _pack("q", (value.fixed_at or 0 for value in values)),
                bytes(value.unknown | value.dropped << 1 for value in values),
            )
        )
    )


def unpack_state(data: bytes) -> CheckpointState:
    """Invert `pack_state`."""
    data = decompress(data, None)
    count, length = _HEAD.unpack_from(data)
    offset = _HEAD.size + length
    more = json.loads(data[_HEAD.size : offset])
    columns: list[array[int]] = []
    for code, width in (("I", 3), ("I", 3), ("I", 1), ("q", 1), ("q", 1), ("B", 1)):
        column = array(code)
        end = offset + column.itemsize * width * count
        column.frombytes(data[offset:end])
        if sys.byteorder == "big":
            column.byteswap()
        columns.append(column)
        offset = end
    identities, numbers, fixed, introduced_at, fixed_at, flags = columns
    lifecycles = {
        identity: ViolationLifecycle(
            first,
            introduced,
            at,
            end or None,
            end_at if end else None,
            times,
            unknown=bool(flag & 1),
            dropped=bool(flag & 2),
        )
        for identity, (first, introduced, times), end, at, end_at, flag in zip(
            _group(identities), _group(numbers), fixed, introduced_at, fixed_at, flags, strict=True
        )
    }
    return CheckpointState(
        lifecycles,
        None if more is None else UnreadSoFar(frozenset(more[0]), frozenset(), frozenset(more[1])),
    )


def _pack(code: str, numbers: Iterable[int]) -> bytes:
    column = array(code, numbers)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _group(numbers: Iterable[int]) -> Any:
    """Return triples of successive numbers."""
    iterator = iter(numbers)
    return zip(iterator, iterator, iterator, strict=True)
