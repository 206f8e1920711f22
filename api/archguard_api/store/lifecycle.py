"""What a branch's snapshots tell, in order: points, and what became of each violation.

Appending an upload and making a branch anew go through the same `advance`.
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
    """A snapshot, as far as lifecycles are concerned."""

    snapshot: int
    committed_at: int
    judged: tuple[Judged, ...]
    violations: frozenset[Identity]
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

    points: tuple[Point, ...]
    new: dict[Identity, ViolationLifecycle[int]]
    """Of violations that never existed before."""
    changed: dict[Identity, ViolationLifecycle[int]]
    """Of violations that were fixed or reintroduced, or became unknown or known again."""
    open: frozenset[Identity]
    """The violations that exist afterwards, or may exist."""
    unknown: frozenset[Identity]
    """Those of them of which that is unknown."""
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
    fates: Mapping[Identity, ViolationLifecycle[int]],
    open_: frozenset[Identity],
    chapter: SnapshotResult,
    unknown: frozenset[Identity] = frozenset(),
    unread_before: UnreadSoFar[int] | None = None,
) -> Changes:
    """Go on to the next snapshot: `archguard.ledger.advance` for all contracts of a branch at once.

    The violations of a contract that the snapshot does not have stay as they are.

    Args:
        fates: of every violation that ever existed.
        open_: the violations that exist, or may exist.
        chapter: the next snapshot.
        unknown: those of `open_` of which that is unknown.
        unread_before: the modules that the snapshot before could not read; None if that is unknown.
    """
    judged = {one.contract for one in chapter.judged}
    unjudged = {identity for identity in open_ if identity[0] not in judged}

    parents = () if unread_before is None else (unread_before,)
    so_far = ledger.advance_unread(parents, chapter.unread.modules)
    may_hold = UnknownViolations(chapter.unread, so_far, chapter.load_imports).may_hold

    def is_unknown(identity: Identity, was_unknown: bool) -> bool:
        return identity in unjudged or may_hold(identity, was_unknown)

    changes = ledger.advance(
        ledger.LedgerState(fates, open_, unknown, fates.keys()),
        chapter.violations | (unjudged - unknown) if unjudged else chapter.violations,
        chapter.snapshot,
        chapter.committed_at,
        is_unknown=is_unknown,
    )
    first_times = changes.added - changes.reintroduced
    counts = [
        Counter(identity[0] for identity in identities)
        for identities in (changes.added, changes.fixed, changes.reintroduced, changes.unknown)
    ]
    return Changes(
        tuple(
            Point(chapter.snapshot, one, *(count[one.contract] for count in counts))
            for one in chapter.judged
        ),
        {key: one for key, one in changes.lifecycles.items() if key in first_times},
        {key: one for key, one in changes.lifecycles.items() if key not in first_times},
        (open_ | changes.added) - changes.fixed if changes.added or changes.fixed else open_,
        changes.unknown,
        so_far,
    )
