"""PostgreSQL when a connection is cut, when the server restarts, and when a row is locked."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import event

from archguard_api.errors import BusyError
from tests.api.snapshots import CONTRACT, history, upload
from tests.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from archguard_api.store import Store

    Open = Callable[..., Store]

A = ("shop.a", "shop.old")
_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""


class Cut:
    """Ends every other connection, the first few times that a commit is due."""

    def __init__(self, store: Store, url: str, times: int) -> None:
        self.left = times
        self._url = url
        event.listen(store._engines.writer, "commit", self._cut)

    def _cut(self, _: Connection) -> None:
        if self.left:
            self.left -= 1
            with psycopg.connect(self._url, autocommit=True) as connection:
                connection.execute(_OTHERS)


def test_a_connection_that_is_cut_in_a_transaction_is_tried_again(
    upgraded_postgresql: str, open_store: Open
) -> None:
    store = open_store(upgraded_postgresql)
    cut = Cut(store, upgraded_postgresql, times=2)

    for one in history([[A], [], [A]]):
        assert store.add_snapshot("shop", one, token_id=None).created

    assert cut.left == 0
    assert [point.violations for point in store.get_trend("shop", CONTRACT, "main")] == [1, 0, 1]


def test_a_connection_that_is_always_cut_is_busy(upgraded_postgresql: str, open_store: Open) -> None:
    store = open_store(upgraded_postgresql)
    cut = Cut(store, upgraded_postgresql, times=99)

    with pytest.raises(BusyError):
        store.add_snapshot("shop", upload("c0", [A]), token_id=None)

    assert cut.left == 95
    cut.left = 0
    assert store.get_project("shop") is None
    assert store.add_snapshot("shop", upload("c0", [A]), token_id=None).created


def test_reading_survives_a_cut_connection(upgraded_postgresql: str, open_store: Open) -> None:
    store = open_store(upgraded_postgresql)
    store.add_snapshot("shop", upload("c0", [A]), token_id=None)
    with psycopg.connect(upgraded_postgresql, autocommit=True) as connection:
        connection.execute(_OTHERS)

    assert len(store.get_trend("shop", CONTRACT, "main")) == 1


def test_a_locked_row_is_busy_in_time_and_read_all_the_same(
    upgraded_postgresql: str, open_store: Open
) -> None:
    store = open_store(upgraded_postgresql, patience=0.5)
    store.add_snapshot("shop", upload("c0", [A]), token_id=None)
    with psycopg.connect(upgraded_postgresql) as connection:
        connection.execute("SELECT * FROM projects FOR UPDATE")
        watch = Stopwatch()
        with pytest.raises(BusyError):
            store.add_snapshot("shop", upload("c1"), token_id=None)
        assert watch.seconds() < 3
        assert len(store.get_trend("shop", CONTRACT, "main")) == 1

    assert store.add_snapshot("shop", upload("c1"), token_id=None).created


def test_two_processes_of_the_service_give_the_same_answers(
    upgraded_postgresql: str, open_store: Open
) -> None:
    stores = [open_store(upgraded_postgresql), open_store(upgraded_postgresql)]
    uploads = history([[A] if number % 3 else [] for number in range(30)])

    def add(which: int) -> None:
        for one in uploads[which::2]:
            stores[which].add_snapshot("shop", one, token_id=None)

    threads = [threading.Thread(target=add, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    stores[0].upkeep.finish_rebuilds()
    first, second = (store.get_trend("shop", CONTRACT, "main") for store in stores)
    assert first == second
    assert [point.violations for point in first] == [1 if number % 3 else 0 for number in range(30)]
    stores[0].close()
    assert stores[1].get_trend("shop", CONTRACT, "main") == second
