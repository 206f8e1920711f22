"""The lifecycle of violations: which ones a commit adds, fixes, drops, reintroduces or leaves unknown.

`advance` is the only implementation of that rule. `HistoryLedger` applies it to the contracts of a
history, with its merges; the service's store applies it to all contracts of a branch at once.

For a commit with one parent: (violations + unknown) = that of the parent + added - fixed - dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence, Set

CHAIN_TYPES = frozenset({"acyclic_siblings", "forbidden", "independence", "layers"})
"""The contract types that follow chains: where one is cut, its last import violates nothing any more."""
DEFINITION_TYPES = frozenset({"canonical"})
"""The contract types that are about classes, not about imports; a class is written `module:Name`."""
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
    """The commit that fixed or dropped it; None while it is open."""
    fixed_at: int | None
    times: int
    """How often it was introduced; it was reintroduced if more than once."""
    unknown: bool = False
    """Whether it is open only because nobody can know whether it still exists."""
    dropped: bool = False
    """Whether `fixed` only stopped counting it, while the import is still there."""

    @property
    def is_open(self) -> bool:
        """Whether nothing has fixed or dropped the violation since it was introduced."""
        return self.fixed is None


@dataclass(frozen=True, slots=True)
class LedgerState(Generic[Violation, Commit]):
    """What has become of violations, up to one commit."""

    lifecycles: Mapping[Violation, ViolationLifecycle[Commit]] = field(default_factory=dict)
    """Of every violation that is open or was fixed."""
    open: Set[Violation] = frozenset()
    """The violations that exist, and those of which that is unknown."""
    unknown: Set[Violation] = frozenset()
    """The open ones of which nobody can know whether they exist."""
    fixed_before: Set[Violation] = frozenset()
    """Those that this commit or an earlier one fixed, the reintroduced ones included."""


@dataclass(frozen=True, slots=True)
class LifecycleChanges(Generic[Violation, Commit]):
    """How the violations of a commit differ from those of its parents."""

    added: frozenset[Violation]
    """They exist, and no parent had them; reintroduced ones included, so that counts add up."""
    fixed: frozenset[Violation]
    """Every parent had them, and they do not exist any more; `dropped` ones are none of them."""
    reintroduced: frozenset[Violation]
    """The added ones that an earlier commit had fixed."""
    lifecycles: dict[Violation, ViolationLifecycle[Commit]]
    """The new lifecycle of each violation that was added, fixed, dropped, or became unknown or known."""
    unknown: frozenset[Violation] = frozenset()
    """A parent had them, and nobody can know whether they still exist: neither fixed nor counted."""
    dropped: frozenset[Violation] = frozenset()
    """Every parent had them, and they are not counted any more, though the import is still there."""
    gone_before: frozenset[Violation] = frozenset()
    """Some parents had them and others did not, and neither has the merge: no change of its own."""


def advance(
    state: LedgerState[Violation, Commit],
    violations: Set[Violation],
    commit: Commit,
    committed_at: int,
    *,
    is_unknown: Callable[[Violation, bool], bool] | None = None,
    is_dropped: Callable[[Violation], bool] | None = None,
    in_all_parents: Set[Violation] | None = None,
) -> LifecycleChanges[Violation, Commit]:
    """Compare a commit with its parents.

    Args:
        state: the parent's; of several parents, `combine_states` of theirs.
        violations: what exists at the commit; costs nothing if it is the same object as `state.open`.
        commit: the commit.
        committed_at: its time, in seconds since 1970.
        is_unknown: says of a violation that was open, and is not in `violations`, whether it may exist
            all the same, given whether that was unknown before; None if no violation may.
        is_dropped: says of a violation that is gone whether its import is still there; None if none is.
        in_all_parents: the violations that are open in every parent; None if that is `state.open`.
    """
    if violations is state.open and not state.unknown:
        return LifecycleChanges(frozenset(), frozenset(), frozenset(), {})
    return advance_by(
        state,
        frozenset(violations - state.open),
        state.open - violations,
        commit,
        committed_at,
        is_unknown=is_unknown,
        is_dropped=is_dropped,
        in_all_parents=in_all_parents,
    )


def advance_by(
    state: LedgerState[Violation, Commit],
    added: frozenset[Violation],
    missing: Set[Violation],
    commit: Commit,
    committed_at: int,
    *,
    is_unknown: Callable[[Violation, bool], bool] | None = None,
    is_dropped: Callable[[Violation], bool] | None = None,
    in_all_parents: Set[Violation] | None = None,
) -> LifecycleChanges[Violation, Commit]:
    """Do what `advance` does, given what differs; it takes as long as that is many, and no longer.

    Args:
        state: as of `advance`; `open` is not read.
        added: what exists at the commit and was not open.
        missing: what was open and is not listed at the commit.
        commit: the commit.
        committed_at: its time, in seconds since 1970.
        is_unknown: as of `advance`.
        is_dropped: as of `advance`.
        in_all_parents: as of `advance`.
    """
    unknown = frozenset[Violation]()
    if is_unknown is not None:
        unknown = frozenset(one for one in missing if is_unknown(one, one in state.unknown))
    gone = frozenset(missing - unknown)
    settled = gone if in_all_parents is None else gone & in_all_parents
    dropped = frozenset(filter(is_dropped, settled)) if is_dropped else frozenset[Violation]()
    fixed = settled - dropped
    before = state.lifecycles
    resumed = frozenset(one for one in added if one in before and before[one].dropped)
    reintroduced = frozenset(one for one in added - resumed if one in state.fixed_before)
    changed = {one: replace(before[one], unknown=True) for one in unknown - state.unknown}
    changed |= {
        one: replace(before[one], unknown=False) for one in state.unknown - unknown - (gone - settled)
    }
    changed |= {
        one: replace(
            before[one], fixed=commit, fixed_at=committed_at, unknown=False, dropped=one in dropped
        )
        for one in settled
    }
    changed |= {one: replace(before[one], fixed=None, fixed_at=None, dropped=False) for one in resumed}
    for violation in added - resumed:
        first, times = commit, 1
        if violation in reintroduced and violation in before:
            first, times = before[violation].first, before[violation].times + 1
        changed[violation] = ViolationLifecycle(first, commit, committed_at, None, None, times)
    return LifecycleChanges(added, fixed, reintroduced, changed, unknown, dropped, gone - settled)


def apply_changes(
    state: LedgerState[Violation, Commit], changes: LifecycleChanges[Violation, Commit]
) -> LedgerState[Violation, Commit]:
    """Return the state of a commit, given that of its parents and how the commit differs from it."""
    if not (changes.lifecycles or changes.gone_before):
        return state
    lifecycles = {**state.lifecycles, **changes.lifecycles}
    for violation in changes.gone_before:
        del lifecycles[violation]
    return LedgerState(
        lifecycles,
        (state.open | changes.added) - changes.fixed - changes.dropped - changes.gone_before,
        changes.unknown,
        state.fixed_before | changes.fixed,
    )


def combine_states(
    states: Sequence[LedgerState[Violation, Commit]],
) -> LedgerState[Violation, Commit]:
    """Return what the parents of a commit know together.

    A violation is open if it is open in any of them, since the one that was introduced first.
    """
    if not states:
        return LedgerState()
    if all(state is states[0] for state in states):
        return states[0]
    lifecycles = dict(states[0].lifecycles)
    for state in states[1:]:
        for violation, lifecycle in state.lifecycles.items():
            other = lifecycles.setdefault(violation, lifecycle)
            if other is not lifecycle:
                lifecycles[violation] = min(other, lifecycle, key=_get_precedence)
    return LedgerState(
        lifecycles,
        frozenset().union(*(state.open for state in states)),
        frozenset(one for state in states for one in state.unknown if lifecycles[one].unknown),
        frozenset().union(*(state.fixed_before for state in states)),
    )


def _get_precedence(lifecycle: ViolationLifecycle[Commit]) -> tuple[bool, int, bool, int]:
    """Order the lifecycles of one violation: an open one first, then the oldest, then a known one."""
    return (not lifecycle.is_open, lifecycle.introduced_at, lifecycle.unknown, -lifecycle.times)
