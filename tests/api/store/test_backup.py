"""Copies of a database that is in use."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest

from archguard_api.store import Store, StoreError
from tests.api.snapshots import CONTRACT, history

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

A = ("shop.a", "shop.old")


@pytest.mark.slow
def test_a_copy_made_under_load_is_a_prefix_of_what_was_acknowledged(
    upgraded_sqlite: str, open_store: Callable[..., Store], tmp_path: Path
) -> None:
    store = open_store(upgraded_sqlite)
    uploads = history([[A] if number % 3 else [] for number in range(120)])
    acknowledged: list[str] = []
    begun = threading.Event()

    def add() -> None:
        for one in uploads:
            acknowledged.append(store.add_snapshot("shop", one, token_id=None).commit)
            if len(acknowledged) == 20:
                begun.set()

    thread = threading.Thread(target=add)
    thread.start()
    assert begun.wait(60)
    before = len(acknowledged)
    store.backup(str(tmp_path / "copy.db"))
    after = len(acknowledged)
    thread.join()

    with sqlite3.connect(tmp_path / "copy.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    restored = open_store(f"sqlite:///{tmp_path}/copy.db")
    commits = [point.commit for point in restored.get_trend("shop", CONTRACT, "main")]
    assert before <= len(commits) <= after + 1
    assert commits == [one.snapshot.commit for one in uploads[: len(commits)]]
    assert restored.get_graph("shop", commits[-1]) == uploads[len(commits) - 1].snapshot.graph
    for one in uploads:
        restored.add_snapshot("shop", one, token_id=None)
    assert restored.get_trend("shop", CONTRACT, "main") == store.get_trend("shop", CONTRACT, "main")


def test_nothing_is_written_over(
    upgraded_sqlite: str, open_store: Callable[..., Store], tmp_path: Path
) -> None:
    (tmp_path / "copy.db").write_text("mine")

    with pytest.raises(StoreError, match="exists already"):
        open_store(upgraded_sqlite).backup(str(tmp_path / "copy.db"))

    assert (tmp_path / "copy.db").read_text() == "mine"


def test_a_folder_that_is_not_there_is_named(
    upgraded_sqlite: str, open_store: Callable[..., Store], tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        open_store(upgraded_sqlite).backup(str(tmp_path / "none" / "copy.db"))


def test_postgresql_has_its_own_way(upgraded_postgresql: str, open_store: Callable[..., Store]) -> None:
    with pytest.raises(StoreError, match="pg_dump"):
        open_store(upgraded_postgresql).backup("/tmp/none.dump")
