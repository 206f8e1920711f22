"""What becomes of violations from commit to commit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archguard.contract_types.verdict import Edge
from archguard.ledger import LedgerState, ViolationLifecycle, advance, apply_changes, combine_states

A, B, C = (Edge(name, "old") for name in "abc")
State = LedgerState[Edge, str]


class Line:
    """A contract's violations along a line of commits."""

    def __init__(self) -> None:
        self.state: State = LedgerState()
        self._commits = 0

    def go_on(self, *edges: Edge, unread: str = "") -> tuple[set[Edge], set[Edge], set[Edge], set[Edge]]:
        """Return what the next commit added, fixed, reintroduced and left unknown."""
        commit = f"commit{self._commits}"
        changes = advance(
            self.state,
            set(edges),
            commit,
            self._commits,
            is_unknown=lambda edge, _: edge.importer in unread,
        )
        self.state = apply_changes(self.state, changes)
        self._commits += 1
        return tuple(  # type: ignore[return-value]  # four of them
            map(set, (changes.added, changes.fixed, changes.reintroduced, changes.unknown))
        )


def test_what_is_fixed_and_back_is_reintroduced_and_added() -> None:
    line = Line()

    assert line.go_on(A, B) == ({A, B}, set(), set(), set())
    assert line.go_on(B) == (set(), {A}, set(), set())
    assert line.go_on(A, B, C) == ({A, C}, set(), {A}, set())


def test_an_open_violation_knows_since_when_and_how_often() -> None:
    line = Line()
    for edges in ([A, B], [B], [A, B]):
        line.go_on(*edges)

    lifecycles = line.state.lifecycles
    assert {(edge, lifecycles[edge].introduced, lifecycles[edge].times) for edge in line.state.open} == {
        (A, "commit2", 2),
        (B, "commit0", 1),
    }


def test_a_reintroduced_violation_keeps_the_commit_that_had_it_first() -> None:
    line = Line()
    for edges in ([A], [], [A]):
        line.go_on(*edges)

    assert line.state.lifecycles[A] == ViolationLifecycle("commit0", "commit2", 2, None, None, 2)


def test_a_fixed_violation_keeps_when_it_was_introduced() -> None:
    line = Line()
    line.go_on(A)
    line.go_on()

    assert line.state.lifecycles == {A: ViolationLifecycle("commit0", "commit0", 0, "commit1", 1, 1)}
    assert not line.state.lifecycles[A].is_open


def test_what_cannot_be_read_for_a_while_is_neither_fixed_nor_back() -> None:
    line = Line()
    line.go_on(A, B)

    assert line.go_on(B, unread="a") == (set(), set(), set(), {A})
    assert line.state.lifecycles[A].unknown
    assert line.go_on(B, unread="a") == (set(), set(), set(), {A})
    assert line.go_on(A, B) == (set(), set(), set(), set())
    assert line.state.lifecycles[A] == ViolationLifecycle("commit0", "commit0", 0, None, None, 1)


def test_what_is_gone_when_it_can_be_read_again_is_fixed_there() -> None:
    line = Line()
    line.go_on(A)
    line.go_on(unread="a")

    assert line.go_on() == (set(), {A}, set(), set())
    assert line.state.lifecycles[A].fixed == "commit2"
    assert not line.state.lifecycles[A].unknown


def test_what_nobody_had_before_is_not_unknown() -> None:
    line = Line()
    line.go_on(A)

    assert line.go_on(A, unread="b") == (set(), set(), set(), set())


def _state(*edges: Edge, at: int = 0) -> State:
    return apply_changes(LedgerState(), advance(LedgerState(), set(edges), f"commit{at}", at))


def test_parents_together_have_what_any_of_them_has_since_the_first_introduction() -> None:
    state = combine_states([_state(A, B, at=2), _state(B, C, at=1)])

    assert state.open == {A, B, C}
    assert state.lifecycles[B].introduced == "commit1"


