"""Compare two snapshots: contracts, violations, imports; and which violations came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from archguard_api.errors import NotFoundError
from archguard_api.models.records import ContractChange, Difference, Imports, Moment
from archguard_api.store.schema import branch_snapshots, violations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection, Row

    from archguard.snapshot import Contract
    from archguard_api.store.interned_names import NameTable
    from archguard_api.store.snapshot_reader import SnapshotReader
    from archguard_api.store.violation_filter import Identity


class SnapshotComparer:
    """Compares snapshots."""

    def __init__(self, snapshot_reader: SnapshotReader, names: NameTable) -> None:
        self._snapshot_reader = snapshot_reader
        self._names = names

    def compare(
        self, connection: Connection, branch: Row[Any], project: str, base: str | None, head: str
    ) -> Difference:
        """Return the differences between two snapshots.

        Args:
            connection: the connection whose transaction has read the branch's row.
            branch: the branch whose history tells which violations came back.
            project: the project's name.
            base: a commit; None for the snapshot before `head` on the branch.
            head: a commit.

        Raises:
            NotFoundError: one of the snapshots does not exist.
        """
        new = self._find_snapshot(connection, project, head)
        new_position = _find_position(connection, branch, new)
        if base is not None:
            old = self._find_snapshot(connection, project, base)
        else:
            old = self._snapshot_reader.read_row(
                connection, _find_previous(connection, branch, new_position)
            )
        old_contracts, new_contracts = (
            {contract.id: contract for contract in self._read_contracts(connection, row)}
            for row in (old, new)
        )
        old_violations, new_violations = (
            {violation.identity for violation in self._snapshot_reader.read_violations(connection, row)}
            for row in (old, new)
        )
        added = new_violations - old_violations
        old_position = _find_position(connection, branch, old)
        reintroduced = None
        if old_position is not None and new_position is not None and old_position < new_position:
            returned = self._read_returned(connection, branch, old_position)
            reintroduced = frozenset(
                identity for identity in added & returned if identity[0] in old_contracts
            )
        return Difference(
            base=Moment(old.hash.hex(), old.committed_at),
            head=Moment(new.hash.hex(), new.committed_at),
            contracts=tuple(_compare_contracts(old_contracts, new_contracts)),
            violations_added=tuple(sorted(added)),
            violations_fixed=tuple(sorted(old_violations - new_violations)),
            reintroduced=reintroduced,
            imports=self._compare_imports(connection, old, new),
        )

    def _find_snapshot(self, connection: Connection, project: str, commit: str) -> Row[Any]:
        row = self._snapshot_reader.find_row(connection, project, commit)
        if row is None:
            raise NotFoundError("There is no snapshot of one of these commits.")
        return row

    def _read_contracts(self, connection: Connection, row: Row[Any]) -> tuple[Contract, ...]:
        return self._snapshot_reader.read_facts(connection, row).contracts

    def _read_returned(self, connection: Connection, branch: Row[Any], position: int) -> set[Identity]:
        """Return violations first seen before a position that were introduced more than once."""
        # A correlated subquery: with a join, SQLite would scan all violations for each position.
        first = (
            select(branch_snapshots.c.position)
            .where(
                branch_snapshots.c.branch_id == violations.c.branch_id,
                branch_snapshots.c.snapshot_id == violations.c.first_id,
            )
            .scalar_subquery()
        )
        query = select(violations.c.contract_id, violations.c.importer_id, violations.c.imported_id)
        query = query.where(
            violations.c.branch_id == branch.id, violations.c.times > 1, first < position
        )
        rows = connection.execute(query).all()
        ids = {number for row in rows for number in row}
        names = self._names.get_names(connection, branch.project_id, ids)
        return {
            (names[contract], names[importer], names[imported]) for contract, importer, imported in rows
        }

    def _compare_imports(self, connection: Connection, old: Row[Any], new: Row[Any]) -> Imports | None:
        if old.graph_id is None or new.graph_id is None:
            return None
        (old_ids, _, old_imports), (new_ids, _, new_imports) = (
            self._snapshot_reader.read_numbered_graph(connection, row) for row in (old, new)
        )
        modules_removed = set(old_ids).difference(new_ids)
        modules_added = set(new_ids).difference(old_ids)
        removed = set(old_imports).difference(new_imports)
        added = set(new_imports).difference(old_imports)
        changed_ids = {number for pair in removed | added for number in pair}
        names = self._names.get_names(
            connection, new.project_id, changed_ids | modules_removed | modules_added
        )

        def name_pairs(imports: Iterable[tuple[int, int]]) -> tuple[tuple[str, str], ...]:
            return tuple(sorted((names[importer], names[imported]) for importer, imported in imports))

        def name_modules(ids: Iterable[int]) -> tuple[str, ...]:
            return tuple(sorted(names[number] for number in ids))

        return Imports(
            name_pairs(added),
            name_pairs(removed),
            name_modules(modules_added),
            name_modules(modules_removed),
        )


def _find_position(connection: Connection, branch: Row[Any], row: Row[Any]) -> int | None:
    """Return the position of the snapshot's commit on the branch; None if it is not in its order."""
    query = select(branch_snapshots.c.position).where(
        branch_snapshots.c.branch_id == branch.id,
        branch_snapshots.c.commit_id == row.commit_id,
        branch_snapshots.c.position.is_not(None),
    )
    return connection.scalar(query)


def _find_previous(connection: Connection, branch: Row[Any], position: int | None) -> int:
    """Return the id of the snapshot before a position."""
    if position is None:
        raise NotFoundError("The branch does not have this commit; name a base to compare it with.")
    if position == 0:
        raise NotFoundError("This is the first snapshot of the branch; there is none before it.")
    query = select(branch_snapshots.c.snapshot_id).where(
        branch_snapshots.c.branch_id == branch.id, branch_snapshots.c.position == position - 1
    )
    return int(connection.execute(query).scalar_one())


def _compare_contracts(
    before: Mapping[str, Contract], after: Mapping[str, Contract]
) -> Iterable[ContractChange]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        latest = new or old
        if latest is not None and _get_counts(old) != _get_counts(new):
            yield ContractChange(name, latest.name, old, new)


def _get_counts(contract: Contract | None) -> tuple[object, ...] | None:
    if contract is None:
        return None
    return (
        contract.kept,
        contract.violations,
        contract.exposure,
        contract.lower_bound,
        contract.adoption,
    )
