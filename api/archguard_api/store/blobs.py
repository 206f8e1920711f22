"""Contents by their digest, each stored once per project, near-equal ones as differences.

A difference's base is the content of the same sort that was stored before it; every so often one is
stored whole, so that none is more than a few steps away from one that is.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, or_, select

from archguard_api.store.blob_deltas import compress, compress_delta, decompress
from archguard_api.store.database_errors import CorruptError
from archguard_api.store.lru_cache import LruCache
from archguard_api.store.schema import contents as table
from archguard_api.store.schema import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

_INSERT = insert(table)
_LINK = select(table.c.base_id, table.c.data, table.c.digest).where(table.c.id == bindparam("id"))
_KEY_EVERY = 50
_MEMORY = 64 * 1024 * 1024


class BlobStore:
    """Reads and writes contents."""

    def __init__(self) -> None:
        self._recent: LruCache[int, bytes] = LruCache(_MEMORY, len)

    def add(
        self,
        connection: Connection,
        project: int,
        data: Mapping[str, bytes],
        digests: Mapping[str, bytes],
        bases: Mapping[str, int],
    ) -> dict[str, int]:
        """The ids of contents; those that are new are stored.

        Args:
            connection: in the transaction that holds the project's row.
            project: whose contents.
            data: the contents, by sort.
            digests: their SHA-256, by sort.
            bases: the id of one that a content may be like, by sort; it may be gone.
        """
        query = select(table.c.id, table.c.digest, table.c.depth).where(
            table.c.project_id == project,
            or_(table.c.digest.in_(digests.values()), table.c.id.in_(bases.values())),
        )
        rows = connection.execute(query).all()
        known = {row.digest: row.id for row in rows}
        depths = {row.id: row.depth for row in rows}
        for sort, digest in digests.items():
            if digest not in known:
                row = {"project_id": project, "digest": digest, "base_id": None, "depth": 0}
                row |= self._packed(connection, data[sort], bases.get(sort), depths)
                done = connection.execute(_INSERT, row)
                known[digest] = new_id(done)
        return {sort: known[digest] for sort, digest in digests.items()}

    def _packed(
        self, connection: Connection, data: bytes, base: int | None, depths: Mapping[int, int]
    ) -> dict[str, Any]:
        if base is not None and base in depths and depths[base] + 1 < _KEY_EVERY:
            packed = compress_delta(data, self.get(connection, base))
            if packed is not None:
                return {"base_id": base, "depth": depths[base] + 1, "data": packed}
        return {"data": compress(data)}

    def remember(self, data: Mapping[int, bytes]) -> None:
        """Have contents ready that were stored just now, durably."""
        for content, one in data.items():
            self._recent.put(content, one)

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
            row = connection.execute(_LINK, {"id": at}).one()
            digest = digest or row.digest
            packed.append(row.data)
            at = row.base_id
        for one in reversed(packed):
            base = decompress(one, base)
        if base is None or (packed and hashlib.sha256(base).digest() != digest):
            raise CorruptError("the database is damaged: a content is not what was stored")
        self._recent.put(content, base)
        return base
