"""What a branch's snapshots tell, in order: points, and what became of each violation.

An upload that is appended goes through `advance`, a rebuild through `advance_by`, which takes as long as
much differs from the snapshot before; both go by the same rule.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from archguard import ledger
from archguard_api.store.renamed_contracts import carry_over
from archguard_api.store.unknown_violations import NOTHING_UNREAD, UnknownViolations, UnreadParts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from archguard.ledger import UnreadSoFar, ViolationLifecycle
    from archguard.snapshot import Contract
    from archguard_api.store.blob_format import Identity
    from archguard_api.store.still_imported import FindStillImported
    from archguard_api.store.unknown_violations import LoadImports


class Judged(NamedTuple):
    """A contract's verdict on a snapshot."""

    contract: int
    """Its interned id."""
    violations: int
    exposure: int
    lower_bound: bool
    kept: bool
    adoption: int | None
    follows_chains: bool = False
    has_verdict: bool = True
    """Whether it could be judged; the other fields say nothing if not."""
    previous: tuple[int, ...] = ()
    """The interned ids that it had before."""
    allowed: int | None = None
    """How many more violations there would be with all exceptions off; None if nobody knows."""
    excepted: frozenset[tuple[int, int]] = frozenset()
    """Of a contract about classes: module and definition of those that an exception covers, interned."""


class SnapshotResult(NamedTuple):
    """A snapshot, as far as lifecycles are concerned, but for its violations."""

    snapshot: int
    committed_at: int
    judged: tuple[Judged, ...]
    unread: UnreadParts = NOTHING_UNREAD
    load_imports: LoadImports | None = None
    find_still_imported: FindStillImported | None = None
    configuration: bytes = b""
    """The digest of what the contracts say."""


class Point(NamedTuple):
    """A contract's counts at one snapshot."""

    snapshot: int
    judged: Judged
    added: int
    fixed: int
    reintroduced: int
    unknown: int
    dropped: int | None
    """None if nobody knows it, because the graph was pruned."""


class Changes(NamedTuple):
    """What a snapshot adds to a branch's story."""

    snapshot: int
    points: tuple[Point, ...]
    new: dict[Identity, ViolationLifecycle[int]]
    """Of violations that have none so far."""
    changed: dict[Identity, ViolationLifecycle[int]]
    """Of violations that were fixed, dropped or reintroduced, or became unknown or known again."""
    opened: frozenset[Identity]
    """The violations that are open now and were not, those of a renamed contract included."""
    closed: frozenset[Identity]
    """The violations that were open and are not."""
    unlisted: frozenset[Identity]
    """The violations that are open, though the snapshot does not list them."""
    unknown: frozenset[Identity]
    """Those of them of which nobody knows whether they exist."""
    unread: UnreadSoFar[int]
    """The modules that the snapshot could not read, compared with those before."""
    configuration: bytes
    """The snapshot's."""


def make_judged(contract: Contract, ids: Mapping[str, int]) -> Judged:
    """Return a contract's verdict, given the interned ids of contracts."""
    return Judged(
        ids[contract.id],
        contract.violations,
        contract.exposure,
        contract.lower_bound,
        contract.kept,
        contract.adoption,
        contract.type in ledger.CHAIN_TYPES,
        not contract.unjudged,
        tuple(ids[name] for name in contract.previous_ids if name in ids),
        contract.allowed,
        frozenset(
            (ids[module], ids[definition])
            for module, definition in contract.excepted_definitions
            if module in ids and definition in ids
        ),
    )


def list_contract_names(contracts: Sequence[Contract]) -> set[str]:
    """Return the names that `make_judged` needs the ids of."""
    names = {name for contract in contracts for name in (contract.id, *contract.previous_ids)}
    return names.union(*(pair for contract in contracts for pair in contract.excepted_definitions))


def advance(
    lifecycles: Mapping[Identity, ViolationLifecycle[int]],
    open_: frozenset[Identity],
    result: SnapshotResult,
    violations: frozenset[Identity],
    unknown: frozenset[Identity] = frozenset(),
    unread_before: UnreadSoFar[int] | None = None,
    configuration_before: bytes | None = None,
) -> Changes:
    """Go on to the next snapshot: `archguard.ledger.advance` for all contracts of a branch at once.

    The violations of a contract that could not be judged stay as they are; those of a contract that is
    gone are dropped or fixed, and those of a renamed one go on under its id.

    Args:
        lifecycles: of every violation that ever existed.
        open_: the violations that exist, or may exist.
        result: the next snapshot.
        violations: those that it lists.
        unknown: those of `open_` of which that is unknown.
        unread_before: the modules that the snapshot before could not read; None if that is unknown.
        configuration_before: that of the snapshot before; None if there is none.
    """
    return advance_by(
        lifecycles,
        result,
        violations - open_,
        open_ - violations,
        unknown,
        unread_before,
        configuration_before,
    )


