"""What is known at the commits of a history, from parents to children."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

State = TypeVar("State")


class Lineage(Generic[State]):
    """The state at each commit that has children yet to come, and at the last one."""

    def __init__(self, parents: Mapping[str, Sequence[str]]) -> None:
        """Start before the first commit.

        Args:
            parents: of each commit those that it is compared with, each commit after its parents.
        """
        self._parents = parents
        self._children_to_come = Counter(parent for commit in parents for parent in parents[commit])
        self._states: dict[str, State] = {}
        self.last: State | None = None
        """The state at the commit that was stored last; None before the first one."""

    def find_parents(self, commit: str) -> list[State]:
        """Return the states at a commit's parents."""
        return [self._states[parent] for parent in self._parents[commit]]

    def store(self, commit: str, state: State) -> None:
        """Store the state at a commit; forget those that no child needs any more."""
        self.last = state
        for parent in self._parents[commit]:
            self._children_to_come[parent] -= 1
            if not self._children_to_come[parent]:
                del self._states[parent]
        if self._children_to_come[commit]:
            self._states[commit] = state
