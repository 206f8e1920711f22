"""What a branch's snapshots tell, in order: points, and what became of each violation.

An upload that is appended goes through `advance`, a rebuild through `advance_by`, which takes as long as
much differs from the snapshot before; both go by the same rule.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from archguard import ledger
from archguard_api.store.unknown_violations import NOTHING_UNREAD, UnknownViolations, UnreadParts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard.ledger import UnreadSoFar, ViolationLifecycle
    from archguard.snapshot import Contract
    from archguard_api.store.blob_format import Identity
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


class SnapshotResult(NamedTuple):
    """A snapshot, as far as lifecycles are concerned, but for its violations."""

    snapshot: int
    committed_at: int
    judged: tuple[Judged, ...]
    unread: UnreadParts = NOTHING_UNREAD
    load_imports: LoadImports | None = None


class Point(NamedTuple):
    """A contract's counts at one snapshot."""

    snapshot: int
    judged: Judged
    added: int
    fixed: int
    reintroduced: int
    unknown: int


class Changes(NamedTuple):
    """What a snapshot adds to a branch's story."""

    snapshot: int
    points: tuple[Point, ...]
    new: dict[Identity, ViolationLifecycle[int]]
    """Of violations that never existed before."""
    changed: dict[Identity, ViolationLifecycle[int]]
    """Of violations that were fixed or reintroduced, or became unknown or known again."""
    added: frozenset[Identity]
    fixed: frozenset[Identity]
    unlisted: frozenset[Identity]
    """The violations that are open, though the snapshot does not list them."""
    unknown: frozenset[Identity]
    """Those of them of which nobody knows whether they exist."""
    unread: UnreadSoFar[int]
    """The modules that the snapshot could not read, compared with those before."""


def make_judged(contract: Contract, contract_id: int) -> Judged:
    """Return a contract's verdict, given the contract's interned id."""
    return Judged(
        contract_id,
        contract.violations,
        contract.exposure,
        contract.lower_bound,
        contract.kept,
        contract.adoption,
    )


def advance(
    lifecycles: Mapping[Identity, ViolationLifecycle[int]],
    open_: frozenset[Identity],
    result: SnapshotResult,
    violations: frozenset[Identity],
    unknown: frozenset[Identity] = frozenset(),
    unread_before: UnreadSoFar[int] | None = None,
) -> Changes:
    """Go on to the next snapshot: `archguard.ledger.advance` for all contracts of a branch at once.

    The violations of a contract that the snapshot does not have stay as they are.

    Args:
        lifecycles: of every violation that ever existed.
        open_: the violations that exist, or may exist.
        result: the next snapshot.
        violations: those that it lists.
        unknown: those of `open_` of which that is unknown.
        unread_before: the modules that the snapshot before could not read; None if that is unknown.
    """
    return advance_by(lifecycles, result, violations - open_, open_ - violations, unknown, unread_before)


def advance_by(
    lifecycles: Mapping[Identity, ViolationLifecycle[int]],
    result: SnapshotResult,
    added: frozenset[Identity],
    missing: frozenset[Identity],
    unknown: frozenset[Identity],
    unread_before: UnreadSoFar[int] | None,
) -> Changes:
    """Do what `advance` does, given what differs.

    Args:
        lifecycles: of every violation that ever existed.
        result: the next snapshot.
        added: the violations that it lists and that were not open.
        missing: those that were open and that it does not list.
        unknown: those that were open and of which nobody knew whether they existed.
        unread_before: as of `advance`.
    """
    judged = {one.contract for one in result.judged}
    unjudged = frozenset(identity for identity in missing if identity[0] not in judged)

    parents = () if unread_before is None else (unread_before,)
    so_far = ledger.advance_unread(parents, result.unread.modules)
    may_hold = UnknownViolations(result.unread, so_far, result.load_imports).may_hold

    def is_unknown(identity: Identity, was_unknown: bool) -> bool:
        return identity in unjudged or may_hold(identity, was_unknown)

    changes = ledger.advance_by(
        ledger.LedgerState(lifecycles, frozenset(), unknown, lifecycles.keys()),
        added,
        missing - (unjudged - unknown),
        result.snapshot,
        result.committed_at,
        is_unknown=is_unknown,
    )
    first_times = changes.added - changes.reintroduced
    counts = [
        Counter(identity[0] for identity in identities)
        for identities in (changes.added, changes.fixed, changes.reintroduced, changes.unknown)
    ]
    return Changes(
        result.snapshot,
        tuple(
            Point(result.snapshot, one, *(count[one.contract] for count in counts))
            for one in result.judged
        ),
        {key: one for key, one in changes.lifecycles.items() if key in first_times},
        {key: one for key, one in changes.lifecycles.items() if key not in first_times},
        changes.added,
        changes.fixed,
        missing - changes.fixed,
        changes.unknown,
        so_far,
    )
