"""Which violations may still exist although a snapshot does not list them: it could not read a file.

A snapshot of an earlier version does not say which modules are unread, so none is unknown there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from archguard.ledger import DEFINITION_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from archguard.ledger import UnreadSoFar
    from archguard.snapshot import Contract, UnreadFile
    from archguard_api.store.blob_format import Identity
    from archguard_api.store.interned_names import NameTable

    LoadImports = Callable[[], Iterable[tuple[int, int]] | None]
    """Returns the imports of a graph, as interned ids; None if it was pruned."""


_WITHOUT_CHAINS = DEFINITION_TYPES | {"deprecated"}


@dataclass(frozen=True, slots=True)
class UnreadParts:
    """What a snapshot could not read or decide; modules and contracts are interned ids."""

    modules: frozenset[int] = frozenset()
    undecided: frozenset[Identity] = frozenset()
    chains: frozenset[int] = frozenset()
    """The contracts that follow chains, which may lead through an unread module."""


NOTHING_UNREAD = UnreadParts()


class UnknownViolations:
    """Says of violations that a snapshot does not list whether they may exist all the same."""

    def __init__(
        self, parts: UnreadParts, so_far: UnreadSoFar[int], load_imports: LoadImports | None
    ) -> None:
        """Load nothing yet.

        Args:
            parts: what the snapshot could not read.
            so_far: the unread modules, compared with those of the snapshots before.
            load_imports: returns the imports of the snapshot's graph.
        """
        self._parts = parts
        self._so_far = so_far
        self._load_imports = load_imports

    def may_hold(self, violation: Identity, was_unknown: bool = False) -> bool:
        """Return whether a violation may exist: see `archguard.history.missing_violations`.

        An import counts as still there if the graph is not stored any more.

        Args:
            violation: one that the snapshot does not list.
            was_unknown: whether that was unknown before.
        """
        contract, importer, imported = violation
        if importer in self._parts.modules or violation in self._parts.undecided:
            return True
        suspects = self._so_far.once_read if was_unknown else self._so_far.newly
        if contract not in self._parts.chains or not suspects:
            return False
        return self._imports is None or (importer, imported) in self._imports

    @cached_property
    def _imports(self) -> frozenset[tuple[int, int]] | None:
        imports = None if self._load_imports is None else self._load_imports()
        return None if imports is None else frozenset(imports)


def list_unread_names(contracts: Sequence[Contract], unread: Iterable[UnreadFile]) -> set[str]:
    """Return the modules that `make_unread_parts` needs the ids of."""
    names = {file.module for file in unread if file.module is not None}
    return names.union(*(pair for contract in contracts for pair in contract.undecided))


def make_unread_parts(
    connection: Connection,
    project: int,
    names: NameTable,
    ids: Mapping[str, int],
    contracts: Sequence[Contract],
    unread: Sequence[UnreadFile],
) -> UnreadParts:
    """Return what a snapshot could not read or decide.

    Args:
        connection: a connection.
        project: the project's id.
        names: finds the modules below a folder that is unread as a whole.
        ids: of the contracts, and of those names of `list_unread_names` that have one.
        contracts: the snapshot's.
        unread: the snapshot's.
    """
    modules = {ids[file.module] for file in unread if file.module is not None and file.module in ids}
    for file in unread:
        if file.is_folder and file.module is not None:
            modules |= names.find_ids_below(connection, project, file.module)
    undecided = {
        (ids[contract.id], ids[importer], ids[imported])
        for contract in contracts
        for importer, imported in contract.undecided
        if importer in ids and imported in ids
    }
    chains = {
        ids[contract.id]
        for contract in contracts
        if modules and not contract.deprecated and contract.type not in _WITHOUT_CHAINS
    }
    if not (modules or undecided or chains):
        return NOTHING_UNREAD
    return UnreadParts(frozenset(modules), frozenset(undecided), frozenset(chains))
