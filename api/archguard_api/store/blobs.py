"""Store blobs by their digest: each once per project, similar ones as deltas.

A delta's base is the blob of the same kind that was stored before it. At regular intervals a blob is
stored without a base, which bounds the number of deltas that reading a blob must undo. The table is
`contents`.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, or_, select, update

from archguard.lru_cache import LruCache
from archguard_api.store.blob_deltas import compress, compress_delta, decompress
from archguard_api.store.database_errors import CorruptError
from archguard_api.store.schema import contents as table
from archguard_api.store.schema import get_new_id, projects

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection, Row

_INSERT = insert(table)
_LINK = select(table.c.base_id, table.c.data, table.c.digest).where(table.c.id == bindparam("id"))
_LINKS = select(table.c.id, table.c.base_id, table.c.data, table.c.digest).where(
    table.c.id.in_(bindparam("ids", expanding=True))
)
_COUNT_BYTES = (
    update(projects)
    .where(projects.c.id == bindparam("project"))
    .values(bytes=projects.c.bytes + bindparam("added"))
)
_MAX_DEPTH = 50
"""A chain of deltas is shorter than this."""
_DAMAGED = "the database is damaged: a stored blob does not match its digest"
_MISSING = "a stored blob is not there any more: its project is being deleted"
_CACHE_BYTES = 64 * 1024 * 1024


class BlobStore:
    """Reads and writes blobs, and caches those used last."""

    def __init__(self, *, cache_bytes: int = _CACHE_BYTES) -> None:
        self._recent: LruCache[int, bytes] = LruCache(cache_bytes, len)

    def add(
        self,
        connection: Connection,
        project: int,
        data: Mapping[str, bytes],
        digests: Mapping[str, bytes],
        bases: Mapping[str, int],
    ) -> dict[str, int]:
        """Store the blobs that are new; return the ids of all, by kind.

        Args:
            connection: a connection whose transaction has locked the project's row.
            project: the project's id.
            data: the blobs by kind; a kind is the name of a column of `snapshots`.
            digests: their SHA-256 digests, by kind.
            bases: ids of similar blobs by kind; one that does not exist any more is ignored.
        """
        query = select(table.c.id, table.c.digest, table.c.depth).where(
            table.c.project_id == project,
            or_(table.c.digest.in_(digests.values()), table.c.id.in_(bases.values())),
        )
        rows = connection.execute(query).all()
        known = {row.digest: row.id for row in rows}
        depths = {row.id: row.depth for row in rows}
        added = 0
        for kind, digest in digests.items():
            if digest not in known:
                row: dict[str, Any] = {"project_id": project, "digest": digest}
                row |= {"base_id": None, "depth": 0}
                row |= self._pack(connection, data[kind], bases.get(kind), depths)
                known[digest] = get_new_id(connection.execute(_INSERT, row))
                added += len(row["data"])
        connection.execute(_COUNT_BYTES, {"project": project, "added": added})
        return {kind: known[digest] for kind, digest in digests.items()}

    def _pack(
        self, connection: Connection, data: bytes, base: int | None, depths: Mapping[int, int]
    ) -> dict[str, Any]:
        """Return the columns that hold a blob."""
        if base is not None and base in depths and depths[base] + 1 < _MAX_DEPTH:
            packed = compress_delta(data, self.get(connection, base))
            if packed is not None:
                return {"base_id": base, "depth": depths[base] + 1, "data": packed}
        return {"data": compress(data)}

    def remember(self, data: Mapping[int, bytes]) -> None:
        """Cache blobs by id, once the transaction that stored them is committed."""
        for blob_id, blob in data.items():
            self._recent.put(blob_id, blob)

    def get_cached(self, blob_id: int) -> bytes | None:
        """Return a blob if it is cached, else None."""
        return self._recent.get(blob_id)

    def get_all(self, connection: Connection, blob_ids: Iterable[int]) -> dict[int, bytes]:
        """Return several blobs by id; one query reads a link of all chains of deltas.

        Raises:
            CorruptError: a blob does not have the digest that it was stored with, or is not there.
        """
        blobs = {blob_id: self._recent.get(blob_id) for blob_id in blob_ids}
        rows: dict[int, Row[Any]] = {}
        missing = {blob_id for blob_id, blob in blobs.items() if blob is None}
        while missing:
            found = connection.execute(_LINKS, {"ids": sorted(missing)}).all()
            rows |= {row.id: row for row in found}
            bases = {row.base_id for row in found if row.base_id is not None}
            for base in bases - rows.keys() - blobs.keys():
                blobs[base] = self._recent.get(base)
            missing = {base for base in bases - rows.keys() if blobs[base] is None}
        for blob_id in sorted(rows):  # a base is older than what it is the base of
            row = rows[blob_id]
            blob = decompress(row.data, None if row.base_id is None else blobs[row.base_id])
            if hashlib.sha256(blob).digest() != row.digest:
                raise CorruptError(_DAMAGED)
            blobs[blob_id] = blob
            self._recent.put(blob_id, blob)
        there = {blob_id: blob for blob_id, blob in blobs.items() if blob is not None}
        if len(there) < len(blobs):
            raise CorruptError(_MISSING)
        return there

    def get(self, connection: Connection, blob_id: int) -> bytes:
        """Return a blob.

        Raises:
            CorruptError: the blob does not have the digest that it was stored with, or is not there.
        """
        deltas: list[bytes] = []
        next_id: int | None = blob_id
        digest = None
        blob = None
        while next_id is not None:
            blob = self._recent.get(next_id)
            if blob is not None:
                break
            row = connection.execute(_LINK, {"id": next_id}).first()
            if row is None:
                raise CorruptError(_MISSING)
            digest = digest or row.digest
            deltas.append(row.data)
            next_id = row.base_id
        for delta in reversed(deltas):
            blob = decompress(delta, blob)
        if blob is None or (deltas and hashlib.sha256(blob).digest() != digest):
            raise CorruptError(_DAMAGED)
        self._recent.put(blob_id, blob)
        return blob
