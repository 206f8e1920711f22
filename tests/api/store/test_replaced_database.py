"""A PostgreSQL that is restored under a running service: nothing of before is served, or written."""

from __future__ import annotations

import threading

import psycopg
import pytest

from archguard.snapshot import compress
from archguard.snapshot.codec import encode
from archguard_api.errors import ReplacedError
from archguard_api.services.rebuild_thread import POLL_SECONDS, RebuildThread
from archguard_api.store import Store
from archguard_api.store.schema import metadata
from tests.api.serving import SHOP, UPLOADED, serve
from tests.api.snapshots import history, upload

TABLES = [table.name for table in metadata.sorted_tables]


def _dump(url: str) -> dict[str, bytes]:
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        rows = {}
        for table in TABLES:
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                rows[table] = b"".join(bytes(one) for one in copy)
        return rows


def _restore(url: str, rows: dict[str, bytes]) -> None:
    """Put rows in the place of those that are there, as `pg_restore --data-only` does."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)}")
        for table in TABLES:
            with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                copy.write(rows[table])


@pytest.fixture
def database(upgraded_postgresql: str) -> str:
    """The address of a fresh PostgreSQL database with this version's schema."""
    return upgraded_postgresql


def test_no_answer_of_before_the_restore_is_given(database: str) -> None:
    path = f"{SHOP}/trend"
    with serve(database) as running:
        for one in history([[("a", "old")]]):
            running.upload(one)
        assert running.get(path).status_code == 200
        rows = _dump(database)
        running.upload(upload("lost", [("a", "old"), ("b", "old")], parent="c0", at=1_800_000_000))
        lost = running.get(path)
        assert running.get(path).content == lost.content

        _restore(database, rows)
        other = Store(database)
        kept = upload("kept", [], parent="c0", at=1_800_000_000)
        other.add_snapshot("shop", kept, token_id=None)
        other.close()

        assert running.get(path).status_code == 503
        more = compress(encode(upload("more", [], parent="kept")))
        assert running.send(more, headers=UPLOADED).status_code == 503
        with serve(database) as restarted:
            commits = [point["commit"] for point in restarted.get(path).json()["points"]]

    assert commits[-1] == kept.snapshot.commit


def test_the_process_ends_so_that_another_one_begins_anew(database: str) -> None:
    ended = threading.Event()
    store = Store(database)
    store.add_snapshot("shop", upload("c0"), token_id=None)
    thread = RebuildThread(store, ended.set)
    thread.start()
    rows = _dump(database)
    assert not ended.wait(2 * POLL_SECONDS)

    _restore(database, rows)

    assert ended.wait(10)
    with pytest.raises(ReplacedError):
        store.list_branches("shop", after=None, limit=1)
    thread.stop()
    store.close()
