"""Read snapshots, their graphs and violations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from archguard.lru_cache import LruCache
from archguard.snapshot import Build
from archguard_api.errors import InvalidError
from archguard_api.models import Page, Snapshot
from archguard_api.store import blob_format, commit_links, generations
from archguard_api.store.schema import branch_snapshots, branches, places, projects, snapshots
from archguard_api.store.schema import commits as commit_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Connection, Row, Select

    from archguard.snapshot import Graph, Violation
    from archguard_api.store.blobs import BlobStore
    from archguard_api.store.interned_names import NameTable

_CACHED_DETAILS = 100_000
"""The number of violations whose details are cached."""
_CACHED_FACTS = 20_000
"""The number of contracts, roots and unread files that are cached."""
_MAX_INTEGER = 2**31 - 1
"""The largest value of the schema's integers; PostgreSQL refuses to compare them with a larger one."""


class SnapshotReader:
    """Reads snapshots, and caches their facts and the details of violations."""

    def __init__(self, blobs: BlobStore, names: NameTable) -> None:
        self._blobs = blobs
        self._names = names
        self._details: LruCache[int, tuple[Violation, ...]] = LruCache(_CACHED_DETAILS, len)
        self._facts: LruCache[int, blob_format.SnapshotFacts] = LruCache(_CACHED_FACTS, _weigh_facts)

    def find_row(self, connection: Connection, project: str, commit: str) -> Row[Any] | None:
        """Return the row of a commit's last snapshot; None unless exactly one commit matches."""
        hash_range = commit_links.parse_commit_prefix(commit)
        if hash_range is None:
            return None
        query = (
            _select_snapshots()
            .where(
                projects.c.name == project,
                commit_table.c.hash.between(*hash_range),
                snapshots.c.deleted_at.is_(None),
            )
            .order_by(snapshots.c.id.desc())
        )
        rows = connection.execute(query).all()
        return rows[0] if len({row.hash for row in rows}) == 1 else None

    def read_row(self, connection: Connection, snapshot: int) -> Row[Any]:
        """Return the row of a snapshot by its id."""
        return connection.execute(_select_snapshots().where(snapshots.c.id == snapshot)).one()

    def read_snapshot(self, connection: Connection, project: str, commit: str) -> Snapshot | None:
        """Return a commit's snapshot, or None."""
        row = self.find_row(connection, project, commit)
        return None if row is None else self._make_snapshots(connection, [row])[0]

    def list_snapshots(
        self, connection: Connection, project: str, branch: str | None, *, after: str | None, limit: int
    ) -> Page[Snapshot]:
        """List snapshots, newest first: a branch's in its commit order, or all by time of receipt."""
        is_listed = (projects.c.name == project) & snapshots.c.deleted_at.is_(None)
        query = _select_snapshots().where(is_listed).limit(limit + 1)
        key = snapshots.c.id if branch is None else places.c.position
        if branch is not None:
            query = (
                query.add_columns(key)
                .join(places, places.c.snapshot_id == snapshots.c.id)
                .join(branches, generations.is_joined(places))
                .where(branches.c.name == branch, branches.c.project_id == projects.c.id)
            )
        if after is not None:
            query = query.where(key < _parse_cursor(after))
        rows = connection.execute(query.order_by(key.desc())).all()
        items = self._make_snapshots(connection, rows[:limit])
        return Page[Snapshot](
            items=items, next=str(rows[limit - 1]._mapping[key]) if len(rows) > limit else None
        )

    def read_graph(self, connection: Connection, row: Row[Any]) -> Graph | None:
        """Return a snapshot's graph; None if it was pruned."""
        if row.graph_id is None:
            return None
        graph = self.read_numbered_graph(connection, row)
        names = self._names.get_names(connection, row.project_id, graph.ids)
        return blob_format.unpack_graph(graph, names)

    def read_numbered_graph(self, connection: Connection, row: Row[Any]) -> blob_format.NumberedGraph:
        """Return a snapshot's graph without names; it must not be pruned."""
        return blob_format.unpack_ids(self._blobs.get(connection, row.graph_id))

    def read_packed_graph(self, connection: Connection, row: Row[Any]) -> bytes:
        """Return a snapshot's graph as it is stored; it must not be pruned."""
        return self._blobs.get(connection, row.graph_id)

    def read_violations(self, connection: Connection, row: Row[Any]) -> tuple[Violation, ...]:
        """Return a snapshot's violations with their details."""
        details = self._details.get(row.details_id)
        if details is None:
            details = blob_format.unpack_details(self._blobs.get(connection, row.details_id))
            self._details.put(row.details_id, details)
        return details

    def read_packed_violations(self, connection: Connection, row: Row[Any]) -> bytes:
        """Return a snapshot's violations without details, as `blob_format` packs them."""
        return self._blobs.get(connection, row.violations_id)

    def cache_violations(self, connection: Connection, rows: Iterable[Row[Any]]) -> None:
        """Read what `read_packed_violations` and `read_facts` need of snapshots, all at once."""
        self._blobs.get_all(
            connection, {number for row in rows for number in (row.violations_id, row.facts_id)}
        )

    def read_rows(self, connection: Connection, snapshot_ids: Collection[int]) -> dict[int, Row[Any]]:
        """Return the rows of snapshots by their ids."""
        rows = connection.execute(_select_snapshots().where(snapshots.c.id.in_(snapshot_ids)))
        return {row.id: row for row in rows}

    def read_facts(self, connection: Connection, row: Row[Any]) -> blob_format.SnapshotFacts:
        """Return a snapshot's contracts, roots, unread files and other facts."""
        facts = self._facts.get(row.facts_id)
        if facts is None:
            facts = blob_format.unpack_facts(self._blobs.get(connection, row.facts_id))
            self._facts.put(row.facts_id, facts)
        return facts

    def _make_snapshots(self, connection: Connection, rows: Sequence[Row[Any]]) -> tuple[Snapshot, ...]:
        branch_names: dict[int, list[str]] = {row.id: [] for row in rows}
        query = (
            select(branch_snapshots.c.snapshot_id, branches.c.name)
            .join(branches, branches.c.id == branch_snapshots.c.branch_id)
            .where(branch_snapshots.c.snapshot_id.in_(branch_names))
            .order_by(branches.c.name)
        )
        for snapshot_id, name in connection.execute(query):
            branch_names[snapshot_id].append(name)
        blobs = self._blobs.get_all(connection, {row.facts_id for row in rows})
        facts = {facts_id: blob_format.unpack_facts(blob) for facts_id, blob in blobs.items()}
        return tuple(_make_snapshot(row, facts[row.facts_id], branch_names[row.id]) for row in rows)


