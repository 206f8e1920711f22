"""The fewest imports to remove so that a contract that forbids chains has no violation left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.consolidation.added_ways import reduce_passage
from archguard.consolidation.smallest_cut import find_smallest_cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from archguard.consolidation.smallest_cut import Cut
    from archguard.contract_types.verdict import Edge, Passage


def find_contract_cut(
    passages: Iterable[Passage], imports: Set[Edge], violations: Set[Edge]
) -> Cut | None:
    """Return the fewest imports that are on all forbidden ways; None if the search takes too long.

    It is the search for the causes of a change that added every import.

    Args:
        passages: the ways of the contract's forbidden chains.
        imports: every import that the contract judges.
        violations: its violations.
    """
    return find_smallest_cut([reduce_passage(one, imports, violations) for one in passages])
