"""Read the families of canonical contracts, and by which paths they were imported along a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from archguard_api.models import (
    Families,
    FamilyDetails,
    FamilyLine,
    FamilyPoint,
    FamilySummary,
    Moment,
)
from archguard_api.store import blob_format, generations
from archguard_api.store.contract_lines import list_previous_ids
from archguard_api.store.schema import commits, places, snapshots

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence, Set

    from sqlalchemy import Connection, Row

    from archguard.snapshot import Contract, Family
    from archguard_api.store.blobs import BlobStore
    from archguard_api.store.snapshot_reader import SnapshotReader

CANONICAL = "canonical"
_MAX_LINES = 12
_MAX_READ = 1000
"""The most snapshots whose paths are read for one answer."""

Way = tuple[str, str]
"""A definition, and a path by which it is imported."""


class PathCounts(NamedTuple):
    """The importers of a family at one commit; a point of a curve, as `downsample` wants it."""

    commit: bytes
    committed_at: int
    counts: Mapping[Way, int]
    violations: int
    """The sum of the importers."""
    reintroduced: int = 0


class FamilyReader:
    """Reads families."""

    def __init__(self, snapshot_reader: SnapshotReader, blobs: BlobStore) -> None:
        self._snapshot_reader = snapshot_reader
        self._blobs = blobs

    def list_families(self, connection: Connection, branch: Row[Any], tip: Row[Any]) -> Families:
        """Return the families of the contracts at a branch's tip."""
        contracts = self._list_contracts(connection, tip)
        with_families = self._find_with_families(connection, branch) if contracts else None
        items = tuple(
            FamilySummary(
                **_summarize(contract, self._read_family(connection, with_families, branch, id_))
            )
            for id_, contract in contracts.items()
        )
        return Families(branch.name, tip.hash.hex(), items)

    def read_family(
        self,
        connection: Connection,
        branch: Row[Any],
        row: Row[Any],
        contract: str,
        *,
        is_chosen: bool,
        choose: Callable[[Sequence[PathCounts]], Sequence[PathCounts]],
    ) -> FamilyDetails | None:
        """Return a family; None if the snapshot has no canonical contract of this id.

        Args:
            connection: a connection.
            branch: the branch along which importers are counted.
            row: the row of the snapshot.
            contract: the contract's id.
            is_chosen: whether only this snapshot's definitions are wanted, not those before them.
            choose: returns those of the points that are wanted.
        """
        now = self._list_contracts(connection, row).get(contract)
        if now is None:
            return None
        source = row if is_chosen else self._find_with_families(connection, branch)
        family = self._read_family(connection, source, branch, contract)
        canonical = _list_canonical(family)
        points = choose(self._count_paths(connection, branch, contract))
        lines = _choose_lines(points, canonical)
        return FamilyDetails(
            **_summarize(now, family),
            branch=branch.name,
            commit=row.hash.hex(),
            committed_at=row.committed_at,
            definitions_of=Moment(source.hash.hex(), source.committed_at) if family and source else None,
            definitions=None if family is None else family.members,
            impostors=family.impostors if family else (),
            factories=family.factories if family else (),
            missing=family.missing if family else (),
            omitted=family.omitted if family else 0,
            lines=tuple(FamilyLine(*way, is_canonical=way[0] in canonical) for way in lines),
            points=tuple(_make_point(point, lines) for point in points),
        )

    def _list_contracts(self, connection: Connection, row: Row[Any]) -> dict[str, Contract]:
        facts = self._snapshot_reader.read_facts(connection, row)
        return {one.id: one for one in facts.contracts if one.type == CANONICAL}

    def _find_with_families(self, connection: Connection, branch: Row[Any]) -> Row[Any] | None:
        """Return the row of the last snapshot of a branch that has families."""
        query = (
            select(places.c.snapshot_id)
            .join(snapshots, snapshots.c.id == places.c.snapshot_id)
            .where(generations.is_visible(places, branch), snapshots.c.families_id.is_not(None))
            .order_by(places.c.position.desc())
            .limit(1)
        )
        snapshot = connection.scalar(query)
        return None if snapshot is None else self._snapshot_reader.read_row(connection, snapshot)

    def _read_family(
        self, connection: Connection, row: Row[Any] | None, branch: Row[Any], contract: str
    ) -> Family | None:
        if row is None or row.families_id is None:
            return None
        families = blob_format.unpack_families(self._blobs.get(connection, row.families_id))
        by_contract = {family.contract: family for family in families}
        ids = (contract, *list_previous_ids(contract, branch.renamed or {}))
        return next((by_contract[id_] for id_ in ids if id_ in by_contract), None)

    def _count_paths(self, connection: Connection, branch: Row[Any], contract: str) -> list[PathCounts]:
        """Return the importers by path at both ends of a branch and where they changed."""
        query = (
            select(commits.c.hash, snapshots.c.committed_at, snapshots.c.paths_id)
            .join(places, places.c.snapshot_id == snapshots.c.id)
            .join(commits, commits.c.id == snapshots.c.commit_id)
            .where(generations.is_visible(places, branch), snapshots.c.paths_id.is_not(None))
            .order_by(places.c.position)
        )
        rows = _thin(_keep_changes(connection.execute(query).all()), _MAX_READ)
        blobs = self._blobs.get_all(connection, {row.paths_id for row in rows})
        ids = {contract, *list_previous_ids(contract, branch.renamed or {})}
        counts = {blob_id: _read_counts(blob, ids) for blob_id, blob in blobs.items()}
        points = [
            PathCounts(row.hash, row.committed_at, by_way, sum(by_way.values()))
            for row in rows
            for by_way in [counts[row.paths_id]]
        ]
        return [
            point
            for index, point in enumerate(points)
            if index in {0, len(points) - 1} or point.counts != points[index - 1].counts
        ]


