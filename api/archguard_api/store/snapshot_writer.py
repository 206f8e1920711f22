"""Taking a snapshot in: one transaction, and the same again changes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update

from archguard.snapshot import digest as digest_of
from archguard_api.errors import ConflictError
from archguard_api.models.records import Stored
from archguard_api.store import blob_format, branch_writer, commit_links, project_rows
from archguard_api.store.lifecycle import Judged, SnapshotResult
from archguard_api.store.lru_cache import LruCache
from archguard_api.store.schema import commits as commit_table
from archguard_api.store.schema import new_id
from archguard_api.store.schema import projects as project_table
from archguard_api.store.schema import snapshots as table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from archguard.snapshot import Contract, Snapshot, Upload
    from archguard_api.store.blobs import BlobStore
    from archguard_api.store.branch_writer import BranchViolations
    from archguard_api.store.database import Database
    from archguard_api.store.interned_names import NameTable

_PROJECTS = 256
_NAMES = 500_000
_Modules = tuple[tuple[str, ...], blob_format.GraphLayout]
"""A graph's modules and where they stand in its bytes."""
# Built once: building a statement costs as much as running it.
_FIND = (
    select(table.c.id, table.c.digest, table.c.received_at)
    .join(commit_table, commit_table.c.id == table.c.commit_id)
    .where(
        commit_table.c.project_id == bindparam("project"),
        commit_table.c.hash == bindparam("hash"),
        table.c.configuration == bindparam("configuration"),
        table.c.tool_version == bindparam("tool_version"),
    )
)
_INSERT = insert(table)
_COUNT = (
    update(project_table)
    .where(project_table.c.id == bindparam("project"))
    .values(snapshots=project_table.c.snapshots + 1, last_upload_at=bindparam("now"))
)
_SORTS = ("graph_id", "violations_id", "details_id", "facts_id")


class _Found(NamedTuple):
    """A snapshot's row, as far as an upload needs it."""

    id: int
    digest: bytes
    received_at: int


@dataclass(slots=True)
class _Learnt:
    """What the process may remember once the transaction is durable."""

    project: int
    names: dict[str, int] = field(default_factory=dict)
    contents: dict[str, int] = field(default_factory=dict)
    data: dict[int, bytes] = field(default_factory=dict)
    graph_digest: bytes = b""
    modules: _Modules | None = None
    branch: int = 0
    tip: BranchViolations | None = None


