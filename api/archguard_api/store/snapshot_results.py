"""Read what lifecycles need of the snapshots of a branch, in its order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from archguard.lru_cache import LruCache
from archguard_api.store import blob_format
from archguard_api.store.blob_format import compare_identities
from archguard_api.store.lifecycle import (
    Judged,
    SnapshotResult,
    list_contract_names,
    make_judged,
)
from archguard_api.store.schema import snapshots
from archguard_api.store.still_imported import find_still_imported
from archguard_api.store.unknown_violations import (
    UnreadParts,
    list_unread_names,
    make_unread_parts,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from sqlalchemy import Connection, Row

    from archguard_api.store.blob_format import Identity
    from archguard_api.store.blobs import BlobStore
    from archguard_api.store.database import Database
    from archguard_api.store.interned_names import NameTable

    Verdicts = tuple[tuple[Judged, ...], UnreadParts]

_CACHED_FACTS = 256
_GRAPHS_AT_ONCE = 8
"""Few enough that they fit in memory together."""


class SnapshotResultReader:
    """Reads the results of a project's snapshots."""

    def __init__(self, database: Database, blobs: BlobStore, names: NameTable, project: int) -> None:
        self._database = database
        self._blobs = blobs
        self._names = names
        self._project = project
        self._verdicts: LruCache[int, Verdicts] = LruCache(_CACHED_FACTS)
        self._listed = b""
        """The violations of the last snapshot that was read."""

    def read(self, rows: Sequence[Row[Any]]) -> list[tuple[SnapshotResult, bytes]]:
        """Return the result of each snapshot, and its violations as `blob_format` packs them.

        Args:
            rows: the snapshots' rows, few enough that their blobs fit in memory together.
        """
        return self._database.read(partial(self._read, rows=rows))

    def _read(
        self, connection: Connection, *, rows: Sequence[Row[Any]]
    ) -> list[tuple[SnapshotResult, bytes]]:
        facts_ids = {row.facts_id for row in rows if self._verdicts.get(row.facts_id) is None}
        blobs = self._blobs.get_all(connection, facts_ids | {row.violations_id for row in rows})
        self._cache_graphs(connection, rows, blobs)
        results = []
        for row in rows:
            judged, unread = self._read_verdicts(connection, row.facts_id, blobs.get(row.facts_id))
            load_imports = partial(self._load_imports, row.id)
            find_still_imported = partial(self._find_still_imported, row.id, row.graph_id)
            result = SnapshotResult(
                row.id,
                row.committed_at,
                judged,
                unread,
                load_imports,
                find_still_imported,
                row.configuration,
            )
            results.append((result, blobs[row.violations_id]))
        return results

    def _read_verdicts(self, connection: Connection, facts_id: int, data: bytes | None) -> Verdicts:
        verdicts = self._verdicts.get(facts_id)
        if verdicts is None:
            facts = blob_format.unpack_facts(data or self._blobs.get(connection, facts_id))
            contracts = facts.contracts
            names = list_contract_names(contracts) | list_unread_names(contracts, facts.unread)
            ids = self._names.find_ids(connection, self._project, names)
            judged = tuple(make_judged(contract, ids) for contract in contracts)
            unread = make_unread_parts(
                connection, self._project, self._names, ids, contracts, facts.unread
            )
            self._verdicts.put(facts_id, verdicts := (judged, unread))
        return verdicts

    def _load_imports(self, snapshot: int) -> list[tuple[int, int]] | None:
        def read(connection: Connection) -> list[tuple[int, int]] | None:
            graph = self._read_graph(connection, snapshot)
            return None if graph is None else blob_format.unpack_ids(graph).imports

        return self._database.read(read)

    def _cache_graphs(
        self, connection: Connection, rows: Sequence[Row[Any]], blobs: Mapping[int, bytes]
    ) -> None:
        """Read the graphs of the snapshots that lack violations of the one before, some at once."""
        wanted: dict[int, None] = {}
        for row in rows:
            listed = blobs[row.violations_id]
            if row.graph_id is not None and compare_identities(self._listed, listed).removed:
                wanted[row.graph_id] = None
            self._listed = listed
        graphs = list(wanted)
        for start in range(0, len(graphs), _GRAPHS_AT_ONCE):
            self._blobs.get_all(connection, graphs[start : start + _GRAPHS_AT_ONCE])

    def _find_still_imported(
        self, snapshot: int, graph_id: int | None, violations: Set[Identity]
    ) -> frozenset[Identity] | None:
        graph = None if graph_id is None else self._blobs.get_cached(graph_id)
        if graph is None:
            graph = self._database.read(partial(self._read_graph, snapshot=snapshot))
        return None if graph is None else find_still_imported(graph, violations, self._get_names)

    def _get_names(self, numbers: Set[int]) -> Mapping[int, str]:
        return self._database.read(
            lambda connection: self._names.get_names(connection, self._project, numbers)
        )

    def _read_graph(self, connection: Connection, snapshot: int) -> bytes | None:
        graph_id = connection.scalar(select(snapshots.c.graph_id).where(snapshots.c.id == snapshot))
        return None if graph_id is None else self._blobs.get(connection, graph_id)
