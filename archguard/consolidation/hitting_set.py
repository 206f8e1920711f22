"""The smallest set that has an element in common with each of some sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from archguard.contract_types.verdict import Edge

_MAX_TRIALS = 50_000


class EffortExceededError(Exception):
    """A search takes too long."""


def find_hitting_set(sets: Sequence[frozenset[Edge]], most: int | None = None) -> frozenset[Edge] | None:
    """Return a smallest set with an element of each set.

    Args:
        sets: the sets.
        most: how many elements it may have; any number by default.

    Returns:
        None if there is none.

    Raises:
        EffortExceededError: the search takes too long.
    """
    if not all(sets):
        return None
    search = _Search()
    needed = sorted(set(sets), key=lambda one: (len(one), sorted(one)))
    needed = [one for number, one in enumerate(needed) if not any(o <= one for o in needed[:number])]
    limit = len(needed) if most is None else most
    for size in range(_count_disjoint(needed), limit + 1):
        hit = search.hit(needed, size)
        if hit is not None:
            return frozenset(hit)
    return None


class _Search:
    def __init__(self) -> None:
        self._trials = 0

    def hit(self, sets: Sequence[frozenset[Edge]], size: int) -> list[Edge] | None:
        """Return at most `size` elements that hit every set, trying those of the smallest set."""
        if not sets:
            return []
        self._trials += 1
        if self._trials > _MAX_TRIALS:
            raise EffortExceededError
        if _count_disjoint(sets) > size:
            return None
        smallest = min(sets, key=len)
        for element in sorted(smallest):
            rest = self.hit([one for one in sets if element not in one], size - 1)
            if rest is not None:
                return [element, *rest]
        return None


def _count_disjoint(sets: Collection[frozenset[Edge]]) -> int:
    """Return the number of some sets that have nothing in common: each needs an element of its own."""
    covered: set[Edge] = set()
    count = 0
    for elements in sets:
        if covered.isdisjoint(elements):
            covered |= elements
            count += 1
    return count
