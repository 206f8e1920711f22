"""Snapshots, graphs, differences, projects and branches as they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard_api.errors import InvalidError, NotFoundError
from archguard_api.models import ProjectSettings
from tests.api.snapshots import commit_id, history, upload

if TYPE_CHECKING:
    from archguard_api.store import Store

A, B = ("shop.a", "shop.old"), ("shop.b", "shop.old")


def test_a_commit_is_found_by_what_only_it_begins_with(store: Store) -> None:
    for one in history([[A], [B]]):
        store.add_snapshot("shop", one, token_id=None)
    commit = commit_id("c1")

    for length in (7, 8, 39, 40):
        found = store.get_snapshot("shop", commit[:length])
        assert found is not None
        assert found.commit == commit
    for wrong in (commit[:6], commit[:8].upper(), "0" * 40, commit + "0", "zzzzzzz", ""):
        assert store.get_snapshot("shop", wrong) is None
    assert store.get_snapshot("mall", commit) is None


def test_two_commits_that_begin_alike_are_not_told_apart_by_that(store: Store) -> None:
    for end in ("a", "b"):
        one = upload(end)
        snapshot = one.snapshot.model_copy(update={"commit": "abcdef0" + end * 33})
        store.add_snapshot("shop", one.model_copy(update={"snapshot": snapshot}), token_id=None)

    assert store.get_snapshot("shop", "abcdef0") is None
    found = store.get_snapshot("shop", "abcdef0b")
    assert found is not None
    assert found.commit == "abcdef0" + "b" * 33


def test_equal_graphs_have_one_digest(store: Store) -> None:
    for one in history([[A], [A], [B]]):
        store.add_snapshot("shop", one, token_id=None)

    digests = [store.get_graph_digest("shop", commit_id(f"c{number}")) for number in range(3)]
    assert digests[0] == digests[1] != digests[2]
    assert store.get_graph_digest("shop", commit_id("none")) is None


def test_snapshots_come_in_pages_newest_first(store: Store) -> None:
    for number in (2, 0, 1):
        store.add_snapshot("shop", history([[A], [], [B]])[number], token_id=None)
    store.upkeep.finish_rebuilds()

    def commits(branch: str | None) -> list[str]:
        found: list[str] = []
        after = None
        while True:
            page = store.list_snapshots("shop", branch=branch, after=after, limit=2)
            found += [one.commit for one in page.items]
            after = page.next
            if after is None:
                return found

    assert commits("main") == [commit_id("c2"), commit_id("c1"), commit_id("c0")]
    assert commits(None) == [commit_id("c1"), commit_id("c0"), commit_id("c2")]
    assert commits("none") == []
    with pytest.raises(InvalidError):
        store.list_snapshots("shop", branch=None, after="-1", limit=2)


@pytest.mark.parametrize("branch", [None, "main"])
def test_a_cursor_beyond_every_number_is_the_first_page(store: Store, branch: str | None) -> None:
    store.add_snapshot("shop", upload("c0"), token_id=None)

    page = store.list_snapshots("shop", branch=branch, after="9" * 18, limit=2)

    assert [one.commit for one in page.items] == [commit_id("c0")]


def test_projects_and_branches_come_in_pages_by_name(store: Store) -> None:
    for project in ("b", "a", "C"):
        for branch in ("y", "Z", "x"):
            store.add_snapshot(project, upload("c0", branch=branch), token_id=None)

    first = store.projects.list(None, after=None, limit=2)
    assert [one.name for one in first.items] == ["C", "a"]
    assert [one.name for one in store.projects.list(None, after=first.next, limit=2).items] == ["b"]
    assert [one.name for one in store.projects.list(["a", "none"], after=None, limit=2).items] == ["a"]
    branches = store.list_branches("a", after=None, limit=2)
    assert [one.name for one in branches.items] == ["Z", "x"]
    assert [one.name for one in store.list_branches("a", after=branches.next, limit=2).items] == ["y"]


def test_a_project_is_public_only_when_somebody_says_so(store: Store) -> None:
    store.add_snapshot("shop", upload("c0"), token_id=None)
    assert not store.deletions.get_access("shop").is_public
    store.projects.change("shop", public=True)
    assert store.deletions.get_access("shop").is_public
    assert not store.deletions.get_access("none").is_public
    with pytest.raises(NotFoundError):
        store.projects.change("none", public=True)
    with pytest.raises(NotFoundError):
        store.projects.change("none", settings=ProjectSettings())


def test_the_figures_are_of_each_projects_default_branch(store: Store) -> None:
    store.add_snapshot("shop", upload("c0", [A, B]), token_id=None)
    store.add_snapshot("shop", upload("c1", [A], branch="dev"), token_id=None)
    store.add_snapshot("mall", upload("c2", [A], branch="trunk"), token_id=None)

    assert {name: figures.violations for name, figures in store.get_figures().items()} == {
        "mall": 1,
        "shop": 2,
    }
    assert store.get_contracts_at_tip("none") == ()


def test_the_store_names_its_database(store: Store) -> None:
    name, _, version = store.backend.partition(" ")

    assert name in ("sqlite", "postgresql")
    assert version[0].isdigit()
    store.ping()
