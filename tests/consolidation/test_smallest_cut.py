"""What is answered where the smallest set is not found in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.consolidation import hitting_set, smallest_cut
from archguard.consolidation.added_ways import END, START, AddedWays, Step
from archguard.consolidation.smallest_cut import Cut, find_smallest_cut
from archguard.contract_types.verdict import Edge

if TYPE_CHECKING:
    import pytest

AB, BC, CD, DE = (Edge(*names) for names in ("ab", "bc", "cd", "de"))


def make_ways(*edges: Edge) -> AddedWays:
    """Make one way that passes each of some imports."""
    nodes = [START, *(edge.imported for edge in edges[:-1]), END]
    steps = zip(nodes, nodes[1:], edges, strict=False)
    return AddedWays(tuple(Step(*step) for step in steps), frozenset())


SHARED = [make_ways(AB, BC), make_ways(BC, CD), make_ways(CD, DE)]
"""Two imports are on all of them, and there are three such pairs."""


def test_ways_that_share_imports_are_cut_together() -> None:
    assert find_smallest_cut(SHARED) == Cut(frozenset({AB, CD}), unique=False, smallest=True)
    assert find_smallest_cut(SHARED[:2]) == Cut(frozenset({BC}), unique=True, smallest=True)


def test_ways_that_share_none_are_cut_one_by_one() -> None:
    apart = [make_ways(AB), make_ways(CD, DE)]

    assert find_smallest_cut(apart) == Cut(frozenset({AB, CD}), unique=False, smallest=True)


def test_without_ways_nothing_is_cut() -> None:
    assert find_smallest_cut([]) == Cut(frozenset(), unique=True, smallest=True)


def test_a_search_that_is_given_up_leaves_a_set_without_superfluous_imports(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(smallest_cut, "_MAX_ROUNDS", 0)

    cut = find_smallest_cut(SHARED)

    assert cut is not None
    assert (cut.unique, cut.smallest) == (False, False)
    assert all(cut.edges & {step.edge for step in ways.steps} for ways in SHARED)
    for edge in cut.edges:
        left = cut.edges - {edge}
        assert not all(left & {step.edge for step in ways.steps} for ways in SHARED)


def test_a_search_for_hitting_sets_that_is_given_up_does_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hitting_set, "_MAX_TRIALS", 0)

    cut = find_smallest_cut(SHARED)

    assert cut is not None
    assert not cut.smallest


def test_where_not_even_one_network_can_be_cut_there_is_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(smallest_cut, "_MAX_FLOW_STEPS", 0)

    assert find_smallest_cut(SHARED) is None
