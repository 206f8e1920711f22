"""Taking snapshots in."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from archguard.snapshot import Build, compute_digest
from archguard_api.errors import ConflictError
from tests.api import snapshots
from tests.api.snapshots import commit_id, upload

if TYPE_CHECKING:
    from archguard_api.store import Store

A, B = ("shop.a", "shop.old"), ("shop.b", "shop.old")


def test_a_snapshot_comes_back_as_it_was_sent(store: Store) -> None:
    sent = upload("c1", [A, B], parent="c0", others=[("shop.a", "shop.b")])
    sent = sent.model_copy(update={"build": Build(service="ci", url="https://ci/1")})

    stored = store.add_snapshot("shop", sent, token_id="t1")

    assert (stored.created, stored.commit, stored.digest) == (
        True,
        commit_id("c1"),
        compute_digest(sent.snapshot),
    )
    assert store.get_graph("shop", commit_id("c1")) == sent.snapshot.graph
    assert store.get_violations("shop", commit_id("c1")) == sent.snapshot.violations
    found = store.get_snapshot("shop", commit_id("c1"))
    assert found is not None
    assert (found.parent, found.branches, found.contracts) == (
        commit_id("c0"),
        ("main",),
        sent.snapshot.contracts,
    )
    assert (found.modules, found.imports, found.files) == (4, 3, 10)
    assert found.build == sent.build
    project = store.get_project("shop")
    assert project is not None
    assert (project.snapshots, project.default_branch, project.public) == (1, "main", False)


def test_the_same_again_changes_nothing(store: Store) -> None:
    store.add_snapshot("shop", upload("c1", [A]), token_id=None)
    before = (store.get_trend("shop", snapshots.CONTRACT), store.get_project("shop"))

    again = store.add_snapshot("shop", upload("c1", [A]), token_id=None)

    assert not again.created
    assert (store.get_trend("shop", snapshots.CONTRACT), store.get_project("shop")) == before


def test_the_same_key_with_other_content_is_a_conflict_and_changes_nothing(store: Store) -> None:
    store.add_snapshot("shop", upload("c1", [A]), token_id=None)

    with pytest.raises(ConflictError):
        store.add_snapshot("shop", upload("c1", [A, B], branch="dev"), token_id=None)

    assert store.get_branch("shop", "dev") is None
    assert store.get_violations("shop", commit_id("c1")) == (snapshots.violation(A),)


def test_what_came_in_an_earlier_version_of_the_format_is_the_same_in_a_later_one(store: Store) -> None:
    sent = upload("c1", [A])
    later = sent.snapshot.model_copy(update={"format_version": 2})
    store.add_snapshot("shop", sent, token_id=None)

    again = store.add_snapshot("shop", sent.model_copy(update={"snapshot": later}), token_id=None)

    assert (again.created, again.digest) == (False, compute_digest(later))
    with pytest.raises(ConflictError):
        store.add_snapshot(
            "shop",
            sent.model_copy(update={"snapshot": later.model_copy(update={"folder": "x"})}),
            token_id=None,
        )


def test_another_configuration_or_tool_version_is_another_snapshot_and_the_last_one_speaks(
    store: Store,
) -> None:
    store.add_snapshot("shop", upload("c1", [A]), token_id=None)
    store.add_snapshot("shop", upload("c1", [A, B], tool_version="2.0"), token_id=None)
    store.upkeep.finish_rebuilds()
    assert [point.violations for point in store.get_trend("shop", snapshots.CONTRACT, "main")] == [2]

    store.add_snapshot("shop", upload("c1", [], configuration="d0" * 32), token_id=None)
    store.upkeep.finish_rebuilds()

    assert [point.violations for point in store.get_trend("shop", snapshots.CONTRACT, "main")] == [0]
    assert store.get_violations("shop", commit_id("c1")) == ()
    assert len(store.list_snapshots("shop", branch=None, after=None, limit=10).items) == 3


def test_another_branch_is_added_to_a_snapshot_that_is_there(store: Store) -> None:
    store.add_snapshot("shop", upload("c1", [A]), token_id=None)

    assert not store.add_snapshot("shop", upload("c1", [A], branch="dev"), token_id=None).created

    found = store.get_snapshot("shop", commit_id("c1"))
    assert found is not None
    assert found.branches == ("dev", "main")
    assert [point.violations for point in store.get_trend("shop", snapshots.CONTRACT, "dev")] == [1]


def test_two_projects_know_nothing_of_each_other(store: Store) -> None:
    store.add_snapshot("shop", upload("c1", [A]), token_id=None)
    store.add_snapshot("mall", upload("c1", [B]), token_id=None)

    assert store.get_violations("shop", commit_id("c1")) == (snapshots.violation(A),)
    assert store.get_violations("mall", commit_id("c1")) == (snapshots.violation(B),)


def test_violations_may_begin_after_a_snapshot_without_any(store: Store) -> None:
    for one in snapshots.history([[], [A], [], [A, B]]):
        store.add_snapshot("shop", one, token_id=None)

    assert store.get_violations("shop", commit_id("c2")) == ()
    assert len(store.get_violations("shop", commit_id("c3"))) == 2


@pytest.mark.slow
def test_of_64_threads_with_the_same_snapshot_one_creates_it(store: Store) -> None:
    barrier = threading.Barrier(64)

    def add(_: int) -> bool:
        barrier.wait()
        return store.add_snapshot("shop", upload("c1", [A]), token_id=None).created

    with ThreadPoolExecutor(64) as pool:
        created = list(pool.map(add, range(64)))

    assert sorted(created) == [False] * 63 + [True]
    assert len(store.list_snapshots("shop", branch=None, after=None, limit=10).items) == 1
    assert len(store.get_trend("shop", snapshots.CONTRACT, "main")) == 1


@pytest.mark.slow
def test_threads_that_upload_a_history_lose_and_double_nothing(store: Store) -> None:
    uploads = snapshots.history([[A] if number % 3 else [A, B] for number in range(40)])

    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(lambda one: store.add_snapshot("shop", one, token_id=None), uploads * 2))

    assert sum(one.created for one in stored) == 40
    store.upkeep.finish_rebuilds()
    counts = [point.violations for point in store.get_trend("shop", snapshots.CONTRACT, "main")]
    assert counts == [1 if number % 3 else 2 for number in range(40)]
