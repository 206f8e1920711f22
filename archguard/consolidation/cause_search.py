"""The fewest added imports without which a change would have no new violations."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.consolidation.added_ways import find_makers, reduce_passage
from archguard.consolidation.smallest_cut import find_smallest_cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence, Set

    from archguard.consolidation.added_ways import AddedWays
    from archguard.consolidation.smallest_cut import Cut
    from archguard.contract_types.verdict import Edge, Passage

    Makers = dict[tuple[str, Edge], set[Edge]]
    """New violations, as contract id and edge, each with the imports that make it."""


class BrokenContract(NamedTuple):
    """A contract with new violations."""

    id: str
    iterate_passages: Callable[[], Iterable[Passage]]
    """Yields the ways of its forbidden chains after the change."""
    added: Set[Edge]
    """The imports that the change added, as far as the contract judges them."""
    new: Set[Edge]
    """The new violations."""


class CausesFound(NamedTuple):
    """The imports to blame."""

    cut: Cut
    makers: Makers
    """The violations that the cut explains: each has one of its imports at least."""


def find_causes(contracts: Sequence[BrokenContract]) -> CausesFound | None:
    """Find the fewest added imports without which there would be no new violations.

    Violations that are there without any added import have no cause.

    Returns:
        None if the search takes too long.

    Raises:
        ContractError: a contract does not fit the graph.
    """
    explained: dict[str, Set[Edge]] = {}
    ways: list[AddedWays] = []
    for contract in contracts:
        explained[contract.id], contract_ways = _list_ways(contract)
        ways += contract_ways
    cut = find_smallest_cut(ways)
    return None if cut is None else CausesFound(cut, _find_makers(contracts, cut, explained))


def _list_ways(contract: BrokenContract) -> tuple[Set[Edge], list[AddedWays]]:
    """Return the new violations that added imports make, and the ways on which they do it."""
    new = contract.new
    while new:
        ways = [reduce_passage(passage, contract.added, new) for passage in contract.iterate_passages()]
        unexplained = frozenset().union(*(one.unexplained for one in ways))
        if not unexplained:
            return new, ways
        new = new - unexplained
    return new, []


def _find_makers(
    contracts: Iterable[BrokenContract], cut: Cut, explained: Mapping[str, Set[Edge]]
) -> Makers:
    """Return the imports that make each violation without the others; if none does, with them."""
    if len(cut.edges) == 1:
        return {(name, edge): set(cut.edges) for name, edges in explained.items() for edge in edges}
    makers: Makers = {(name, edge): set() for name, edges in explained.items() for edge in edges}
    for together in (False, True):
        for contract in contracts:
            left = {edge for edge in explained[contract.id] if not makers[contract.id, edge]}
            for passage in contract.iterate_passages() if left else ():
                for edge, found in find_makers(passage, cut.edges, left, together=together).items():
                    makers[contract.id, edge] |= found
    return makers
