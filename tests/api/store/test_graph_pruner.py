"""Dropping old graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard_api.errors import NotFoundError
from tests.api.clock import Clock
from tests.api.snapshots import CONTRACT, DAY, history

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard.snapshot import Upload
    from archguard_api.store import Store

A, B = ("shop.a", "shop.old"), ("shop.b", "shop.old")


def _uploads(count: int) -> list[Upload]:
    return history(
        [[A, B] if number % 2 else [(f"shop.x{number}", "shop.old"), B] for number in range(count)]
    )


def _fill(store: Store, clock: Clock, count: int) -> list[Upload]:
    uploads = _uploads(count)
    for one in uploads:
        store.add_snapshot("shop", one, token_id=None)
        clock.now += DAY
    return uploads


@pytest.mark.parametrize("count", [12, 120])
def test_old_graphs_go_and_all_else_stays(
    database: str, open_store: Callable[..., Store], count: int
) -> None:
    clock = Clock()
    store = open_store(database, clock=clock)
    uploads = _fill(store, clock, count)
    trend = store.get_trend("shop", CONTRACT, "main")
    fixed = store.list_fixed_violations("shop", "main", limit=200)

    pruned = store.upkeep.prune_graphs("shop", keep_days=None, keep_last=5)

    assert pruned.graphs == count - 5
    again = open_store(database, clock=clock)
    assert again.get_trend("shop", CONTRACT, "main") == trend
    assert again.list_fixed_violations("shop", "main", limit=200) == fixed
    for number, one in enumerate(uploads):
        commit = one.snapshot.commit
        assert again.get_graph("shop", commit) == (one.snapshot.graph if number >= count - 5 else None)
        assert (again.get_graph_digest("shop", commit) is None) == (number < count - 5)
        assert again.get_violations("shop", commit) == one.snapshot.violations
    assert store.upkeep.prune_graphs("shop", keep_days=None, keep_last=5).graphs == 0
    found = store.compare_snapshots("shop", uploads[0].snapshot.commit, uploads[-1].snapshot.commit)
    assert not found.graphs
    assert len(found.violations_added) == len(found.violations_fixed) == 1


def test_young_graphs_stay_and_so_does_the_tip_of_the_default_branch(
    database: str, open_store: Callable[..., Store]
) -> None:
    clock = Clock()
    store = open_store(database, clock=clock)
    uploads = _fill(store, clock, 10)

    assert store.upkeep.prune_graphs(None, keep_days=3, keep_last=None).graphs == 7
    assert store.upkeep.prune_graphs(None, keep_days=0, keep_last=None).graphs == 2
    assert store.get_graph("shop", uploads[-1].snapshot.commit) == uploads[-1].snapshot.graph


def test_uploads_go_on_after_a_prune_in_another_process(
    database: str, open_store: Callable[..., Store]
) -> None:
    clock = Clock()
    store, other = open_store(database, clock=clock), open_store(database, clock=clock)
    uploads = _uploads(8)
    for one in uploads[:4]:
        store.add_snapshot("shop", one, token_id=None)
    other.upkeep.prune_graphs("shop", keep_days=None, keep_last=0)
    for one in uploads[4:]:
        store.add_snapshot("shop", one, token_id=None)

    assert [store.get_graph("shop", one.snapshot.commit) for one in uploads[3:]] == [
        one.snapshot.graph for one in uploads[3:]
    ]


def test_a_pruned_database_is_smaller_inside(
    upgraded_sqlite: str, open_store: Callable[..., Store]
) -> None:
    clock = Clock()
    store = open_store(upgraded_sqlite, clock=clock)
    _fill(store, clock, 60)

    assert store.upkeep.prune_graphs("shop", keep_days=None, keep_last=1).bytes > 0


def test_a_project_that_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.upkeep.prune_graphs("none", keep_days=1, keep_last=None)
