"""What becomes of violations from commit to commit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archguard.contract_types.verdict import Edge
from archguard.ledger import ContractLifecycle, ViolationLifecycle, advance

A, B, C = (Edge(name, "old") for name in "abc")


def _advance(
    lifecycle: ContractLifecycle, number: int, *edges: Edge
) -> tuple[set[Edge], set[Edge], set[Edge]]:
    change = lifecycle.advance(f"commit{number}", number, set(edges))
    return set(change.added), set(change.fixed), set(change.reintroduced)


def test_what_is_fixed_and_back_is_reintroduced_and_added() -> None:
    lifecycle = ContractLifecycle()

    assert _advance(lifecycle, 1, A, B) == ({A, B}, set(), set())
    assert _advance(lifecycle, 2, B) == (set(), {A}, set())
    assert _advance(lifecycle, 3, A, B, C) == ({A, C}, set(), {A})


def test_an_open_violation_knows_since_when_and_how_often() -> None:
    lifecycle = ContractLifecycle()
    for number, edges in enumerate([[A, B], [B], [A, B]]):
        _advance(lifecycle, number, *edges)

    assert {(edge, one.introduced, one.times) for edge, one in lifecycle.open.items()} == {
        (A, "commit2", 2),
        (B, "commit0", 1),
    }


def test_a_reintroduced_violation_keeps_the_commit_that_had_it_first() -> None:
    lifecycle = ContractLifecycle()
    for number, edges in enumerate([[A], [], [A]]):
        _advance(lifecycle, number, *edges)

    assert lifecycle.open[A] == ViolationLifecycle("commit0", "commit2", 2, None, None, 2)


def test_a_fixed_violation_keeps_when_it_was_introduced() -> None:
    open_before = {A: ViolationLifecycle("commit0", "commit0", 0, None, None, 1)}

    changes = advance(open_before, {A}, set(), "commit1", 1)

    assert changes.lifecycles == {A: ViolationLifecycle("commit0", "commit0", 0, "commit1", 1, 1)}
    assert not changes.lifecycles[A].is_open


@given(st.lists(st.sets(st.sampled_from([A, B, C]))))
def test_counts_add_up(story: list[set[Edge]]) -> None:
    lifecycle = ContractLifecycle()
    count = 0
    seen: set[Edge] = set()
    for number, edges in enumerate(story):
        added, fixed, reintroduced = _advance(lifecycle, number, *edges)
        count += len(added) - len(fixed)
        assert count == len(edges) == len(lifecycle.open)
        assert reintroduced == added & seen
        seen |= edges
