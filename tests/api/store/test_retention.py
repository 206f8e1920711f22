"""What projects do not want to keep goes by schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard_api.models import AuditFilter, ProjectSettings
from tests.api.clock import Clock
from tests.api.snapshots import DAY, commit_id, fork, history

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard_api.store import Store


def _list_branches(store: Store, project: str) -> list[str]:
    return [one.name for one in store.list_branches(project, after=None, limit=9).items]


def test_branches_that_nobody_uploads_to_are_deleted_but_for_the_default_one(
    database: str, open_store: Callable[..., Store]
) -> None:
    clock = Clock()
    store = open_store(database, clock=clock)
    for project in ("shop", "keeps"):
        for one in (*history([[], []]), *fork(0, [[]], branch="old")):
            store.add_snapshot(project, one, token_id=None)
    clock.now += 10 * DAY
    for project in ("shop", "keeps"):
        store.add_snapshot(project, fork(0, [[]], branch="young", prefix="y")[0], token_id=None)
    store.projects.change("shop", settings=ProjectSettings(delete_branches_after_days=10))
    store.retention.apply()
    assert _list_branches(store, "shop") == ["main", "old", "young"]
    clock.now += 1

    store.retention.apply()

    assert _list_branches(store, "shop") == ["main", "young"]
    assert _list_branches(store, "keeps") == ["main", "old", "young"]
    entry = store.audit.list("shop", AuditFilter(), of_all=True, after=None, limit=1).items[0]
    assert (entry.action, entry.actor_kind, entry.subject) == ("branch-deleted", "service", "old")


def test_old_graphs_are_dropped(database: str, open_store: Callable[..., Store]) -> None:
    clock = Clock()
    store = open_store(database, clock=clock)
    for one in history([[("shop.a", "shop.old")], [], [("shop.b", "shop.old")]]):
        store.add_snapshot("shop", one, token_id=None)
        clock.now += DAY
    store.projects.change("shop", settings=ProjectSettings(keep_graphs_days=2))

    store.retention.apply()

    graphs = [store.get_graph("shop", commit_id(f"c{number}")) is None for number in range(3)]
    assert graphs == [True, False, False]
