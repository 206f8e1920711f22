"""Store uploaded snapshots, each in one transaction; a repeated upload changes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update

from archguard.lru_cache import LruCache
from archguard.snapshot import compute_digest, to_version_1
from archguard_api.errors import ConflictError
from archguard_api.models import Receipt
from archguard_api.store import blob_format, branch_writer, commit_links, project_rows, pull_rows
from archguard_api.store.contract_lines import add_renamed
from archguard_api.store.lifecycle import SnapshotResult, list_contract_names, make_judged
from archguard_api.store.quota import NO_QUOTA, Quota
from archguard_api.store.schema import branches as branch_table
from archguard_api.store.schema import commits as commit_table
from archguard_api.store.schema import get_new_id
from archguard_api.store.schema import projects as project_table
from archguard_api.store.schema import snapshots as table
from archguard_api.store.still_imported import find_still_imported
from archguard_api.store.summary_builder import Tip
from archguard_api.store.unknown_violations import list_unread_names, make_unread_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Set

    from sqlalchemy import Connection, Row

    from archguard.snapshot import Snapshot, Upload
    from archguard_api.store.blob_format import Identity
    from archguard_api.store.blobs import BlobStore
    from archguard_api.store.branch_writer import BranchViolations
    from archguard_api.store.database import Database
    from archguard_api.store.interned_names import NameTable
    from archguard_api.store.line_summaries import KeptSummary, LineSummaries

_CACHED_PROJECTS = 256
_CACHED_NAMES = 500_000
_Modules = tuple[tuple[str, ...], blob_format.GraphLayout]
"""A graph's modules and their layout."""
# Statements are built once, since building one takes as long as running it.
_FIND = (
    select(table.c.id, table.c.digest, table.c.received_at, table.c.graph_id, table.c.families_id)
    .join(commit_table, commit_table.c.id == table.c.commit_id)
    .where(
        commit_table.c.project_id == bindparam("project"),
        commit_table.c.hash == bindparam("hash"),
        table.c.configuration == bindparam("configuration"),
        table.c.tool_version == bindparam("tool_version"),
    )
)
_INSERT = insert(table)
_COUNT_UPLOAD = (
    update(project_table)
    .where(project_table.c.id == bindparam("project"))
    .values(snapshots=project_table.c.snapshots + 1, last_upload_at=bindparam("now"))
)
_SEE = (
    update(branch_table).where(branch_table.c.id == bindparam("branch")).values(seen_at=bindparam("now"))
)
_RENAME = (
    update(branch_table)
    .where(branch_table.c.id == bindparam("branch"))
    .values(renamed=bindparam("names", type_=branch_table.c.renamed.type))
)
_BLOB_COLUMNS = ("graph_id", "violations_id", "details_id", "facts_id", "families_id", "paths_id")


class _ReceiptSnapshot(NamedTuple):
    """The columns of a snapshot's row that an upload needs."""

    id: int
    digest: bytes
    received_at: int
    graph_id: int | None
    families_id: int | None


@dataclass(slots=True)
class _CacheUpdates:
    """What may be cached once the transaction is committed."""

    project: int
    names: dict[str, int] = field(default_factory=dict)
    blob_ids: dict[str, int] = field(default_factory=dict)
    """By column."""
    bases: dict[str, int] = field(default_factory=dict)
    """The blobs that those of the next snapshot are compared with, by column."""
    blobs: dict[int, bytes] = field(default_factory=dict)
    graph_digest: bytes = b""
    modules: _Modules | None = None
    branch: int = 0
    violations: BranchViolations | None = None
    summary: KeptSummary | None = None


