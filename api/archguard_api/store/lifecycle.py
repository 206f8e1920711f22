"""What a branch's snapshots tell, in order: points, and what became of each violation.

Appending an upload and making a branch anew go through the same `advance`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard_api.store.blob_format import Identity


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
    """A snapshot, as far as a story is concerned."""

    snapshot: int
    committed_at: int
    judged: tuple[Judged, ...]
    violations: frozenset[Identity]


@dataclass(frozen=True, slots=True)
class ViolationLifecycle:
    """What became of a violation."""

    first: int
    """A snapshot, as the others."""
    introduced: int
    introduced_at: int
    fixed: int | None
    fixed_at: int | None
    times: int


class Point(NamedTuple):
    """A contract's counts at one snapshot."""

    snapshot: int
    judged: Judged
    added: int
    fixed: int
    reintroduced: int


class Changes(NamedTuple):
    """What a chapter added to a story."""

    points: tuple[Point, ...]
    new: dict[Identity, ViolationLifecycle]
    """Of violations that were never there before."""
    changed: dict[Identity, ViolationLifecycle]


def advance(
    fates: Mapping[Identity, ViolationLifecycle], open_: frozenset[Identity], chapter: SnapshotResult
) -> Changes:
    """Go on to the next snapshot: what `archguard.ledger.Lifecycle` says of each contract's edges.

    A contract that the snapshot does not have stands still.

    Args:
        fates: of every violation that was ever there.
        open_: those that are there.
        chapter: the next snapshot.
    """
    told = Changes((), {}, {})
    same = chapter.violations is open_
    moment = (chapter.snapshot, chapter.committed_at)
    judged = {one.contract for one in chapter.judged}
    added = frozenset() if same else chapter.violations - open_
    fixed = [] if same else [one for one in open_ - chapter.violations if one[0] in judged]
    for one in fixed:
        told.changed[one] = replace(fates[one], fixed=moment[0], fixed_at=moment[1])
    for one in added:
        before = fates.get(one)
        if before is None:
            told.new[one] = ViolationLifecycle(moment[0], *moment, None, None, 1)
        else:
            told.changed[one] = ViolationLifecycle(before.first, *moment, None, None, before.times + 1)
    counts = [Counter(one[0] for one in some) for some in (added, fixed, added & told.changed.keys())]
    points = (
        Point(chapter.snapshot, one, *(count[one.contract] for count in counts))
        for one in chapter.judged
    )
    return told._replace(points=tuple(points))


def open_after(open_: frozenset[Identity], chapter: SnapshotResult) -> frozenset[Identity]:
    """The violations that are there afterwards."""
    judged = {one.contract for one in chapter.judged}
    standing = {one for one in open_ if one[0] not in judged}
    return chapter.violations | standing if standing else chapter.violations


def is_open(fate: ViolationLifecycle) -> bool:
    """Whether the violation is there."""
    return fate.fixed is None
