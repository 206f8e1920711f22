"""Keep which violations each snapshot of a branch's line opens and closes, several snapshots a row.

A row holds what changes from its position on, up to the next row: what a rebuild leaves of a row is its
beginning. The rows cover a line from the lowest position on; those of an earlier version's line are
added from its end to its beginning (see `missing_changes`).
"""

from __future__ import annotations

import struct
import sys
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import insert, select, update

from archguard_api.store import generations
from archguard_api.store.blob_deltas import compress_quickly, decompress
from archguard_api.store.schema import line_changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Row

    from archguard_api.store.lifecycle import Changes

_MAX_POSITIONS = 64
_MAX_BYTES = 8192
"""A longer row is not extended, as every upload would write it again."""
_HEAD = struct.Struct("<II")


class ContractSet(NamedTuple):
    """The contracts that the snapshots have from a position on."""

    position: int
    judged: frozenset[int]
    unjudged: frozenset[int]
    """Those that could not be judged."""


@dataclass(slots=True)
class LineChanges:
    """What changes along a part of a line, in order; equal indexes belong to one violation."""

    contract_sets: list[ContractSet] = field(default_factory=list)
    positions: array[int] = field(default_factory=lambda: array("I"))
    contracts: array[int] = field(default_factory=lambda: array("I"))
    importers: array[int] = field(default_factory=lambda: array("I"))
    imported: array[int] = field(default_factory=lambda: array("I"))
    opened: bytearray = field(default_factory=bytearray)
    """1: it is open from there on; 0: it is not."""

    def add(self, position: int, changes: Changes) -> None:
        """Add what the snapshot at a position changes."""
        judged = frozenset(one.judged.contract for one in changes.points if one.judged.has_verdict)
        present = frozenset(one.judged.contract for one in changes.points)
        contracts = ContractSet(position, judged, present - judged)
        if not self.contract_sets or self.contract_sets[-1][1:] != contracts[1:]:
            self.contract_sets.append(contracts)
        opened = changes.opened - changes.closed  # a renamed contract's violations may be in both
        for is_open, identities in ((0, changes.closed), (1, opened)):
            for contract, importer, imported in sorted(identities):
                self.positions.append(position)
                self.contracts.append(contract)
                self.importers.append(importer)
                self.imported.append(imported)
                self.opened.append(is_open)

    def cut(self, position: int) -> None:
        """Leave out what changes from a position on."""
        self.contract_sets = [one for one in self.contract_sets if one.position < position]
        end = bisect_left(self.positions, position)
        if end < len(self.positions):
            for column in (*self._columns, self.opened):
                del column[end:]

    def extend(self, other: LineChanges) -> None:
        """Add what follows."""
        self.contract_sets += other.contract_sets
        for column, more in zip(self._columns, other._columns, strict=True):
            column.extend(more)
        self.opened += other.opened

    @property
    def _columns(self) -> tuple[array[int], ...]:
        return (self.positions, self.contracts, self.importers, self.imported)

    def pack(self) -> bytes:
        """Return the columns of a row."""
        sets = array("I")
        for position, judged, unjudged in self.contract_sets:
            sets.extend((position, len(judged), len(unjudged), *sorted(judged), *sorted(unjudged)))
        integers = [_to_bytes(one) for one in (sets, *self._columns)]
        return compress_quickly(
            b"".join((_HEAD.pack(len(sets), len(self.positions)), *integers, self.opened))
        )


def unpack_changes(data: bytes) -> LineChanges:
    """Invert `LineChanges.pack`."""
    data = decompress(data, None)
    set_count, count = _HEAD.unpack_from(data)
    offset = _HEAD.size
    columns = []
    for length in (set_count, count, count, count, count):
        end = offset + 4 * length
        columns.append(_from_bytes(data[offset:end]))
        offset = end
    sets, positions, contracts, importers, imported = columns
    return LineChanges(
        list(_unpack_sets(sets)), positions, contracts, importers, imported, bytearray(data[offset:])
    )


def read_changes(connection: Connection, branch: Row[Any]) -> tuple[int, LineChanges]:
    """Return from which position on the rows cover a line, and what changes from there on.

    If they cover nothing, the position is the line's length.

    Args:
        connection: the connection whose transaction has read the branch's row.
        branch: the branch's row.
    """
    query = select(line_changes.c.position, line_changes.c.data).where(
        generations.is_visible(line_changes, branch), line_changes.c.position < branch.length
    )
    rows = connection.execute(query.order_by(line_changes.c.position)).all()
    line = LineChanges()
    if not rows:
        return branch.length, line
    ends = [*(row.position for row in rows[1:]), branch.length]
    for row, end in zip(rows, ends, strict=True):
        part = unpack_changes(row.data)
        part.cut(end)
        line.extend(part)
    return rows[0].position, line


def append_to_line(connection: Connection, branch: Row[Any], changes: Changes) -> None:
    """Store what one more snapshot of a branch changes; no rebuild of the branch may be due."""
    last = connection.execute(
        select(line_changes.c.position, line_changes.c.since, line_changes.c.data)
        .where(generations.is_visible(line_changes, branch))
        .order_by(line_changes.c.position.desc())
        .limit(1)
    ).first()
    position = branch.length
    if last is None or position - last.position >= _MAX_POSITIONS or len(last.data) > _MAX_BYTES:
        new = LineChanges()
        new.add(position, changes)
        row = {"branch_id": branch.id, "position": position, "since": branch.epoch}
        connection.execute(insert(line_changes), row | {"data": new.pack()})
        return
    part = unpack_changes(last.data)
    part.cut(position)
    part.add(position, changes)
    is_last = (
        (line_changes.c.branch_id == branch.id)
        & (line_changes.c.position == last.position)
        & (line_changes.c.since == last.since)
    )
    connection.execute(update(line_changes).where(is_last).values(data=part.pack()))


def _unpack_sets(numbers: array[int]) -> Iterator[ContractSet]:
    at = 0
    while at < len(numbers):
        position, judged, unjudged = numbers[at : at + 3]
        middle, end = at + 3 + judged, at + 3 + judged + unjudged
        yield ContractSet(position, frozenset(numbers[at + 3 : middle]), frozenset(numbers[middle:end]))
        at = end


def _to_bytes(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


def _from_bytes(data: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