class SnapshotWriter:
    """Stores snapshots, and caches what the next upload of a project needs."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        names: NameTable,
        cached_violations: LruCache[int, BranchViolations],
        summaries: LineSummaries,
        clock: Callable[[], float],
        quota: Quota = NO_QUOTA,
    ) -> None:
        self._quota = quota
        self._database = database
        self._blobs = blobs
        self._names = names
        self._cached_violations = cached_violations
        self._summaries = summaries
        self._modules: LruCache[int, _Modules] = LruCache(_CACHED_NAMES, lambda modules: len(modules[0]))
        self._bases: LruCache[int, Mapping[str, int]] = LruCache(_CACHED_PROJECTS)
        self._clock = clock

    def add(
        self, project: str, upload: Upload, *, token_id: str | None, digest: str | None = None
    ) -> Receipt:
        """Store a snapshot durably.

        Args:
            project: the project's name; it is created if it is new.
            upload: the snapshot, with its branch and ancestors.
            token_id: the id of the token that was used, if any.
            digest: the snapshot's digest, if it is known already.

        Raises:
            ConflictError: the same commit, configuration and tool version is stored with another digest.
            TooManyError: the project got as many new snapshots within 24 hours as it may.
            BusyError: the database does not answer in time.
            FullError: the disk is full, or the project's share of it.
        """
        key = bytes.fromhex(digest or compute_digest(upload.snapshot))

        def work(connection: Connection) -> tuple[bool, _CacheUpdates]:
            return self._add(connection, project, upload, key, token_id)

        created, updates = self._database.write(work, about=project)
        self._names.remember(updates.project, updates.names)
        if updates.blob_ids:
            self._bases.put(updates.project, updates.bases)
            self._blobs.remember(updates.blobs)
        if updates.modules is not None:
            self._modules.put(updates.project, updates.modules)
        if updates.violations is not None:
            self._cached_violations.put(updates.branch, updates.violations)
        if updates.summary is not None:
            self._summaries.remember(updates.summary)
        return Receipt(upload.snapshot.commit, key.hex(), created)

    def _add(
        self, connection: Connection, project: str, upload: Upload, digest: bytes, token_id: str | None
    ) -> tuple[bool, _CacheUpdates]:
        snapshot = upload.snapshot
        now = int(self._clock())
        updates = _CacheUpdates(project_rows.lock_or_create_project(connection, project, now=now))
        existing = _find(connection, updates.project, snapshot)
        if existing is not None and not _is_same(existing, snapshot, digest):
            raise ConflictError(
                "another snapshot of this commit, configuration and tool version is stored already"
            )
        ancestors = upload.ancestors or ((snapshot.parent,) if snapshot.parent else ())
        recorded = commit_links.record_commit(connection, updates.project, snapshot.commit, ancestors)
        names = self._collect_names(updates.project, snapshot, existing)
        ids = self._names.intern(connection, updates.project, names, updates.names)
        identities = [
            (ids[violation.contract], ids[violation.importer], ids[violation.imported])
            for violation in snapshot.violations
        ]
        stored = existing
        if stored is None:
            self._quota.check_snapshots(connection, updates.project, now)
            self._add_blobs(connection, updates, upload, ids, identities)
            self._quota.check_bytes(connection, updates.project)
            row = _make_row(upload, digest) | updates.blob_ids
            row |= {"commit_id": recorded.commit, "received_at": now, "token_id": token_id}
            row["graph_digest"] = updates.graph_digest
            stored = _ReceiptSnapshot(
                _insert(connection, updates.project, row, now),
                digest,
                now,
                updates.blob_ids["graph_id"],
                updates.blob_ids.get("families_id"),
            )
        elif upload.families and stored.families_id is None:
            self._add_families(connection, updates, upload, stored.id)
        pull_rows.record_pulls(connection, updates.project, upload, recorded.commit, stored.id, now)
        if not pull_rows.goes_onto_branch(upload):
            return existing is None, updates
        result = SnapshotResult(
            stored.id,
            snapshot.committed_at,
            tuple(make_judged(contract, ids) for contract in snapshot.contracts),
            make_unread_parts(
                connection,
                updates.project,
                self._names,
                ids,
                snapshot.contracts,
                snapshot.coverage.unread,
            ),
            partial(self._read_imports, connection, stored.graph_id),
            partial(self._find_still_imported, connection, updates.project, stored.graph_id),
            bytes.fromhex(snapshot.configuration),
        )
        pushed = branch_writer.PushedSnapshot(
            stored.id, existing is None, recorded, min(snapshot.committed_at, stored.received_at), now
        )
        branch = branch_writer.get_or_create_branch(connection, updates.project, upload.branch)
        updates.branch = branch.id
        cached = self._cached_violations.get(branch.id)
        appended = branch_writer.push_snapshot(
            connection, branch, pushed, result, frozenset(identities), cached
        )
        connection.execute(_SEE, {"branch": branch.id, "now": now})
        renamed = add_renamed(branch.renamed or {}, snapshot.contracts)
        if renamed != (branch.renamed or {}):
            connection.execute(_RENAME, {"branch": branch.id, "names": renamed})
        if appended is not None:
            updates.violations = appended.violations
            updates.summary = self._extend_summary(connection, branch, snapshot, appended, renamed, ids)
        return existing is None, updates

    def _extend_summary(
        self,
        connection: Connection,
        branch: Row[Any],
        snapshot: Snapshot,
        appended: branch_writer.AppendedSnapshot,
        renamed: Mapping[str, str],
        ids: Mapping[str, int],
    ) -> KeptSummary | None:
        tip = Tip(branch.length, snapshot.committed_at, snapshot.contracts, snapshot.coverage.unread)
        by_id = {point.judged.contract: point.reintroduced for point in appended.points}
        reintroduced = {contract.id: by_id[ids[contract.id]] for contract in snapshot.contracts}
        return self._summaries.extend(connection, branch, tip, reintroduced, renamed)

    def _read_imports(
        self, connection: Connection, graph_id: int | None
    ) -> list[tuple[int, int]] | None:
        if graph_id is None:
            return None
        return blob_format.unpack_ids(self._blobs.get(connection, graph_id)).imports

    def _find_still_imported(
        self, connection: Connection, project: int, graph_id: int | None, violations: Set[Identity]
    ) -> frozenset[Identity] | None:
        if graph_id is None:
            return None
        graph = self._blobs.get(connection, graph_id)
        get_names = partial(self._names.get_names, connection, project)
        return find_still_imported(graph, violations, get_names)

    def _collect_names(
        self, project: int, snapshot: Snapshot, existing: _ReceiptSnapshot | None
    ) -> set[str]:
        """Return the names that need an id; the modules of the project's last graph have one."""
        names = list_contract_names(snapshot.contracts)
        for violation in snapshot.violations:
            names |= {violation.importer, violation.imported}
        names |= list_unread_names(snapshot.contracts, snapshot.coverage.unread)
        last = self._modules.get(project)
        if existing is None and (last is None or last[0] != snapshot.graph.modules):
            names.update(snapshot.graph.modules)
        return names

    def _add_blobs(
        self,
        connection: Connection,
        updates: _CacheUpdates,
        upload: Upload,
        ids: Mapping[str, int],
        identities: list[blob_format.Identity],
    ) -> None:
        snapshot = upload.snapshot
        bases = self._bases.get(updates.project) or _read_newest_blobs(connection, updates.project)
        graph = snapshot.graph
        modules = self._modules.get(updates.project)
        if modules is None or modules[0] != graph.modules:
            layout = blob_format.GraphLayout.from_ids(map(ids.__getitem__, graph.modules))
            modules = (graph.modules, layout)
        updates.modules = modules
        blobs = {
            "graph_id": blob_format.pack_graph(graph, modules[1]),
            "violations_id": blob_format.pack_identities(identities),
            "details_id": blob_format.pack_details(snapshot.violations),
            "facts_id": blob_format.pack_facts(snapshot),
        }
        if snapshot.family_paths is not None:
            blobs["paths_id"] = blob_format.pack_family_paths(snapshot.family_paths)
        if upload.families:
            blobs["families_id"] = blob_format.pack_families(upload.families)
        digests = {column: hashlib.sha256(blob).digest() for column, blob in blobs.items()}
        updates.blob_ids = self._blobs.add(connection, updates.project, blobs, digests, bases)
        updates.bases = {**bases, **updates.blob_ids}
        updates.graph_digest = digests["graph_id"]
        updates.blobs = {updates.blob_ids[column]: blob for column, blob in blobs.items()}

    def _add_families(
        self, connection: Connection, updates: _CacheUpdates, upload: Upload, snapshot: int
    ) -> None:
        """Add families to a snapshot that was sent without them, as one commit of a history."""
        blobs = {"families_id": blob_format.pack_families(upload.families)}
        digests = {column: hashlib.sha256(blob).digest() for column, blob in blobs.items()}
        bases = _read_newest_blobs(connection, updates.project)
        values = self._blobs.add(connection, updates.project, blobs, digests, bases)
        connection.execute(update(table).where(table.c.id == snapshot).values(values))