def test_what_was_introduced_three_times_says_so() -> None:
    line = Line()
    for edges in ([A], [], [A], [], [A]):
        line.go_on(*edges)

    assert line.state.lifecycles[A].times == 3


def test_what_stays_unknown_has_no_new_lifecycle() -> None:
    line = Line()
    line.go_on(A, B)
    line.go_on(B, unread="a")

    changes = advance(line.state, {B}, "again", 2, is_unknown=lambda edge, _: edge == A)

    assert changes.unknown == {A}
    assert changes.lifecycles == {}


def test_what_exists_as_before_is_known_again_if_it_was_unknown() -> None:
    line = Line()
    line.go_on(A)
    line.go_on(unread="a")

    changes = advance(line.state, line.state.open, "again", 2)

    assert not changes.unknown
    assert not changes.lifecycles[A].unknown


def test_what_only_some_parents_had_and_the_merge_has_not_is_forgotten() -> None:
    line = Line()
    line.go_on(A, B)
    line.go_on(B, unread="a")
    state = combine_states([line.state, _state(B)])

    changes = advance(state, {B}, "merge", 2, in_all_parents={B})
    merged = apply_changes(state, changes)

    assert changes.gone_before == {A}
    assert not changes.fixed
    assert not changes.lifecycles
    assert merged.lifecycles.keys() == merged.open == {B}


def test_what_is_open_in_a_parent_is_open_and_of_two_introductions_the_repeated_one_counts() -> None:
    fixed, back = Line(), Line()
    for line, story in ((fixed, ([A], [])), (back, ([A], [], [A]))):
        for edges in story:
            line.go_on(*edges)
    anew = _state(A, at=2)

    for states in ([fixed.state, anew], [anew, fixed.state]):
        assert combine_states(states).lifecycles[A].is_open
    for states in ([back.state, anew], [anew, back.state]):
        assert combine_states(states).lifecycles[A].times == 2


def test_no_parents_have_nothing() -> None:
    assert combine_states([]) == LedgerState()


@given(st.lists(st.tuples(st.sets(st.sampled_from([A, B, C])), st.sets(st.sampled_from("abc")))))
def test_counts_add_up_and_what_is_unreadable_changes_nothing(
    story: list[tuple[set[Edge], set[str]]],
) -> None:
    line = Line()
    total = 0
    for edges, unread in story:
        counted = {edge for edge in edges if edge.importer not in unread}
        added, fixed, reintroduced, unknown = line.go_on(*counted, unread="".join(unread))
        total += len(added) - len(fixed)
        assert total == len(counted) + len(unknown)
        assert reintroduced <= added
        assert not any(edge.importer in unread for edge in added | fixed)
        assert unknown == {one for one in line.state.open if line.state.lifecycles[one].unknown}
        assert line.state.open == counted | unknown
        assert all(
            line.state.lifecycles[one].is_open == (one in line.state.open)
            for one in [*line.state.lifecycles]
        )


def _go_on_with_import(line: Line, *edges: Edge, still_imported: str) -> tuple[set[Edge], set[Edge]]:
    """Return what a commit fixed and dropped, at which some importers still have their imports."""
    changes = advance(
        line.state, set(edges), "later", 9, is_dropped=lambda edge: edge.importer in still_imported
    )
    line.state = apply_changes(line.state, changes)
    return set(changes.fixed), set(changes.dropped)


def test_what_is_still_imported_is_dropped_and_the_rest_is_fixed() -> None:
    line = Line()
    line.go_on(A, B, C)

    assert _go_on_with_import(line, C, still_imported="a") == ({B}, {A})
    assert line.state.open == {C}
    assert [line.state.lifecycles[one].dropped for one in (A, B)] == [True, False]


def test_what_was_dropped_goes_on_where_it_was_when_it_is_counted_again() -> None:
    line = Line()
    line.go_on(A, B)
    before = line.state.lifecycles[A]
    _go_on_with_import(line, still_imported="a")

    assert line.go_on(A, B) == ({A, B}, set(), {B}, set())
    assert line.state.lifecycles[A] == before
    assert line.state.lifecycles[B].times == 2
