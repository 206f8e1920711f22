"""Compare two snapshots: contracts, violations, imports; and which violations came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from archguard_api.errors import NotFoundError
from archguard_api.models import (
    Comparison,
    ContractChange,
    ContractCounts,
    Edge,
    ViolationAdded,
    ViolationId,
    make_edges,
)
from archguard_api.store import generations
from archguard_api.store.line_order import find_positions
from archguard_api.store.schema import places, snapshots, violations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection, Row

    from archguard.snapshot import Contract
    from archguard_api.store.interned_names import NameTable
    from archguard_api.store.snapshot_reader import SnapshotReader
    from archguard_api.store.violation_comparison import ViolationComparer
    from archguard_api.store.violation_filter import Identity

_FEW = 200
"""So many violations are looked up one by one."""


@dataclass(frozen=True, slots=True)
class GraphChanges:
    """What one graph has that another has not; both ways."""

    imports_added: tuple[Edge, ...]
    imports_removed: tuple[Edge, ...]
    modules_added: tuple[str, ...]
    modules_removed: tuple[str, ...]


class SnapshotComparer:
    """Compares snapshots."""

    def __init__(
        self, snapshot_reader: SnapshotReader, names: NameTable, violation_comparer: ViolationComparer
    ) -> None:
        self._snapshot_reader = snapshot_reader
        self._names = names
        self._violation_comparer = violation_comparer

    def compare(
        self, connection: Connection, branch: Row[Any], project: str, base: str | None, head: str
    ) -> Comparison:
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
        new = self._existing(connection, project, head)
        at = _find_position(connection, branch, new)
        if base is not None:
            old = self._existing(connection, project, base)
        else:
            old = self._snapshot_reader.read_row(connection, _before(connection, branch, at))
        changes = self._violation_comparer.compare(connection, old, new, branch.renamed or {})
        start = _find_position(connection, branch, old)
        back = None
        if start is not None and at is not None and start < at:
            back = self._find_returned(connection, branch, start, changes.introduced)
        imports = self._imports(connection, old, new)
        graphs = imports or GraphChanges((), (), (), ())
        return Comparison(
            base=old.hash.hex(),
            base_at=old.committed_at,
            head=new.hash.hex(),
            head_at=new.committed_at,
            contracts=tuple(_changes(changes.contracts_before, changes.contracts_after)),
            violations_added=tuple(
                ViolationAdded(*violation, reintroduced=None if back is None else violation in back)
                for violation in sorted(changes.added)
            ),
            violations_fixed=_make_ids(changes.fixed),
            violations_dropped=None if changes.dropped is None else _make_ids(changes.dropped),
            violations_unknown=_make_ids(changes.unknown),
            graphs=imports is not None,
            imports_added=graphs.imports_added,
            imports_removed=graphs.imports_removed,
            modules_added=graphs.modules_added,
            modules_removed=graphs.modules_removed,
        )

    def _existing(self, connection: Connection, project: str, commit: str) -> Row[Any]:
        row = self._snapshot_reader.find_row(connection, project, commit)
        if row is None:
            raise NotFoundError("There is no snapshot of one of these commits.")
        return row

    def _find_returned(
        self, connection: Connection, branch: Row[Any], start: int, candidates: set[Identity]
    ) -> set[Identity]:
        """Return those violations that were there before a position, and came more than once."""
        if not candidates:
            return set()
        names = {name for one in candidates for name in one}
        ids = self._names.find_ids(connection, branch.project_id, names)
        numbered = {
            (ids[one[0]], ids[one[1]], ids[one[2]]): one for one in candidates if ids.keys() >= {*one}
        }
        query = select(
            violations.c.contract_id,
            violations.c.importer_id,
            violations.c.imported_id,
            violations.c.first_id,
        ).where(generations.is_visible(violations, branch), violations.c.times > 1)
        if len(numbered) <= _FEW:
            query = query.where(
                violations.c.contract_id.in_({one[0] for one in numbered}),
                violations.c.importer_id.in_({one[1] for one in numbered}),
            )
        rows = [row for row in connection.execute(query) if tuple(row[:3]) in numbered]
        positions = find_positions(connection, branch, {row.first_id for row in rows})
        return {numbered[row[0], row[1], row[2]] for row in rows if positions[row.first_id] < start}

    def _imports(self, connection: Connection, old: Row[Any], new: Row[Any]) -> GraphChanges | None:
        if old.graph_id is None or new.graph_id is None:
            return None
        (had, _, old_edges), (has, _, new_edges) = (
            self._snapshot_reader.read_numbered_graph(connection, row) for row in (old, new)
        )
        gone, come = set(had).difference(has), set(has).difference(had)
        removed, added = set(old_edges).difference(new_edges), set(new_edges).difference(old_edges)
        touched = {one for pair in removed | added for one in pair} | gone | come
        names = self._names.get_names(connection, new.project_id, touched)

        def pairs(imports: Iterable[tuple[int, int]]) -> tuple[Edge, ...]:
            return make_edges(
                sorted((names[importer], names[imported]) for importer, imported in imports)
            )

        def modules(ids: Iterable[int]) -> tuple[str, ...]:
            return tuple(sorted(names[one] for one in ids))

        return GraphChanges(pairs(added), pairs(removed), modules(come), modules(gone))


def _make_ids(violations: Iterable[Identity]) -> tuple[ViolationId, ...]:
    return tuple(ViolationId(*violation) for violation in sorted(violations))


def _find_position(connection: Connection, branch: Row[Any], row: Row[Any]) -> int | None:
    """Return the place of the snapshot's commit in the branch's line; None if it is not part of it."""
    ids = connection.scalars(select(snapshots.c.id).where(snapshots.c.commit_id == row.commit_id))
    return next(iter(find_positions(connection, branch, ids.all()).values()), None)


def _before(connection: Connection, branch: Row[Any], at: int | None) -> int:
    if at is None:
        raise NotFoundError("The branch's line does not have this commit: say what to compare it with.")
    if at == 0:
        raise NotFoundError("This is the first snapshot of the branch: nothing stands before it.")
    query = select(places.c.snapshot_id).where(
        generations.is_visible(places, branch), places.c.position == at - 1
    )
    return int(connection.execute(query).scalar_one())


def _changes(before: Mapping[str, Contract], after: Mapping[str, Contract]) -> Iterable[ContractChange]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        newest = new or old
        before_counts, after_counts = _counts(old), _counts(new)
        if newest is not None and before_counts != after_counts:
            unjudged = any(one is not None and one.unjudged for one in (old, new))
            yield ContractChange(name, newest.name, before_counts, after_counts, unjudged)


def _counts(contract: Contract | None) -> ContractCounts | None:
    if contract is None or contract.unjudged:
        return None
    return ContractCounts(
        contract.kept,
        contract.violations,
        contract.exposure,
        contract.lower_bound,
        contract.adoption,
    )