def advance_by(
    lifecycles: Mapping[Identity, ViolationLifecycle[int]],
    result: SnapshotResult,
    added: frozenset[Identity],
    missing: frozenset[Identity],
    unknown: frozenset[Identity],
    unread_before: UnreadSoFar[int] | None,
    configuration_before: bytes | None,
) -> Changes:
    """Do what `advance` does, given what differs.

    Args:
        lifecycles: of every violation that ever existed.
        result: the next snapshot.
        added: the violations that it lists and that were not open.
        missing: those that were open and that it does not list.
        unknown: those that were open and of which nobody knew whether they existed.
        unread_before: as of `advance`.
        configuration_before: as of `advance`.
    """
    previous = {one.contract: one.previous for one in result.judged if one.previous}
    carried = carry_over(lifecycles, previous, added, missing, unknown)
    unjudged_contracts = {one.contract for one in result.judged if not one.has_verdict}
    unjudged = frozenset(one for one in carried.missing if one[0] in unjudged_contracts)

    parents = () if unread_before is None else (unread_before,)
    so_far = ledger.advance_unread(parents, result.unread.modules)
    may_hold = UnknownViolations(result.unread, so_far, result.load_imports).may_hold
    dropping = _Dropping(result, carried.missing, result.configuration == configuration_before)

    def is_unknown(identity: Identity, was_unknown: bool) -> bool:
        return identity in unjudged or may_hold(identity, was_unknown)

    known = {**lifecycles, **carried.lifecycles} if carried.lifecycles else lifecycles
    changes = ledger.advance_by(
        ledger.LedgerState(known, frozenset(), carried.unknown, known.keys()),
        carried.added,
        carried.missing - (unjudged - carried.unknown),
        result.snapshot,
        result.committed_at,
        is_unknown=is_unknown,
        is_dropped=dropping.is_dropped,
    )
    ends = {
        one: replace(
            lifecycles[one],
            fixed=result.snapshot,
            fixed_at=result.committed_at,
            unknown=False,
            dropped=True,
        )
        for one in carried.moved
    }
    after = {**carried.lifecycles, **changes.lifecycles, **ends}
    return Changes(
        result.snapshot,
        _make_points(result, changes, knows_dropped=dropping.is_known),
        {key: one for key, one in after.items() if key not in lifecycles},
        {key: one for key, one in after.items() if key in lifecycles},
        changes.added | frozenset(carried.moved.values()),
        changes.fixed | changes.dropped | carried.moved.keys(),
        carried.missing - changes.fixed - changes.dropped,
        changes.unknown,
        so_far,
        result.configuration,
    )


class _Dropping:
    """Says which violations are not counted any more although their imports are still there."""

    def __init__(self, result: SnapshotResult, missing: Set[Identity], is_same: bool) -> None:
        """Look at nothing yet.

        Args:
            result: the snapshot.
            missing: the violations that it does not list.
            is_same: whether its configuration is that of the snapshot before.
        """
        self._result = result
        self._missing = missing
        self._chain_contracts = {one.contract for one in result.judged if one.follows_chains}
        self._excepted = {one.contract: one.excepted for one in result.judged if one.excepted}
        self._is_same = is_same
        self.is_known = True
        """Whether the graph is there to tell, as far as it was asked."""

    def is_dropped(self, identity: Identity) -> bool:
        """Return whether a violation that is gone is only not counted any more.

        If a contract that follows chains stays the same, its chain was cut: that fixes it.
        """
        if self._is_same and identity[0] in self._chain_contracts:
            return False
        if identity[1:] in self._excepted.get(identity[0], ()):
            return True
        return identity in self._still_imported

    @cached_property
    def _still_imported(self) -> frozenset[Identity]:
        find = self._result.find_still_imported
        found = None if find is None else find(self._missing)
        self.is_known = found is not None
        return found or frozenset()


def _make_points(
    result: SnapshotResult,
    changes: ledger.LifecycleChanges[Identity, int],
    *,
    knows_dropped: bool,
) -> tuple[Point, ...]:
    added, fixed, reintroduced, unknown, dropped = (
        Counter(identity[0] for identity in identities)
        for identities in (
            changes.added,
            changes.fixed,
            changes.reintroduced,
            changes.unknown,
            changes.dropped,
        )
    )
    return tuple(
        Point(
            result.snapshot,
            one,
            added[one.contract],
            fixed[one.contract],
            reintroduced[one.contract],
            unknown[one.contract],
            dropped[one.contract] if knows_dropped or not fixed[one.contract] else None,
        )
        for one in result.judged
    )
