"""What all walks over one tree share, so that no answer depends on what was asked before it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Attempt = tuple[str, int]
"""A module, and the number of a `try` statement in it."""


class WalkState:
    """How deep the walks are, how often a way was cut, and which `try` statements are decided.

    A way is cut where it leads back to what is being decided. What rests on a cut holds for the question
    alone that was asked first; it is forgotten with the answer.
    """

    def __init__(self) -> None:
        """Nothing is asked yet."""
        self.cuts = 0
        self._depth = 0
        self._open: set[Attempt] = set()
        self._certain: dict[Attempt, int | None] = {}
        self._tentative: dict[Attempt, int | None] = {}

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being decided."""
        return self._depth == 0

    @contextmanager
    def deepen(self) -> Iterator[None]:
        """Decide something until the block ends."""
        if self.is_idle:
            self._tentative.clear()
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def decide(self, attempt: Attempt, compute: Callable[[], int | None]) -> int | None:
        """Return the index of the import that ends the body of a `try`; None if none certainly does.

        Args:
            attempt: the statement.
            compute: finds the index; it may ask for other statements, and for this one again.
        """
        if attempt in self._certain:
            return self._certain[attempt]
        if attempt in self._open:  # in a circle of imports: taken to succeed
            self.cuts += 1
            return None
        with self.deepen():
            if attempt in self._tentative:
                self.cuts += 1
                return self._tentative[attempt]
            cuts = self.cuts
            self._open.add(attempt)
            try:
                index = compute()
            finally:
                self._open.remove(attempt)
            known = self._certain if cuts == self.cuts else self._tentative
            known[attempt] = index
            return index
