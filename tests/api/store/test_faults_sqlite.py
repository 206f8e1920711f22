"""SQLite when it is locked, when the disk is full, and what it is told."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from archguard_api.errors import BusyError, FullError, InvalidError
from archguard_api.store import Store, upgrade_schema
from tests.api import snapshots
from tests.api.snapshots import CONTRACT, history, upload
from tests.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Open = Callable[..., Store]

A = ("shop.a", "shop.old")
_HOLD = """\
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


class Locked:
    """Another process that holds the database."""

    def __init__(self, path: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"held\n"

    def release(self) -> None:
        self._process.communicate(timeout=10)


def _path(url: str) -> str:
    return url.removeprefix("sqlite:///")


def test_a_locked_database_is_busy_in_time_and_is_read_all_the_same(
    upgraded_sqlite: str, open_store: Open
) -> None:
    store = open_store(upgraded_sqlite, patience=0.5)
    store.add_snapshot("shop", upload("c0", [A]), token_id=None)
    other = Locked(_path(upgraded_sqlite))
    start, watch = time.monotonic(), Stopwatch()

    with pytest.raises(BusyError) as refused:
        store.add_snapshot("shop", upload("c1", parent="c0"), token_id=None)

    assert watch.seconds() < 2
    assert time.monotonic() - start > 0.4
    assert refused.value.retry_after == 1
    with pytest.raises(BusyError):
        store.ping()
    assert len(store.get_trend("shop", CONTRACT, "main")) == 1
    other.release()
    assert store.add_snapshot("shop", upload("c1", parent="c0"), token_id=None).created


def test_a_stale_branch_is_read_as_it_was_while_nobody_can_write(
    upgraded_sqlite: str, open_store: Open
) -> None:
    store = open_store(upgraded_sqlite, patience=0.2)
    uploads = history([[A], [], [A]])
    store.add_snapshot("shop", uploads[0], token_id=None)
    store.add_snapshot("shop", uploads[2], token_id=None)
    store.add_snapshot("shop", uploads[1], token_id=None)
    other = Locked(_path(upgraded_sqlite))
    assert len(store.get_trend("shop", CONTRACT, "main")) == 2
    with pytest.raises(BusyError):
        store.upkeep.finish_rebuilds()

    other.release()
    store.upkeep.finish_rebuilds()

    assert len(store.get_trend("shop", CONTRACT, "main")) == 3


def test_a_short_lock_is_waited_for(upgraded_sqlite: str, open_store: Open) -> None:
    store = open_store(upgraded_sqlite)
    other = Locked(_path(upgraded_sqlite))
    threading.Timer(0.5, other.release).start()

    assert store.add_snapshot("shop", upload("c0"), token_id=None).created


def test_below_the_reserve_nothing_is_stored_and_all_is_read(
    upgraded_sqlite: str, open_store: Open
) -> None:
    open_store(upgraded_sqlite).add_snapshot("shop", upload("c0", [A]), token_id=None)
    store = open_store(upgraded_sqlite, reserve_bytes=2**62)

    with pytest.raises(FullError):
        store.add_snapshot("shop", upload("c1"), token_id=None)

    with pytest.raises(FullError):
        store.ping()
    assert len(store.get_trend("shop", CONTRACT, "main")) == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a disk of its own needs root, and the right to mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.slow
def test_on_a_full_disk_reads_go_on_and_writes_come_back(small_disk: Path, open_store: Open) -> None:
    url = f"sqlite:///{small_disk}/archguard.db"
    upgrade_schema(url)
    store = open_store(url)
    acknowledged = []
    refused: FullError | None = None
    for number in range(2000):
        edges = [(f"shop.m{number}_{one}", "shop.old") for one in range(60)]
        one = upload(f"c{number}", edges, parent=f"c{number - 1}" if number else None)
        try:
            store.add_snapshot("shop", one, token_id=None)
        except FullError as error:
            refused = error
            break
        acknowledged.append(one.snapshot.commit)
    assert refused is not None
    assert isinstance(refused.__cause__.orig, sqlite3.OperationalError)  # type: ignore[union-attr]
    assert len(acknowledged) > 3

    with pytest.raises(FullError):
        store.add_snapshot("shop", one, token_id=None)
    assert [point.commit for point in store.get_trend("shop", CONTRACT, "main")] == acknowledged
    assert store.get_graph("shop", acknowledged[-1]) is not None

    subprocess.run(["mount", "-o", "remount,size=30m", str(small_disk)], check=True)
    assert store.add_snapshot("shop", one, token_id=None).created
    store.close()
    with sqlite3.connect(_path(url)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    again = open_store(url)
    assert [p.commit for p in again.get_trend("shop", CONTRACT, "main")] == [
        *acknowledged,
        one.snapshot.commit,
    ]


def test_a_commit_is_on_the_disk_before_it_is_acknowledged(
    upgraded_sqlite: str, open_store: Open
) -> None:
    store = open_store(upgraded_sqlite)

    def pragma(name: str, engine: str) -> object:
        with getattr(store._engines, engine).connect() as connection:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

    assert [pragma(one, "writer") for one in ("journal_mode", "synchronous", "foreign_keys")] == [
        "wal",
        2,
        1,
    ]
    assert [pragma(one, "reader") for one in ("query_only", "wal_autocheckpoint")] == [1, 0]
    assert pragma("trusted_schema", "writer") == pragma("trusted_schema", "reader") == 0


def test_a_read_that_takes_too_long_ends(
    upgraded_sqlite: str, open_store: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(upgraded_sqlite)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    monkeypatch.setattr("archguard_api.store.engines.TIMEOUT_SECONDS", 0.2)
    watch = Stopwatch()

    with pytest.raises(BusyError):
        store._database.read(lambda connection: connection.exec_driver_sql(endless).scalar())

    assert watch.seconds() < 5


@pytest.mark.parametrize("name", ["\ud800", "a\x00b"])
def test_a_name_that_no_database_holds_is_no_fault_of_the_service(store: Store, name: str) -> None:
    with suppress(InvalidError):
        assert store.get_project(name) is None


def test_a_damaged_content_is_an_error_and_no_wrong_answer(
    upgraded_sqlite: str, open_store: Open
) -> None:
    store = open_store(upgraded_sqlite)
    store.add_snapshot("shop", upload("c0", [A]), token_id=None)
    store.close()
    with sqlite3.connect(_path(upgraded_sqlite)) as connection:
        other = connection.execute(
            "SELECT c.data FROM contents c JOIN snapshots s ON s.details_id = c.id"
        ).fetchone()[0]
        connection.execute(
            "UPDATE contents SET data = ? WHERE id = (SELECT graph_id FROM snapshots)", (other,)
        )
    connection.close()

    with pytest.raises(Exception, match="damaged"):
        open_store(upgraded_sqlite).get_graph("shop", snapshots.commit_id("c0"))
