"""What becomes of a contract's violations from commit to commit: added, fixed, reintroduced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set

    from archguard.contract_types.verdict import Edge


@dataclass(frozen=True, slots=True)
class Moment:
    """A commit in a history."""

    commit: str
    committed_at: int
    """Seconds since 1970, by the committer's clock."""


@dataclass(frozen=True, slots=True)
class Open:
    """A violation that is there, and since when."""

    edge: Edge
    since: Moment
    times: int
    """How often it was introduced: more than once, it was reintroduced."""


@dataclass(frozen=True, slots=True)
class Change:
    """How a contract's violations differ from those of the commit before."""

    added: frozenset[Edge]
    """There now and not before; the reintroduced ones too, so that counts add up."""
    fixed: frozenset[Edge]
    reintroduced: frozenset[Edge]
    """Of those added: fixed at some commit before, and back now."""


class Lifecycle:
    """The story of one contract's violations, told in order."""

    def __init__(self) -> None:
        self.open: dict[Edge, Open] = {}
        self._times: dict[Edge, int] = {}

    def advance(self, moment: Moment, violations: Set[Edge]) -> Change:
        """Go on to the next commit, which has these violations."""
        before = self.open.keys()
        added = frozenset(violations - before)
        fixed = frozenset(before - violations)
        for edge in fixed:
            del self.open[edge]
        for edge in added:
            self._times[edge] = times = self._times.get(edge, 0) + 1
            self.open[edge] = Open(edge, moment, times)
        return Change(added, fixed, frozenset(edge for edge in added if self._times[edge] > 1))
