"""Contents by their digest, each stored once per project, near-equal ones as differences.

A difference's base is the content of the same sort that was stored before it; every so often one is stored
whole, so that none is more than a few steps away from one that is.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from archguard_api.store.deltas import alone, difference, restore
from archguard_api.store.failures import CorruptError
from archguard_api.store.memory import Recent
from archguard_api.store.schema import contents as table

if TYPE_CHECKING:
    from sqlalchemy import Connection

_KEY_EVERY = 50
_MEMORY = 64 * 1024 * 1024


class Contents:
    """Reads and writes contents."""

    def __init__(self) -> None:
        self._recent: Recent[int, bytes] = Recent(_MEMORY, len)

    def add(self, connection: Connection, project: int, data: bytes, base: int | None) -> int:
        """The id of a content; it is stored if it is new.

        Args:
            connection: in the transaction that holds the project's row.
            project: whose content.
            data: the content.
            base: the id of one that it may be like.
        """
        digest = hashlib.sha256(data).digest()
        found = connection.scalar(
            select(table.c.id).where(table.c.project_id == project, table.c.digest == digest)
        )
        if found is not None:
            return int(found)
        row = {"project_id": project, "digest": digest, "base_id": None, "depth": 0}
        packed = None
        if base is not None:
            depth = connection.scalar(select(table.c.depth).where(table.c.id == base))
            if depth is not None and depth + 1 < _KEY_EVERY:
                packed = difference(data, self.get(connection, base))
                row |= {"base_id": base, "depth": depth + 1} if packed is not None else {}
        done = connection.execute(insert(table).values(**row, data=packed or alone(data)))
        assert done.inserted_primary_key is not None
        return int(done.inserted_primary_key[0])

    def get(self, connection: Connection, content: int) -> bytes:
        """A content.

        Raises:
            CorruptError: the database does not hold what was stored.
        """
        packed: list[bytes] = []
        at: int | None = content
        digest = None
        base = None
        while at is not None:
            base = self._recent.get(at)
            if base is not None:
                break
            row = connection.execute(
                select(table.c.base_id, table.c.data, table.c.digest).where(table.c.id == at)
            ).one()
            digest = digest or row.digest
            packed.append(row.data)
            at = row.base_id
        for one in reversed(packed):
            base = restore(one, base)
        assert base is not None
        if packed:
            if hashlib.sha256(base).digest() != digest:
                raise CorruptError("the database is damaged: a content is not what was stored")
            self._recent.put(content, base)
        return base
