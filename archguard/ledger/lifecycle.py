"""The lifecycle of violations: which ones a commit adds, fixes and reintroduces.

`advance` is the only implementation of that rule. `ContractLifecycle` applies it to one contract along a
history; the service's store applies it to all contracts of a branch at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from archguard.contract_types.verdict import Edge

Commit = TypeVar("Commit")
"""How the caller identifies a commit: the history by its id, the service by its snapshot's number."""
Violation = TypeVar("Violation")


@dataclass(frozen=True, slots=True)
class ViolationLifecycle(Generic[Commit]):
    """What has become of one violation so far."""

    first: Commit
    """The commit that had it first."""
    introduced: Commit
    """The commit that introduced it last."""
    introduced_at: int
    """When that was committed, in seconds since 1970, by the committer's clock."""
    fixed: Commit | None
    """The commit that fixed it; None while it is open."""
    fixed_at: int | None
    times: int
    """How often it was introduced; it was reintroduced if more than once."""

    @property
    def is_open(self) -> bool:
        """Whether the violation exists now."""
        return self.fixed is None


@dataclass(frozen=True, slots=True)
class LifecycleChanges(Generic[Violation, Commit]):
    """How the violations of a commit differ from those of the commit before it."""

    added: frozenset[Violation]
    """Open now and not before, reintroduced ones included, so that counts add up."""
    fixed: frozenset[Violation]
    """Open before and not now."""
    reintroduced: frozenset[Violation]
    """The added ones that an earlier commit had fixed."""
    lifecycles: dict[Violation, ViolationLifecycle[Commit]]
    """The new lifecycle of each violation that was added or fixed."""


def advance(
    lifecycles: Mapping[Violation, ViolationLifecycle[Commit]],
    open_violations: Set[Violation],
    violations: Set[Violation],
    commit: Commit,
    committed_at: int,
) -> LifecycleChanges[Violation, Commit]:
    """Compare the next commit with the one before it.

    Args:
        lifecycles: of every violation that ever existed.
        open_violations: those of them that are open.
        violations: what exists at the next commit; costs nothing if it is the same object.
        commit: the next commit.
        committed_at: its time, in seconds since 1970.
    """
    if violations is open_violations:
        return LifecycleChanges(frozenset(), frozenset(), frozenset(), {})
    added = frozenset(violations - open_violations)
    fixed = frozenset(open_violations - violations)
    changed = {one: replace(lifecycles[one], fixed=commit, fixed_at=committed_at) for one in fixed}
    reintroduced = frozenset(one for one in added if one in lifecycles)
    for violation in added:
        first, times = commit, 1
        if violation in reintroduced:
            before = lifecycles[violation]
            first, times = before.first, before.times + 1
        changed[violation] = ViolationLifecycle(first, commit, committed_at, None, None, times)
    return LifecycleChanges(added, fixed, reintroduced, changed)


class ContractLifecycle:
    """The lifecycles of one contract's violations, commit by commit."""

    def __init__(self) -> None:
        self.open: dict[Edge, ViolationLifecycle[str]] = {}
        """The violations that exist now."""
        self._lifecycles: dict[Edge, ViolationLifecycle[str]] = {}

    def advance(
        self, commit: str, committed_at: int, violations: Set[Edge]
    ) -> LifecycleChanges[Edge, str]:
        """Go on to the next commit, which has these violations."""
        changes = advance(self._lifecycles, self.open.keys(), violations, commit, committed_at)
        self._lifecycles |= changes.lifecycles
        for edge in changes.fixed:
            del self.open[edge]
        for edge in changes.added:
            self.open[edge] = changes.lifecycles[edge]
        return changes
