"""Compare the violations of two snapshots: which came, which went, and which nobody knows of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from archguard.ledger import CHAIN_TYPES, DEFINITION_TYPES, UnreadSoFar, advance_unread
from archguard_api.store import blob_format
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationDifference:
    """Which violations of two snapshots differ; contracts have the ids that they have now."""

    contracts_before: Mapping[str, Contract]
    contracts_after: Mapping[str, Contract]
    added: set[Identity]
    fixed: set[Identity]
    dropped: set[Identity] | None
    """None if nobody knows which of `fixed` they are: the graph was dropped."""
    unknown: set[Identity]

    @property
    def introduced(self) -> set[Identity]:
        """Those of `added` that came with no new contract: the earlier snapshot has theirs, too."""
        return {one for one in self.added if one[0] in self.contracts_before}


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationChanges(ViolationDifference):
    """The same, with the violations of both snapshots."""

    before: Mapping[Identity, Violation]
    after: Mapping[Identity, Violation]


class ViolationComparer:
    """Compares the violations of snapshots."""

    def __init__(self, snapshot_reader: SnapshotReader, names: NameTable) -> None:
        self._snapshot_reader = snapshot_reader
        self._names = names

    def compare(
        self, connection: Connection, old: Row[Any], new: Row[Any], renamed: Mapping[str, str]
    ) -> ViolationChanges:
        """Return how the violations of two snapshots differ.

        Args:
            connection: a connection.
            old: the earlier snapshot's row.
            new: the later snapshot's row.
            renamed: the present id of each earlier id of a contract.
        """
        difference = self.find_difference(connection, old, new, renamed)
        contracts = [self._read_contracts(connection, row) for row in (old, new)]
        unjudged = _list_unjudged(difference.contracts_before, difference.contracts_after)
        before, after = (
            {
                identity: one
                for identity, one in _Renamed(renamed)
                .index_violations(self._snapshot_reader.read_violations(connection, row), contracts)
                .items()
                if identity[0] not in unjudged
            }
            for row in (old, new)
        )
        return ViolationChanges(
            contracts_before=difference.contracts_before,
            contracts_after=difference.contracts_after,
            added=difference.added,
            fixed=difference.fixed,
            dropped=difference.dropped,
            unknown=difference.unknown,
            before=before,
            after=after,
        )

    def find_difference(
        self, connection: Connection, old: Row[Any], new: Row[Any], renamed: Mapping[str, str]
    ) -> ViolationDifference:
        """Return what `compare` does but for the violations' details, which take far longer to read."""
        ids = _Renamed(renamed)
        contracts = [self._read_contracts(connection, row) for row in (old, new)]
        before, after = (ids.index_contracts(these, contracts) for these in contracts)
        unjudged = _list_unjudged(before, after)
        had, has = (
            {
                identity
                for identity in ids.rename_identities(identities, contracts)
                if identity[0] not in unjudged
            }
            for identities in self._read_identities(connection, old, new, is_whole=bool(renamed))
        )
        project = new.project_id
        gone, come = had - has, has - had
        unknown = self._find_unknown(connection, project, new, old, gone)
        unknown |= self._find_unknown(connection, project, old, new, come)
        gone -= unknown
        dropped = self._find_dropped(
            connection, new, gone, is_same=old.configuration == new.configuration
        )
        return ViolationDifference(
            contracts_before=before,
            contracts_after=after,
            added=come - unknown,
            fixed=gone - (dropped or set()),
            dropped=dropped,
            unknown=unknown,
        )

    def cache_names(self, connection: Connection, pairs: Iterable[tuple[Row[Any], Row[Any]]]) -> None:
        """Read the names that `find_difference` needs of pairs of a project's snapshots, all at once."""
        numbers: set[int] = set()
        project = None
        for old, new in pairs:
            project = new.project_id
            before, after = (
                self._snapshot_reader.read_packed_violations(connection, row) for row in (old, new)
            )
            for side in blob_format.compare_identities(before, after):
                numbers.update(*side)
        if project is not None:
            self._names.get_names(connection, project, numbers)

    def _read_identities(
        self, connection: Connection, old: Row[Any], new: Row[Any], *, is_whole: bool
    ) -> tuple[set[Identity], set[Identity]]:
        """Return the violations of two snapshots, without those that both have unless `is_whole`."""
        before, after = (
            self._snapshot_reader.read_packed_violations(connection, row) for row in (old, new)
        )
        if is_whole:
            had, has = blob_format.unpack_identities(before), blob_format.unpack_identities(after)
        else:
            has, had = blob_format.compare_identities(before, after)
        numbers = {number for side in (had, has) for one in side for number in one}
        names = self._names.get_names(connection, new.project_id, numbers)
        first, second = (
            {
                (names[contract], names[importer], names[imported])
                for contract, importer, imported in side
            }
            for side in (had, has)
        )
        return first, second

    def _find_dropped(
        self, connection: Connection, row: Row[Any], gone: set[Identity], *, is_same: bool
    ) -> set[Identity] | None:
        """Return those violations that a snapshot has, though it does not list them.

        It has the import, or the class, which an exception covers. None if its graph was pruned.

        Args:
            connection: a connection.
            row: the snapshot's row.
            gone: the violations that another snapshot lists.
            is_same: whether both have one configuration.
        """
        if not gone:
            return set()
        contracts = self._read_contracts(connection, row)
        if is_same:
            chains = {one.id for one in contracts if one.type in CHAIN_TYPES}
            gone = {one for one in gone if one[0] not in chains}
        excepted = {(one.id, *pair) for one in contracts for pair in one.excepted_definitions} & gone
        definitions = {one.id for one in contracts if one.type in DEFINITION_TYPES}
        gone = {one for one in gone if one[0] not in definitions}
        if not gone:
            return excepted
        if row.graph_id is None:
            return None
        ids = self._names.find_ids(connection, row.project_id, {name for one in gone for name in one})
        numbered = {(ids[one[0]], ids[one[1]], ids[one[2]]): one for one in gone if ids.keys() >= {*one}}
        graph = self._snapshot_reader.read_packed_graph(connection, row)
        get_names = partial(self._names.get_names, connection, row.project_id)
        still_there = find_still_imported(graph, numbered.keys(), get_names)
        return excepted | {numbered[one] for one in still_there}

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
        facts = self._snapshot_reader.read_facts(connection, row)
        contracts = {contract.id for contract in facts.contracts}
        candidates = {one for one in candidates if one[0] in contracts}
        if not candidates:
            return set()
        unread_elsewhere = self._snapshot_reader.read_facts(connection, other).unread
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
        return self._snapshot_reader.read_numbered_graph(connection, row).imports

    def _read_contracts(self, connection: Connection, row: Row[Any]) -> tuple[Contract, ...]:
        return self._snapshot_reader.read_facts(connection, row).contracts


def _list_unjudged(*sides: Mapping[str, Contract]) -> set[str]:
    """Return the ids of the contracts that one of two snapshots could not judge."""
    return {name for side in sides for name, one in side.items() if one.unjudged}


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

    def rename_identities(
        self, identities: Iterable[Identity], both: Sequence[Iterable[Contract]]
    ) -> set[Identity]:
        """Return identities under the present ids of their contracts."""
        listed = tuple(identities)
        ids = {name: self._find_id(name, both) for name in {one[0] for one in listed}}
        return {(ids[contract], importer, imported) for contract, importer, imported in listed}

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
