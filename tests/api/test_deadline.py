"""What a deadline allows, and when it is too late for it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from archguard_api.deadline import UNLIMITED, Deadline, get_deadline, limit_time
from archguard_api.errors import BusyError
from tests.api.snapshots import history, upload
from tests.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from archguard_api.store import Store
    from tests.api.clock import Clock


def test_what_is_left_grows_less_and_then_nothing_may_begin(clock: Clock) -> None:
    deadline = Deadline(5, clock=clock)
    clock.now += 3
    deadline.check()
    assert deadline.get_remaining_seconds() == 2

    clock.now += 2

    assert deadline.is_over()
    with pytest.raises(BusyError) as refused:
        deadline.check()
    assert refused.value.retry_after == 1


def test_waiting_for_the_client_moves_the_end(clock: Clock) -> None:
    deadline = Deadline(5, clock=clock)
    clock.now += 6
    deadline.extend(4)

    deadline.check()
    assert deadline.get_remaining_seconds() == 3


def test_it_interrupts_what_runs_and_refuses_the_commit(clock: Clock) -> None:
    deadline = Deadline(5, clock=clock)
    interrupted: list[str] = []
    with deadline.interrupting(lambda: interrupted.append("ended")):
        pass
    with deadline.interrupting(lambda: interrupted.append("running")):
        assert deadline.expire()

    assert interrupted == ["running"]
    with pytest.raises(BusyError), deadline.committing():
        raise AssertionError("unreachable: it is refused")


def test_once_a_commit_has_begun_nothing_fails_for_lack_of_time(clock: Clock) -> None:
    deadline = Deadline(5, clock=clock)
    with deadline.committing():
        clock.now += 10
        assert not deadline.expire()

    deadline.check()
    assert deadline.has_committed
    assert deadline.get_remaining_seconds() == float("inf")


def test_a_commit_that_fails_is_none(clock: Clock) -> None:
    deadline = Deadline(5, clock=clock)
    with suppress(OSError), deadline.committing():
        raise OSError("the disk is full")

    assert not deadline.has_committed
    assert deadline.expire()


def test_only_what_runs_for_a_request_has_one() -> None:
    deadline = Deadline(5)
    assert get_deadline() is UNLIMITED
    with limit_time(deadline):
        assert get_deadline() is deadline
    assert get_deadline() is UNLIMITED
    UNLIMITED.check()


ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(60)",
}


@pytest.mark.parametrize("method", ["read", "write"])
def test_a_statement_that_runs_too_long_is_ended(store: Store, method: str) -> None:
    database = store._database
    endless = ENDLESS[database.engines.writer.dialect.name]
    watch = Stopwatch()

    with limit_time(Deadline(0.5)), pytest.raises(BusyError):
        getattr(database, method)(lambda connection: connection.exec_driver_sql(endless).all())

    assert watch.seconds() < 5


def test_statements_without_end_are_ended_between_two(store: Store) -> None:
    statements = 0

    def ask_for_ever(connection: Connection) -> None:
        nonlocal statements
        while True:
            connection.exec_driver_sql("SELECT 1").all()
            statements += 1

    with limit_time(Deadline(0.5)), pytest.raises(BusyError):
        store._database.read(ask_for_ever)

    assert statements > 1


def test_sqlite_is_interrupted_when_the_deadline_expires(sqlite_store: Store) -> None:
    deadline = Deadline(60)

    def expire_during_the_query(connection: Connection) -> None:
        raw = connection.connection.dbapi_connection
        raw.create_function("expire", 0, deadline.expire)  # type: ignore[union-attr]
        endless = ENDLESS["sqlite"].replace("SELECT i + 1", "SELECT i + expire()")
        connection.exec_driver_sql(endless).all()

    with limit_time(deadline), pytest.raises(BusyError):
        sqlite_store._database.read(expire_during_the_query)


@pytest.fixture
def sqlite_store(upgraded_sqlite: str, open_store: Callable[..., Store]) -> Store:
    return open_store(upgraded_sqlite)


def test_postgresql_gives_a_statement_what_is_left_and_not_the_whole_again(
    upgraded_postgresql: str, open_store: Callable[..., Store], clock: Clock
) -> None:
    store = open_store(upgraded_postgresql)
    left = []

    def ask_twice(connection: Connection) -> None:
        for _ in range(2):
            left.append(connection.exec_driver_sql("SHOW statement_timeout").scalar())
            clock.now += 3

    with limit_time(Deadline(5, clock=clock)), suppress(BusyError):
        store._database.read(ask_twice)

    assert left == ["5s", "2s"]


def test_work_that_outlasts_its_request_commits_nothing(store: Store, clock: Clock) -> None:
    first, second = history([[("a", "old")], []])
    store.add_snapshot("shop", first, token_id=None)
    deadline = Deadline(5, clock=clock)
    commits = deadline.committing

    def expire_first() -> object:
        clock.now += 6
        assert deadline.expire()
        return commits()

    with pytest.MonkeyPatch.context() as patch, limit_time(deadline):
        patch.setattr(deadline, "committing", expire_first)
        with pytest.raises(BusyError):
            store.add_snapshot("shop", second, token_id=None)

    assert store.get_snapshot("shop", second.snapshot.commit) is None
    assert store.add_snapshot("shop", second, token_id=None).created


def test_pruning_ends_with_the_time_and_tells_what_it_dropped(
    store: Store, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr("archguard_api.store.graph_pruner.SNAPSHOTS_PER_TRANSACTION", 2)
    for number in range(6):
        one = upload(f"c{number}", parent=f"c{number - 1}", others=[("shop.a", f"shop.b{number}")])
        store.add_snapshot("shop", one, token_id=None)
    deadline = Deadline(5, clock=clock)
    committing = deadline.committing

    def commit_slowly() -> object:
        clock.now += 3
        return committing()

    monkeypatch.setattr(deadline, "committing", commit_slowly)
    with limit_time(deadline):
        assert store.upkeep.prune_graphs("shop", keep_days=None, keep_last=1).graphs == 4

    assert store.upkeep.prune_graphs("shop", keep_days=None, keep_last=1).graphs == 1
