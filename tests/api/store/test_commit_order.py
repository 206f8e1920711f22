"""The order of a branch's commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from archguard_api.store.commit_order import BranchCommit, order_commits

if TYPE_CHECKING:
    from collections.abc import Iterable


def _line(
    commits: Iterable[int],
    parents: dict[int, int],
    times: dict[int, int] | None = None,
    pushed_again: dict[int, int] | None = None,
) -> list[int]:
    """The order of these commits; without times, each is a second after its number."""
    standing = [
        BranchCommit(one, (times or {}).get(one, one), bytes([one]), (pushed_again or {}).get(one, 0))
        for one in dict.fromkeys(commits)
    ]
    return list(order_commits(standing, parents).commits)


LINEAR = {2: 1, 3: 2, 4: 3, 5: 4}


def test_no_commits_are_no_line() -> None:
    assert _line([], LINEAR) == []


def test_links_decide_whatever_the_clocks_say() -> None:
    assert _line([1, 2, 3], LINEAR, {1: 900, 2: 5, 3: 100}) == [1, 2, 3]


def test_a_gap_is_bridged_by_links_of_commits_without_a_snapshot() -> None:
    assert _line([5, 1, 3], LINEAR, {1: 900, 3: 800, 5: 0}) == [1, 3, 5]


def test_what_links_do_not_connect_follows_in_time() -> None:
    assert _line([4, 1, 5, 2], {2: 1, 5: 4}) == [1, 2, 4, 5]


def test_a_force_push_leaves_what_it_replaced_off_the_line() -> None:
    assert _line([1, 2, 3, 12, 13], {**LINEAR, 12: 1, 13: 12}) == [1, 12, 13]


def test_a_force_push_back_counts_from_when_it_was_pushed_again() -> None:
    parents = {**LINEAR, 12: 1, 13: 12}
    assert _line([1, 2, 12], parents) == [1, 12]
    assert _line([1, 2, 12], parents, pushed_again={2: 20}) == [1, 2]
    assert _line([1, 2, 3, 12], parents, {3: 4}, pushed_again={2: 20}) == [1, 2, 3]
    assert _line([1, 2, 12, 13], parents, {13: 21}, pushed_again={2: 20}) == [1, 12, 13]


def test_equal_times_are_decided_by_the_hash() -> None:
    assert _line([1, 12, 2], {**LINEAR, 12: 1}, {2: 5, 12: 5}) == [1, 12]
    assert _line([3, 1, 2], {}, {1: 5, 2: 5, 3: 5}) == [1, 2, 3]


def test_an_old_ancestor_that_arrives_late_does_not_become_the_tip() -> None:
    assert _line([2, 3, 1], LINEAR) == [1, 2, 3]


def test_a_tip_whose_clock_is_ten_years_behind_does_not_move_its_tree() -> None:
    assert _line([1, 4, 5], {5: 4}, {1: 10, 4: 20, 5: -1000}) == [1, 4, 5]


def test_a_cycle_that_a_client_made_up_ends() -> None:
    assert sorted(_line([1, 2, 3], {1: 3, 2: 1, 3: 2})) == [1, 2, 3]
    assert _line([1, 4], {4: 3, 3: 2, 2: 3}) == [1, 4]


@given(st.permutations(range(1, 9)), st.sets(st.integers(1, 8)))
def test_any_order_of_upload_of_one_linear_history_gives_the_same_line(
    pushes: list[int], gaps: set[int]
) -> None:
    parents = {commit: commit - 1 for commit in range(2, 9)}

    assert _line([one for one in pushes if one not in gaps], parents) == sorted(set(pushes) - gaps)


_LINKS = st.dictionaries(st.integers(0, 9), st.integers(0, 9), max_size=10)


@given(_LINKS, st.permutations(range(10)), st.integers(0, 10))
def test_whatever_the_links_each_commit_stands_once_and_behind_its_ancestors(
    links: dict[int, int], pushes: list[int], count: int
) -> None:
    parents = {child: parent for child, parent in links.items() if parent < child}
    line = _line(pushes[:count], parents)

    assert len(set(line)) == len(line)
    assert set(line) <= set(pushes[:count])
    place = {commit: number for number, commit in enumerate(line)}
    for commit in line:
        at = commit
        while (at := parents.get(at, -1)) >= 0:
            assert place.get(at, -1) < place[commit]


@given(_LINKS, st.permutations(range(10)), st.lists(st.integers(0, 3), min_size=10, max_size=10))
def test_no_order_of_upload_makes_a_difference(
    links: dict[int, int], pushes: list[int], times: list[int]
) -> None:
    at = dict(enumerate(times))

    assert _line(pushes, links, at) == _line(range(10), links, at)


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 9), max_size=10), st.permutations(range(10)))
def test_any_links_at_all_give_a_line(links: dict[int, int], pushes: list[int]) -> None:
    line = _line(pushes, links)

    assert line
    assert len(set(line)) == len(line)