def _read_counts(blob: bytes, contracts: Set[str]) -> dict[Way, int]:
    return {
        (path.definition, path.path): path.importers
        for path in blob_format.unpack_family_paths(blob)
        if path.contract in contracts
    }


def _keep_changes(rows: Sequence[Row[Any, Any, Any]]) -> list[Row[Any, Any, Any]]:
    """Return the rows at which the paths differ from those before, and the last one."""
    return [
        row
        for index, row in enumerate(rows)
        if index in {0, len(rows) - 1} or row.paths_id != rows[index - 1].paths_id
    ]


def _thin(rows: list[Row[Any, Any, Any]], count: int) -> list[Row[Any, Any, Any]]:
    """Return at most so many rows, evenly spaced, both ends among them."""
    if len(rows) <= count:
        return rows
    last = len(rows) - 1
    return [rows[index * last // (count - 1)] for index in range(count)]


def _list_canonical(family: Family | None) -> set[str]:
    """Return the ids of the canonical definitions, and how the contract names them."""
    if family is None:
        return set()
    members = (one.id for one in family.members if one.status == CANONICAL)
    return {*family.canonical, *(one.partition("#")[0] for one in members)}


def _choose_lines(points: Sequence[PathCounts], canonical: Set[str]) -> list[Way]:
    """Return the paths that had most importers at any time, those of canonical definitions first."""
    peaks: dict[Way, int] = {}
    for point in points:
        for way, importers in point.counts.items():
            peaks[way] = max(importers, peaks.get(way, 0))
    ordered = sorted(peaks, key=lambda way: (-peaks[way], way))[:_MAX_LINES]
    return sorted(ordered, key=lambda way: (way[0] not in canonical, -peaks[way], way))


def _make_point(point: PathCounts, lines: Sequence[Way]) -> FamilyPoint:
    shown = tuple(point.counts.get(way, 0) for way in lines)
    return FamilyPoint(
        point.commit.hex(), point.committed_at, shown, sum(point.counts.values()) - sum(shown)
    )


def _summarize(contract: Contract, family: Family | None) -> dict[str, Any]:
    """Return the fields of a `FamilySummary`."""
    production = [one for one in family.members if one.status != "test"] if family else None
    return {
        "contract": contract.id,
        "name": contract.name,
        "violations": contract.violations,
        "lower_bound": contract.lower_bound,
        "canonical_missing": contract.canonical_missing,
        "canonical": family.canonical if family else None,
        "members": None if production is None else len(production),
    }