def _find(connection: Connection, project: int, snapshot: Snapshot) -> _ReceiptSnapshot | None:
    key = {
        "project": project,
        "hash": bytes.fromhex(snapshot.commit),
        "configuration": bytes.fromhex(snapshot.configuration),
        "tool_version": snapshot.tool.version,
    }
    row = connection.execute(_FIND, key).first()
    return None if row is None else _ReceiptSnapshot(*row)


def _is_same(existing: _ReceiptSnapshot, snapshot: Snapshot, digest: bytes) -> bool:
    """Return whether a snapshot is stored already, perhaps in an earlier version of the format."""
    if existing.digest == digest:
        return True
    return existing.digest.hex() == compute_digest(to_version_1(snapshot))


def _read_newest_blobs(connection: Connection, project: int) -> dict[str, int]:
    """Return the blob ids of the snapshot stored last, by column: bases for the next deltas."""
    columns = [table.c[column] for column in _BLOB_COLUMNS]
    query = select(*columns).where(table.c.project_id == project).order_by(table.c.id.desc()).limit(1)
    row = connection.execute(query).first()
    return (
        {}
        if row is None
        else {column: blob_id for column, blob_id in row._mapping.items() if blob_id is not None}
    )


def _insert(connection: Connection, project: int, row: dict[str, Any], now: int) -> int:
    result = connection.execute(_INSERT, {"project_id": project, **row})
    connection.execute(_COUNT_UPLOAD, {"project": project, "now": now})
    return get_new_id(result)


def _make_row(upload: Upload, digest: bytes) -> dict[str, Any]:
    snapshot = upload.snapshot
    return {
        "configuration": bytes.fromhex(snapshot.configuration),
        "tool_version": snapshot.tool.version,
        "digest": digest,
        "committed_at": snapshot.committed_at,
        "build": upload.build.model_dump(mode="json") if upload.build else None,
        "modules": len(snapshot.graph.modules),
        "imports": len(snapshot.graph.imports),
        "files": snapshot.coverage.files,
        "unread": len(snapshot.coverage.unread),
    }
