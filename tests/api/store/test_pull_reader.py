"""Pull requests on both databases: with what they are compared, and when they are closed."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from archguard.snapshot import Cause
from archguard.snapshot.schema import MergedPull
from archguard_api.models import Moment, PullState
from tests.api.snapshots import (
    CONTRACT,
    DAY,
    START,
    commit_id,
    contract,
    fork,
    history,
    pull_request,
    upload,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archguard.snapshot import Upload
    from archguard_api.models import ComparedPullRequest, SnapshotViolation
    from archguard_api.store import Store
    from tests.api.clock import Clock

A, B, C = ("shop.a", "shop.old"), ("shop.b", "shop.old"), ("shop.c", "shop.old")


def _add(store: Store, *uploads: Upload) -> None:
    for one in uploads:
        store.add_snapshot("shop", one, token_id=None)
    store.upkeep.finish_rebuilds()


def _get(store: Store, number: int = 12) -> ComparedPullRequest:
    found = store.pulls.get("shop", number)
    assert found is not None
    return found


def _edges(violations: Iterable[SnapshotViolation] | None) -> list[tuple[str, str]] | None:
    return None if violations is None else [(one.importer, one.imported) for one in violations]


def _list(store: Store, state: PullState = PullState.ALL) -> list[int]:
    return [one.number for one in store.pulls.list("shop", state, after=None, limit=50).items]


def test_it_is_compared_with_the_commit_at_which_it_left_its_base(store: Store) -> None:
    _add(store, *history([[A], [A, B], [A, B, C]]), pull_request(12, [A, C], at=1))

    found = _get(store)

    assert found.base == Moment(commit_id("c1"), START + DAY)
    assert (_edges(found.added), _edges(found.fixed)) == ([C], [B])
    assert (found.dropped, found.unknown, found.added_contracts, found.causes) == ((), (), (), None)
    assert (found.head_branch, found.base_branch, found.head.commit) == (
        "feature12",
        "main",
        commit_id("pull12"),
    )


def test_lines_are_those_of_the_head_for_what_is_new_and_of_the_base_for_what_is_gone(
    store: Store,
) -> None:
    moved = pull_request(12, [A, C], at=0)
    lines = upload("pull12", [A, C], parent="c0", line=7)
    moved = lines.model_copy(update={"pull_request": moved.pull_request, "branch": "feature12"})
    _add(store, upload("c0", [A, B], line=3), moved)

    found = _get(store)

    assert found.added is not None
    assert found.fixed is not None
    assert [place.line for one in found.added for place in one.occurrences] == [7]
    assert [place.line for one in found.fixed for place in one.occurrences] == [3]
    assert found.added[0].owner == "@team"


def test_what_was_merged_into_it_is_not_its_own(store: Store) -> None:
    # It left after c0 and merged c1, which added B: of its first parents c0 is the nearest.
    merged = pull_request(12, [A, B, C], at=0, base_commit="c1")
    alone = pull_request(13, [A, B, C], at=0)
    _add(store, *history([[A], [A, B]]), merged, alone)

    assert _edges(_get(store, 12).added) == [C]
    assert _edges(_get(store, 13).added) == [B, C]  # as it would be without the client's word


def test_where_the_base_commit_has_no_snapshot_the_nearest_before_it_is_the_base(store: Store) -> None:
    first, _, third = history([[A], [A, B], [A, B]])
    _add(store, first, third, pull_request(12, [A, B, C], at=1, base_commit="c1"))

    found = _get(store)

    assert found.base is not None
    assert (found.base.commit, found.base_commit) == (commit_id("c0"), commit_id("c1"))
    assert _edges(found.added) == [B, C]


def test_a_base_that_was_not_uploaded_is_said(store: Store) -> None:
    _add(store, pull_request(12, [A], at=1))
    assert (_get(store).base, _get(store).added, _get(store).fixed) == (None, None, None)

    _add(store, upload("elsewhere", [A]))  # a snapshot of the base, but no ancestor
    assert _get(store).base is None
    counted = store.pulls.list("shop", PullState.ALL, after=None, limit=9).items
    assert [(one.added, one.fixed, one.dropped) for one in counted] == [(None, None, None)]


def test_the_order_of_the_uploads_makes_no_difference(store: Store) -> None:
    uploads = [
        *history([[A], [A, B]]),
        pull_request(12, [A, C], at=1, name="early"),
        pull_request(12, [A, B, C], at=1, name="late", after=["early"]),
    ]

    for number, order in enumerate(itertools.permutations(uploads)):
        project = f"shop{number}"
        for one in order:
            store.add_snapshot(project, one, token_id=None)
        store.upkeep.finish_rebuilds()
        found = store.pulls.get(project, 12)
        assert found is not None
        assert (found.head.commit, found.base and found.base.commit) == (
            commit_id("late"),
            commit_id("c1"),
        )
        assert _edges(found.added) == [C]


def test_a_force_push_replaces_what_it_was(store: Store) -> None:
    _add(
        store, *history([[A]]), pull_request(12, [A, B], at=0), pull_request(12, [], at=0, name="other")
    )

    assert _get(store).head.commit == commit_id("other")
    assert (_edges(_get(store).added), _edges(_get(store).fixed)) == ([], [A])


def test_an_import_that_is_no_longer_counted_is_not_fixed(store: Store) -> None:
    excepted = pull_request(12, [], at=0)
    snapshot = upload("pull12", [], parent="c0", others=[A], configuration="d0" * 32).snapshot
    _add(store, *history([[A, B]]), excepted.model_copy(update={"snapshot": snapshot}))

    found = _get(store)

    assert (_edges(found.fixed), _edges(found.dropped)) == ([B], [A])


def test_a_contract_that_is_added_has_no_new_violations(store: Store) -> None:
    other = contract(1, name="another")
    sent = pull_request(12, [A], at=0)
    violations = [
        one.model_copy(update={"contract": "another"}) for one in upload("x", [B]).snapshot.violations
    ]
    snapshot = sent.snapshot.model_copy(
        update={
            "contracts": (other, *sent.snapshot.contracts),
            "violations": (*violations, *sent.snapshot.violations),
        }
    )
    _add(store, *history([[A]]), sent.model_copy(update={"snapshot": snapshot}))

    found = _get(store)

    assert found.added == ()
    assert [(one.id, one.violations) for one in found.added_contracts] == [("another", 1)]


def test_a_renamed_contract_goes_on(store: Store) -> None:
    sent = pull_request(12, [A, C], at=0)
    renamed = contract(2, name="new-id").model_copy(update={"previous_ids": (CONTRACT,)})
    violations = tuple(one.model_copy(update={"contract": "new-id"}) for one in sent.snapshot.violations)
    snapshot = sent.snapshot.model_copy(update={"contracts": (renamed,), "violations": violations})
    _add(store, *history([[A, B]]), sent.model_copy(update={"snapshot": snapshot}))

    found = _get(store)

    assert (_edges(found.added), _edges(found.fixed), found.added_contracts) == ([C], [B], ())
    assert found.added is not None
    assert found.added[0].contract == "new-id"


def test_a_fork_s_main_does_not_enter_the_trend_of_the_base(store: Store) -> None:
    _add(store, *history([[A], []]))
    before = (store.get_trend("shop", CONTRACT), store.get_branch("shop", "main"))

    _add(store, pull_request(12, [A, B], at=1, branch="main"))

    assert (store.get_trend("shop", CONTRACT), store.get_branch("shop", "main")) == before
    assert _edges(_get(store).added) == [A, B]


def test_a_pull_request_s_own_branch_is_one_and_stays_out_of_the_base_s_trend(store: Store) -> None:
    _add(store, *history([[A], []]), pull_request(12, [A, B], at=1))

    assert [point.violations for point in store.get_trend("shop", CONTRACT)] == [1, 0]
    assert [point.violations for point in store.get_trend("shop", CONTRACT, "feature12")] == [2]


def test_a_merge_queue_s_branch_is_none_whoever_sends_it(store: Store) -> None:
    queued = history([[A], []])[1].model_copy(update={"branch": "gh-readonly-queue/main/pr-12-ab"})
    _add(store, *history([[A]]), queued)

    assert [one.name for one in store.list_branches("shop", after=None, limit=9).items] == ["main"]
    assert _list(store) == []
    snapshot = store.get_snapshot("shop", commit_id("c1"))
    assert snapshot is not None
    assert snapshot.branches == ()

    _add(store, history([[A], []])[1])  # the queue's commit is the branch's now
    assert [point.violations for point in store.get_trend("shop", CONTRACT)] == [1, 0]


def test_it_is_closed_once_its_commit_is_on_the_base(store: Store) -> None:
    _add(store, *history([[A]]), pull_request(12, [A, B], at=0))
    assert _list(store, PullState.OPEN) == [12]

    _add(store, upload("c1", [A, B], parent="pull12", ancestors=["c0"], at=START + DAY))

    assert (_get(store).state, _get(store).reason) == ("closed", "merged")
    assert (_list(store, PullState.OPEN), _list(store, PullState.CLOSED)) == ([], [12])
    assert _edges(_get(store).added) == [B]  # as before: not compared with what it was merged into


def test_it_is_closed_by_a_merge_commit(store: Store) -> None:
    merge = upload("c1", [A, B], parent="c0", at=START + DAY)
    _add(store, *history([[A]]), pull_request(12, [A, B], at=0), pull_request(13, [A], at=0))

    _add(store, merge.model_copy(update={"merged_commits": (commit_id("pull12"),)}))

    assert (_list(store, PullState.OPEN), _list(store, PullState.CLOSED)) == ([13], [12])


def _squash(commit: str, number: int = 12) -> dict[str, object]:
    return {"merged_pulls": (MergedPull(number=number, commit=commit_id(commit)),)}


def test_it_is_closed_by_a_squash_whose_message_names_it(store: Store) -> None:
    squash = upload("c1", [A, B], parent="c0", at=START + DAY)
    _add(store, *history([[A]]), pull_request(12, [A, B], at=0), pull_request(13, [A], at=0))

    _add(store, squash.model_copy(update=_squash("c1")))

    assert (_list(store, PullState.OPEN), _list(store, PullState.CLOSED)) == ([13], [12])
    assert _get(store).reason == "merged"


def test_a_message_from_before_it_began_closes_nothing(store: Store) -> None:
    line = history([[A], [A]])
    pull = pull_request(12, [A, B], at=1)
    assert pull.pull_request is not None
    pull = pull.model_copy(
        update={"pull_request": pull.pull_request.model_copy(update={"base_commit": commit_id("c1")})}
    )
    _add(store, *line, pull)

    later = upload("c2", [A], parent="c1", ancestors=["c0"], at=START + 2 * DAY)
    _add(store, later.model_copy(update=_squash("c0")))
    assert _list(store, PullState.OPEN) == [12]

    _add(store, later.model_copy(update=_squash("c1")))
    assert _list(store, PullState.OPEN) == [12]


@pytest.mark.parametrize("branch", ["release", "feature13"])
def test_a_merge_into_another_branch_closes_nothing(store: Store, branch: str) -> None:
    merge = upload("c1", [A], parent="c0", branch=branch)
    _add(store, *history([[A]]), pull_request(12, [A, B], at=0))

    _add(store, merge.model_copy(update={"merged_commits": (commit_id("pull12"),)}))

    assert _list(store, PullState.OPEN) == [12]


def test_a_merged_one_that_goes_on_is_open_again_and_a_repeated_upload_changes_nothing(
    store: Store,
) -> None:
    merge = upload("c1", [A, B], parent="c0", at=START + DAY)
    merge = merge.model_copy(update={"merged_commits": (commit_id("pull12"),)})
    _add(store, *history([[A]]), pull_request(12, [A, B], at=0), merge)

    _add(store, pull_request(12, [A, B], at=0))
    assert _list(store, PullState.OPEN) == []

    _add(store, pull_request(12, [A], at=0, name="more", after=["pull12"]))
    assert _list(store, PullState.OPEN) == [12]


def test_it_is_closed_after_30_days_without_an_upload_and_a_repeated_one_opens_it(
    open_store: Callable[..., Store], database: str, clock: Clock
) -> None:
    store = open_store(database, clock=clock)
    _add(store, *history([[A]]), pull_request(12, [A], at=0))
    started = _get(store).seen_at

    clock.now += 30 * DAY - 1
    assert _list(store, PullState.OPEN) == [12]
    assert (_get(store).state, _get(store).age_days) == ("open", 29)
    clock.now += 1
    assert _list(store, PullState.OPEN) == []
    assert (_get(store).state, _get(store).reason) == ("closed", "not-seen")

    _add(store, pull_request(12, [A], at=0))
    found = _get(store)
    assert (found.state, found.first_seen_at, found.seen_at) == ("open", started, started + 30 * DAY)


def test_a_build_whose_clone_was_too_shallow_does_not_make_the_base_commit_unknown(
    store: Store,
) -> None:
    _add(store, *history([[A], [A, B]]), pull_request(12, [A, B, C], at=0, base_commit="c1"))

    _add(store, pull_request(12, [A, B, C], at=0))

    assert _get(store).base_commit == commit_id("c1")


def test_a_pull_request_onto_another_one_is_compared_with_that(store: Store) -> None:
    lower = pull_request(12, [A, B], at=0, branch="lower")
    upper = pull_request(13, [A, B, C], at=0, base="lower", after=["pull12"])
    _add(store, *history([[A]]), lower, upper)

    found = _get(store, 13)

    assert found.base is not None
    assert (found.base.commit, _edges(found.added)) == (commit_id("pull12"), [C])


def test_a_base_that_was_rewritten_leaves_the_comparison_as_it_was(store: Store) -> None:
    _add(store, *history([[A], [A, B]]), pull_request(12, [A, C], at=1), *fork(0, [[]]))

    found = _get(store)

    assert found.base is not None
    assert found.base.commit == commit_id("c1")


def test_causes_travel_only_with_the_snapshot_that_carries_them(store: Store) -> None:
    cause = Cause(importer="shop.c", imported="shop.x", path="shop/c.py", line=3, violations=2)
    sent = pull_request(12, [A], at=0)
    _add(store, *history([[A]]), sent.model_copy(update={"causes": (cause,)}))
    assert _get(store).causes == (cause,)

    _add(store, pull_request(12, [A], at=0, name="next", after=["pull12"]))
    assert _get(store).causes is None


def test_a_number_is_a_project_s_own(store: Store) -> None:
    _add(store, pull_request(12, [A], at=0))
    store.add_snapshot("other", pull_request(12, [], at=0, branch="theirs"), token_id=None)

    assert (_get(store).head_branch, store.pulls.get("other", 13)) == ("feature12", None)
    other = store.pulls.get("other", 12)
    assert other is not None
    assert other.head_branch == "theirs"


def test_what_is_counted_is_what_is_listed(store: Store) -> None:
    _add(store, *history([[A, B]]), pull_request(12, [A, C], at=0), pull_request(13, [], at=0))

    for _ in range(2):  # the second time from the cache
        counted = store.pulls.list("shop", PullState.ALL, after=None, limit=9).items
        assert [(one.number, one.added, one.fixed, one.dropped) for one in counted] == [
            (13, 0, 2, 0),
            (12, 1, 1, 0),
        ]


def test_the_counts_of_a_list_are_those_of_each_pull_request(store: Store) -> None:
    edges = [(f"shop.{name}", "shop.old") for name in "abcdefg"]
    _add(store, *history([edges[:number] for number in range(1, 6)]))
    _add(
        store,
        *(
            pull_request(number, [edges[number % 7], edges[(3 * number) % 7]], at=number % 5)
            for number in range(1, 12)
        ),
    )

    counted = store.pulls.list("shop", PullState.ALL, after=None, limit=50).items

    assert len(counted) == 11
    for one in counted:
        compared = _get(store, one.number)
        assert (one.added, one.fixed, one.dropped) == tuple(
            None if changes is None else len(changes)
            for changes in (compared.added, compared.fixed, compared.dropped)
        )


def test_a_list_counts_a_pull_request_anew_once_another_commit_is_its_base(store: Store) -> None:
    first, second = history([[A], [A, B]])
    _add(store, first, pull_request(12, [A, B, C], at=1))
    (counted,) = store.pulls.list("shop", PullState.ALL, after=None, limit=9).items
    assert counted.added == 2  # beside c0

    _add(store, second)

    (counted,) = store.pulls.list("shop", PullState.ALL, after=None, limit=9).items
    assert counted.added == 1


def test_a_list_counts_anew_a_pull_request_whose_snapshot_was_deleted_and_sent_in_another_form(
    store: Store,
) -> None:
    def count() -> int | None:
        (counted,) = store.pulls.list("shop", PullState.ALL, after=None, limit=9).items
        return counted.added

    _add(store, history([[A]])[0], pull_request(12, [A, B, C], at=0))
    assert count() == 2

    store.lines.delete_snapshot("shop", commit_id("pull12"))
    store.upkeep.finish_rebuilds()
    store.purger.finish()
    _add(store, pull_request(12, [A, B], at=0))  # SQLite gives it the id of the deleted one

    assert count() == 1
