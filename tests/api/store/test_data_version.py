"""A stamp changes with every commit of any process, and holds as long as there is none."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psycopg

from archguard_api.models import Scope
from archguard_api.services.tokens import create_token
from tests.api.snapshots import upload

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard_api.store import Store


def test_reading_changes_no_stamp_and_each_commit_does(
    database: str, open_store: Callable[..., Store]
) -> None:
    store, other = open_store(database), open_store(database)
    _, token = create_token("shop", Scope.READ, now=int(time.time()), days=1)
    changes: list[Callable[[], object]] = [
        lambda: other.add_snapshot("shop", upload("c0", []), token_id=None),
        lambda: store.credentials.add_token(token),
        lambda: other.credentials.revoke_token(token.id, int(time.time())),
    ]
    for change in changes:
        before = store.get_data_version()
        store.get_project("shop")
        assert before is not None
        assert store.get_data_version() == before

        change()

        assert store.get_data_version() != before


def test_a_stamp_changes_when_a_transaction_becomes_visible_not_only_when_it_begins(
    upgraded_postgresql: str, open_store: Callable[..., Store]
) -> None:
    store = open_store(upgraded_postgresql)
    with psycopg.connect(upgraded_postgresql) as writer:
        writer.execute("CREATE TABLE later (id int)")
        before = store.get_data_version()
        assert store.get_data_version() == before

        writer.commit()

        assert store.get_data_version() != before


def test_no_stamp_outlives_its_connection(
    upgraded_postgresql: str, open_store: Callable[..., Store]
) -> None:
    store = open_store(upgraded_postgresql)
    before = store.get_data_version()
    assert before is not None
    with psycopg.connect(upgraded_postgresql, autocommit=True) as killer:
        killer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    assert store.get_data_version() is None
    after = store.get_data_version()

    assert after is not None
    assert after != before
