"""The lifecycles of violations along a history, in which a commit may have several parents."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.ledger.lifecycle import LedgerState, advance, apply_changes, combine_states
from archguard.ledger.lineage import Lineage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence, Set

    from archguard.contract_types.verdict import Edge
    from archguard.ledger.lifecycle import LifecycleChanges, ViolationLifecycle

    ContractState = LedgerState[Edge, str]
    ContractChanges = LifecycleChanges[Edge, str]


class ContractViolations(NamedTuple):
    """The violations of a contract at one commit."""

    edges: Set[Edge]
    is_unknown: Callable[[Edge, bool], bool] | None = None
    """As of `archguard.ledger.advance`."""
    is_dropped: Callable[[Edge], bool] | None = None
    """As of `archguard.ledger.advance`."""


class HistoryLedger:
    """The lifecycles of the violations of every contract, commit by commit."""

    def __init__(self, parents: Mapping[str, Sequence[str]]) -> None:
        """Start before the first commit.

        Args:
            parents: of each commit those that it is compared with, each commit after its parents.
        """
        self._lineage: Lineage[dict[str, ContractState]] = Lineage(parents)

    @property
    def open_violations(self) -> dict[str, dict[Edge, ViolationLifecycle[str]]]:
        """The violations that exist at the last commit or may exist there, by contract."""
        return {
            contract: {edge: state.lifecycles[edge] for edge in state.open}
            for contract, state in (self._lineage.last or {}).items()
        }

    def advance(
        self, commit: str, committed_at: int, contracts: Mapping[str, ContractViolations]
    ) -> dict[str, ContractChanges]:
        """Go on to the next commit; return the changes of each contract that is judged there.

        The violations of any other contract stay as they are at the parents.

        Args:
            commit: the next commit, of which the parents came before.
            committed_at: its time, in seconds since 1970.
            contracts: the violations of those contracts that are judged, by id.
        """
        parents = self._lineage.find_parents(commit)
        states: dict[str, ContractState] = {}
        changes = {}
        for contract in dict.fromkeys([*(id_ for parent in parents for id_ in parent), *contracts]):
            known = [parent[contract] for parent in parents if contract in parent]
            states[contract] = combine_states(known)
            if contract in contracts:
                changes[contract] = _advance(
                    states[contract], known, contracts[contract], commit, committed_at
                )
                states[contract] = apply_changes(states[contract], changes[contract])
        self._lineage.store(commit, states)
        return changes


def _advance(
    state: ContractState,
    parents: Sequence[ContractState],
    violations: ContractViolations,
    commit: str,
    committed_at: int,
) -> ContractChanges:
    in_all_parents = None
    if any(parent is not state for parent in parents):
        in_all_parents = frozenset.intersection(*(frozenset(parent.open) for parent in parents))
    return advance(
        state,
        violations.edges,
        commit,
        committed_at,
        is_unknown=violations.is_unknown,
        is_dropped=violations.is_dropped,
        in_all_parents=in_all_parents,
    )
