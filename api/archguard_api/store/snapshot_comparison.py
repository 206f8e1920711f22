"""Compare two snapshots: contracts, violations, imports; and which violations came back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from archguard.ledger import CHAIN_TYPES, UnreadSoFar, advance_unread
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
from archguard_api.store.still_imported import find_still_imported
from archguard_api.store.unknown_violations import (
    UnknownViolations,
    list_unread_names,
    make_unread_parts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from archguard.snapshot import Contract, Violation
    from archguard_api.store.interned_names import NameTable
    from archguard_api.store.snapshot_reader import SnapshotReader
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


@dataclass(frozen=True, slots=True)
class ViolationChanges:
    """How the violations of two snapshots differ; contracts have the ids that they have now."""

    contracts_before: Mapping[str, Contract]
    contracts_after: Mapping[str, Contract]
    before: Mapping[Identity, Violation]
    after: Mapping[Identity, Violation]
    added: set[Identity]
    fixed: set[Identity]
    dropped: set[Identity] | None
    """None if nobody knows which of `fixed` they are: the graph was dropped."""
    unknown: set[Identity]


class SnapshotComparer:
    """Compares snapshots."""

    def __init__(self, reading: SnapshotReader, names: NameTable) -> None:
        self._reading = reading
        self._names = names

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
            old = self._reading.read_row(connection, _before(connection, branch, at))
        changes = self.compare_violations(connection, old, new, branch.renamed or {})
        start = _find_position(connection, branch, old)
        back = None
        if start is not None and at is not None and start < at:
            candidates = {one for one in changes.added if one[0] in changes.contracts_before}
            back = self._find_returned(connection, branch, start, candidates)
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

    def compare_violations(
        self, connection: Connection, old: Row[Any], new: Row[Any], renamed: Mapping[str, str]
    ) -> ViolationChanges:
        """Return how the violations of two snapshots differ.

        Args:
            connection: a connection.
            old: the earlier snapshot's row.
            new: the later snapshot's row.
            renamed: the present id of each earlier id of a contract.
        """
        ids = _Renamed(renamed)
        contracts = [self._contracts(connection, row) for row in (old, new)]
        before, after = (ids.index_contracts(these, contracts) for these in contracts)
        unjudged = {name for side in (before, after) for name, one in side.items() if one.unjudged}
        had, has = (
            {
                identity: one
                for identity, one in ids.index_violations(
                    self._reading.read_violations(connection, row), contracts
                ).items()
                if identity[0] not in unjudged
            }
            for row in (old, new)
        )
        project = new.project_id
        gone, come = had.keys() - has.keys(), has.keys() - had.keys()
        unknown = self._find_unknown(connection, project, new, old, gone)
        unknown |= self._find_unknown(connection, project, old, new, come)
        gone -= unknown
        dropped = self._find_dropped(
            connection, new, gone, is_same=old.configuration == new.configuration
        )
        return ViolationChanges(
            before, after, had, has, come - unknown, gone - (dropped or set()), dropped, unknown
        )

    def _find_dropped(
        self, connection: Connection, row: Row[Any], gone: set[Identity], *, is_same: bool
    ) -> set[Identity] | None:
        """Return those violations whose imports a snapshot has, though it does not list them.

        None if its graph was pruned.

        Args:
            connection: a connection.
            row: the snapshot's row.
            gone: the violations that another snapshot lists.
            is_same: whether both have one configuration.
        """
        if is_same:
            chains = {one.id for one in self._contracts(connection, row) if one.type in CHAIN_TYPES}
            gone = {one for one in gone if one[0] not in chains}
        if not gone:
            return set()
        if row.graph_id is None:
            return None
        ids = self._names.find_ids(connection, row.project_id, {name for one in gone for name in one})
        numbered = {(ids[one[0]], ids[one[1]], ids[one[2]]): one for one in gone if ids.keys() >= {*one}}
        graph = self._reading.read_packed_graph(connection, row)
        get_names = partial(self._names.get_names, connection, row.project_id)
        still_there = find_still_imported(graph, numbered.keys(), get_names)
        return {numbered[one] for one in still_there}

    def _existing(self, connection: Connection, project: str, commit: str) -> Row[Any]:
        row = self._reading.find_row(connection, project, commit)
        if row is None:
            raise NotFoundError("There is no snapshot of one of these commits.")
        return row

    def _contracts(self, connection: Connection, row: Row[Any]) -> tuple[Contract, ...]:
        return self._reading.read_facts(connection, row).contracts

    def _find_unknown(
        self,
        connection: Connection,
        project: int,
        row: Row[Any],
        other: Row[Any],
        candidates: set[Identity],
    ) -> set[Identity]:
        """Return those violations of another snapshot that may exist in this one, too.

        Args:
            connection: a connection.
            project: the project's id.
            row: the snapshot's row.
            other: the other snapshot's row.
            candidates: the violations that only the other one lists.
        """
        facts = self._reading.read_facts(connection, row)
        contracts = {contract.id for contract in facts.contracts}
        candidates = {one for one in candidates if one[0] in contracts}
        if not candidates:
            return set()
        unread_elsewhere = self._reading.read_facts(connection, other).unread
        names = contracts.union(*candidates) | list_unread_names(facts.contracts, facts.unread)
        names |= list_unread_names((), unread_elsewhere)
        ids = self._names.find_ids(connection, project, names)
        make_parts = partial(make_unread_parts, connection, project, self._names, ids)
        parts = make_parts(facts.contracts, facts.unread)
        so_far = advance_unread([UnreadSoFar(make_parts((), unread_elsewhere).modules)], parts.modules)
        unknown = UnknownViolations(parts, so_far, partial(self._read_imports, connection, row))
        return {one for one in candidates if unknown.may_hold((ids[one[0]], ids[one[1]], ids[one[2]]))}

    def _read_imports(self, connection: Connection, row: Row[Any]) -> list[tuple[int, int]] | None:
        if row.graph_id is None:
            return None
        return self._reading.read_numbered_graph(connection, row).imports

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
            self._reading.read_numbered_graph(connection, row) for row in (old, new)
        )
        gone, come = set(had).difference(has), set(has).difference(had)
        removed, added = set(old_edges).difference(new_edges), set(new_edges).difference(old_edges)
        touched = {one for pair in removed | added for one in pair} | gone | come
        names = self._names.get_names(connection, new.project_id, touched)

        def pairs(imports: Iterable[tuple[int, int]]) -> tuple[Edge, ...]:
            return make_edges(
                sorted((names[importer], names[imported]) for importer, imported in imports)
            )

        def modules(found: Iterable[int]) -> tuple[str, ...]:
            return tuple(sorted(names[one] for one in found))

        return GraphChanges(pairs(added), pairs(removed), modules(come), modules(gone))


class _Renamed:
    """Gives the contracts of two snapshots the ids that they have now."""

    def __init__(self, renamed: Mapping[str, str]) -> None:
        self._renamed = renamed

    def index_contracts(
        self, contracts: Iterable[Contract], both: Sequence[Iterable[Contract]]
    ) -> dict[str, Contract]:
        """Return contracts by their present ids."""
        return {self._find_id(contract.id, both): contract for contract in contracts}

    def index_violations(
        self, violations: Iterable[Violation], both: Sequence[Iterable[Contract]]
    ) -> dict[Identity, Violation]:
        """Return violations by their identities under the present ids of their contracts."""
        listed = tuple(violations)
        ids = {name: self._find_id(name, both) for name in {one.contract for one in listed}}
        return {(ids[one.contract], one.importer, one.imported): one for one in listed}

    def _find_id(self, contract: str, both: Sequence[Iterable[Contract]]) -> str:
        """Return the id that a contract has in the other snapshot, if that has it under another one."""
        if not self._renamed:
            return contract
        ids = [{one.id for one in contracts} for contracts in both]
        name = contract
        for _ in range(len(self._renamed)):
            if all(name in these for these in ids) or name not in self._renamed:
                break
            name = self._renamed[name]
            if any(name in these and contract not in these for these in ids):
                return name
        return contract


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
        said = new or old
        before_counts, after_counts = _counts(old), _counts(new)
        if said is not None and before_counts != after_counts:
            unjudged = any(one is not None and one.unjudged for one in (old, new))
            yield ContractChange(name, said.name, before_counts, after_counts, unjudged)


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