class SnapshotWriter:
    """Takes snapshots in."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        names: NameTable,
        tips: LruCache[int, BranchViolations],
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._names = names
        self._tips = tips
        self._modules: LruCache[int, _Modules] = LruCache(_NAMES, lambda one: len(one[0]))
        self._bases: LruCache[int, Mapping[str, int]] = LruCache(_PROJECTS)
        self._clock = clock

    def add(
        self, project: str, upload: Upload, *, token_id: str | None, digest: str | None = None
    ) -> Stored:
        """Store a snapshot, durably.

        Args:
            project: its project; made if it is new.
            upload: what came.
            token_id: the token that it came with.
            digest: the snapshot's, where it is known already.

        Raises:
            ConflictError: the same commit, configuration and tool version say something else.
            BusyError: the database does not answer.
            FullError: the disk is full.
        """
        key = bytes.fromhex(digest or digest_of(upload.snapshot))

        def work(connection: Connection) -> tuple[bool, _Learnt]:
            return self._add(connection, project, upload, key, token_id)

        created, learnt = self._database.write(work, about=project)
        self._names.remember(learnt.project, learnt.names)
        if learnt.contents:
            self._bases.put(learnt.project, learnt.contents)
            self._blobs.remember(learnt.data)
        if learnt.modules is not None:
            self._modules.put(learnt.project, learnt.modules)
        if learnt.tip is not None:
            self._tips.put(learnt.branch, learnt.tip)
        return Stored(created, upload.snapshot.commit, key.hex())

    def _add(
        self, connection: Connection, project: str, upload: Upload, digest: bytes, token_id: str | None
    ) -> tuple[bool, _Learnt]:
        snapshot = upload.snapshot
        now = int(self._clock())
        learnt = _Learnt(project_rows.lock_or_create_project(connection, project, now=now))
        found = _find(connection, learnt.project, snapshot)
        if found is not None and found.digest != digest:
            raise ConflictError(
                "of this commit, configuration and tool version something else is stored already"
            )
        ancestors = upload.ancestors or ((snapshot.parent,) if snapshot.parent else ())
        recorded = commit_links.record_commit(connection, learnt.project, snapshot.commit, ancestors)
        numbers = self._names.intern(
            connection, learnt.project, self._words(learnt.project, snapshot, found), learnt.names
        )
        identities = [
            (numbers[one.contract], numbers[one.importer], numbers[one.imported])
            for one in snapshot.violations
        ]
        stored = found
        if stored is None:
            self._add_contents(connection, learnt, snapshot, numbers, identities)
            row = _row(upload, digest) | learnt.contents
            row |= {"commit_id": recorded.commit, "received_at": now, "token_id": token_id}
            row["graph_digest"] = learnt.graph_digest
            stored = _Found(_insert(connection, learnt.project, row, now), digest, now)
        chapter = SnapshotResult(
            stored.id,
            snapshot.committed_at,
            tuple(_judged(one, numbers[one.id]) for one in snapshot.contracts),
            frozenset(identities),
        )
        pushed = branch_writer.PushedSnapshot(
            stored.id, found is None, recorded, min(snapshot.committed_at, stored.received_at)
        )
        branch = branch_writer.get_or_create_branch(connection, learnt.project, upload.branch)
        learnt.branch = branch.id
        learnt.tip = branch_writer.push_snapshot(
            connection, branch, pushed, chapter, self._tips.get(branch.id)
        )
        return found is None, learnt

    def _words(self, project: int, snapshot: Snapshot, found: _Found | None) -> set[str]:
        """The names that need a number; those of the project's last graph have one."""
        words = {one.id for one in snapshot.contracts}
        for violation in snapshot.violations:
            words |= {violation.importer, violation.imported}
        last = self._modules.get(project)
        if found is None and (last is None or last[0] != snapshot.graph.modules):
            words.update(snapshot.graph.modules)
        return words

    def _add_contents(
        self,
        connection: Connection,
        learnt: _Learnt,
        snapshot: Snapshot,
        numbers: Mapping[str, int],
        identities: list[blob_format.Identity],
    ) -> None:
        bases = self._bases.get(learnt.project) or _newest(connection, learnt.project)
        graph = snapshot.graph
        last = self._modules.get(learnt.project)
        if last is None or last[0] != graph.modules:
            last = (graph.modules, blob_format.GraphLayout.of(map(numbers.__getitem__, graph.modules)))
        learnt.modules = last
        data = {
            "graph_id": blob_format.pack_graph(graph, last[1]),
            "violations_id": blob_format.pack_identities(identities),
            "details_id": blob_format.pack_details(snapshot.violations),
            "facts_id": blob_format.pack_facts(snapshot),
        }
        digests = {sort: hashlib.sha256(one).digest() for sort, one in data.items()}
        learnt.contents = self._blobs.add(connection, learnt.project, data, digests, bases)
        learnt.graph_digest = digests["graph_id"]
        learnt.data = {learnt.contents[sort]: one for sort, one in data.items()}


def _find(connection: Connection, project: int, snapshot: Snapshot) -> _Found | None:
    key = {
        "project": project,
        "hash": bytes.fromhex(snapshot.commit),
        "configuration": bytes.fromhex(snapshot.configuration),
        "tool_version": snapshot.tool.version,
    }
    row = connection.execute(_FIND, key).first()
    return None if row is None else _Found(*row)


def _newest(connection: Connection, project: int) -> dict[str, int]:
    """The contents that were stored last: what comes next is like them."""
    columns = [table.c[sort] for sort in _SORTS]
    query = select(*columns).where(table.c.project_id == project).order_by(table.c.id.desc()).limit(1)
    row = connection.execute(query).first()
    return {} if row is None else {sort: one for sort, one in row._mapping.items() if one is not None}


def _insert(connection: Connection, project: int, row: dict[str, Any], now: int) -> int:
    done = connection.execute(_INSERT, {"project_id": project, **row})
    connection.execute(_COUNT, {"project": project, "now": now})
    return new_id(done)


def _row(upload: Upload, digest: bytes) -> dict[str, Any]:
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


def _judged(contract: Contract, number: int) -> Judged:
    return Judged(
        number,
        contract.violations,
        contract.exposure,
        contract.lower_bound,
        contract.kept,
        contract.adoption,
    )
