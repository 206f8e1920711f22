"""What differs between two snapshots, and what the line tells of it."""

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
    """Compares."""

    def __init__(self, snapshot_reader: SnapshotReader, names: NameTable) -> None:
        self._snapshot_reader = snapshot_reader
        self._names = names

    def compare(
        self, connection: Connection, branch: Row[Any], project: str, base: str | None, head: str
    ) -> Difference:
        """What one snapshot has and another has not.

        Args:
            connection: of the same view as the branch's row.
            branch: whose line tells what came back.
            project: its name.
            base: a commit; None: what stands before `head` on the branch's line.
            head: a commit.

        Raises:
            NotFoundError: one of them is not there.
        """
        new = self._existing(connection, project, head)
        at = _position(connection, branch, new)
        if base is not None:
            old = self._existing(connection, project, base)
        else:
            old = self._snapshot_reader.read_row(connection, _before(connection, branch, at))
        before, after = ({one.id: one for one in self._contracts(connection, row)} for row in (old, new))
        had, has = (
            {one.identity for one in self._snapshot_reader.read_violations(connection, row)}
            for row in (old, new)
        )
        start = _position(connection, branch, old)
        back = None
        if start is not None and at is not None and start < at:
            back = {one for one in self._returned(connection, branch, start) if one[0] in before}
        return Difference(
            base=Moment(old.hash.hex(), old.committed_at),
            head=Moment(new.hash.hex(), new.committed_at),
            contracts=tuple(_changes(before, after)),
            violations_added=tuple(sorted(has - had)),
            violations_fixed=tuple(sorted(had - has)),
            reintroduced=None if back is None else frozenset(back & (has - had)),
            imports=self._imports(connection, old, new),
        )

    def _existing(self, connection: Connection, project: str, commit: str) -> Row[Any]:
        row = self._snapshot_reader.find_row(connection, project, commit)
        if row is None:
            raise NotFoundError("There is no snapshot of one of these commits.")
        return row

    def _contracts(self, connection: Connection, row: Row[Any]) -> tuple[Contract, ...]:
        return self._snapshot_reader.read_facts(connection, row).contracts

    def _returned(self, connection: Connection, branch: Row[Any], start: int) -> set[Identity]:
        """The violations that were there before a place in the line, and came more than once."""
        # Correlated: as a join, SQLite would look at every violation for each place in the line.
        first = (
            select(branch_snapshots.c.position)
            .where(
                branch_snapshots.c.branch_id == violations.c.branch_id,
                branch_snapshots.c.snapshot_id == violations.c.first_id,
            )
            .scalar_subquery()
        )
        query = select(violations.c.contract_id, violations.c.importer_id, violations.c.imported_id)
        query = query.where(violations.c.branch_id == branch.id, violations.c.times > 1, first < start)
        rows = connection.execute(query).all()
        numbers = {number for row in rows for number in row}
        names = self._names.get_names(connection, branch.project_id, numbers)
        return {(names[a], names[b], names[c]) for a, b, c in rows}

    def _imports(self, connection: Connection, old: Row[Any], new: Row[Any]) -> Imports | None:
        if old.graph_id is None or new.graph_id is None:
            return None
        (had, _, old_edges), (has, _, new_edges) = (
            self._snapshot_reader.read_numbered_graph(connection, row) for row in (old, new)
        )
        gone, come = set(had).difference(has), set(has).difference(had)
        removed, added = set(old_edges).difference(new_edges), set(new_edges).difference(old_edges)
        touched = {one for pair in removed | added for one in pair} | gone | come
        names = self._names.get_names(connection, new.project_id, touched)

        def pairs(imports: Iterable[tuple[int, int]]) -> tuple[tuple[str, str], ...]:
            return tuple(sorted((names[importer], names[imported]) for importer, imported in imports))

        def modules(found: Iterable[int]) -> tuple[str, ...]:
            return tuple(sorted(names[one] for one in found))

        return Imports(pairs(added), pairs(removed), modules(come), modules(gone))


def _position(connection: Connection, branch: Row[Any], row: Row[Any]) -> int | None:
    """The place of the snapshot's commit in the branch's line; None: it is not of it."""
    query = select(branch_snapshots.c.position).where(
        branch_snapshots.c.branch_id == branch.id,
        branch_snapshots.c.commit_id == row.commit_id,
        branch_snapshots.c.position.is_not(None),
    )
    return connection.scalar(query)


def _before(connection: Connection, branch: Row[Any], at: int | None) -> int:
    if at is None:
        raise NotFoundError("The branch's line does not have this commit: say what to compare it with.")
    if at == 0:
        raise NotFoundError("This is the first snapshot of the branch: nothing stands before it.")
    query = select(branch_snapshots.c.snapshot_id).where(
        branch_snapshots.c.branch_id == branch.id, branch_snapshots.c.position == at - 1
    )
    return int(connection.execute(query).scalar_one())


def _changes(before: Mapping[str, Contract], after: Mapping[str, Contract]) -> Iterable[ContractChange]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        said = new or old
        if said is not None and _counts(old) != _counts(new):
            yield ContractChange(name, said.name, old, new)


def _counts(contract: Contract | None) -> tuple[object, ...] | None:
    if contract is None:
        return None
    return (
        contract.kept,
        contract.violations,
        contract.exposure,
        contract.lower_bound,
        contract.adoption,
    )