def _select_snapshots() -> Select[Any]:
    parent = commit_table.alias()
    return (
        select(snapshots, commit_table.c.hash, parent.c.hash.label("parent"))
        .join(commit_table, commit_table.c.id == snapshots.c.commit_id)
        .join(projects, projects.c.id == snapshots.c.project_id)
        .outerjoin(parent, parent.c.id == commit_table.c.parent_id)
    )


def _make_snapshot(
    row: Row[Any], facts: blob_format.SnapshotFacts, branch_names: Sequence[str]
) -> Snapshot:
    return Snapshot(
        commit=row.hash.hex(),
        parent=row.parent.hex() if row.parent else None,
        committed_at=row.committed_at,
        received_at=row.received_at,
        branches=tuple(branch_names),
        configuration=row.configuration.hex(),
        tool_version=row.tool_version,
        digest=row.digest.hex(),
        graph=row.graph_digest.hex(),
        modules=row.modules,
        imports=row.imports,
        files=row.files,
        unread=facts.unread,
        folder=facts.folder,
        contracts=facts.contracts,
        build=None if row.build is None else Build.model_validate(row.build),
        uploaded_by=row.token_id,
    )


def _weigh_facts(facts: blob_format.SnapshotFacts) -> int:
    return 1 + len(facts.contracts) + len(facts.roots) + len(facts.unread)


def _parse_cursor(cursor: str) -> int:
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 18:
        raise InvalidError("invalid cursor; use the one that this list returned")
    return min(int(cursor), _MAX_INTEGER)
