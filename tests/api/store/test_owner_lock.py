"""An SQLite database has one owner; what runs beside it never checkpoints its log."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archguard_api.models import Scope
from archguard_api.services.tokens import create_token
from archguard_api.store import Store, StoreError, check_schema, upgrade_schema
from tests.api.databases import create_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable

_CRASH = """\
import os, sys
from archguard_api.store import Store
from tests.api.snapshots import history
store = Store(sys.argv[1], reserve_bytes=0)
for upload in history([[("shop.a", "shop.old")], []]):
    store.add_snapshot("shop", upload, token_id=None)
os._exit(9)
"""


@pytest.fixture
def crashed(tmp_path: Path) -> Path:
    """A database whose owner was killed: its log holds what was stored."""
    file = tmp_path / "archguard.db"
    url = create_sqlite(file)
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", _CRASH, url], cwd=root, check=False)
    assert done.returncode == 9
    assert _log(file).stat().st_size > 0
    return file


def _log(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def _add_token(url: str, *, checkpoints: bool) -> None:
    store = Store(url, reserve_bytes=0, checkpoints=checkpoints)
    _, token = create_token(None, Scope.READ, now=1_000_000, days=None)
    store.credentials.add_token(token)
    store.close()


def _backup(url: str) -> None:
    store = Store(url, checkpoints=False)
    store.backup(f"{url.removeprefix('sqlite:///')}.copy")
    store.close()


def _list_tokens(url: str) -> None:
    store = Store(url, checkpoints=False)
    assert store.credentials.list_tokens(None) == ()
    store.close()


@pytest.mark.parametrize(
    "command",
    [lambda url: _add_token(url, checkpoints=False), _list_tokens, _backup, check_schema],
    ids=["token create", "token list", "db backup", "db check"],
)
def test_a_command_beside_the_service_leaves_the_log_to_it(
    command: Callable[[str], object], crashed: Path
) -> None:
    before, log = crashed.read_bytes(), _log(crashed).read_bytes()

    command(f"sqlite:///{crashed}")

    assert crashed.read_bytes() == before
    assert _log(crashed).read_bytes()[: len(log)] == log


def test_the_owner_moves_the_log_into_the_database(crashed: Path) -> None:
    before = crashed.read_bytes()

    _add_token(f"sqlite:///{crashed}", checkpoints=True)

    assert crashed.read_bytes() != before
    assert not _log(crashed).exists()


def test_a_command_that_ends_last_leaves_all_that_was_stored_to_the_next_owner(crashed: Path) -> None:
    url = f"sqlite:///{crashed}"
    _add_token(url, checkpoints=False)

    store = Store(url, reserve_bytes=0, owner=True)
    snapshots, tokens = (
        store.list_snapshots("shop", branch=None, after=None, limit=9),
        store.credentials.list_tokens(None),
    )
    store.close()

    assert len(snapshots.items) == 2
    assert len(tokens) == 1
    assert not _log(crashed).exists()


def test_a_second_owner_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    url = create_sqlite(tmp_path / "archguard.db")
    (tmp_path / "other").symlink_to(tmp_path, target_is_directory=True)
    by_another_way = f"sqlite:///{tmp_path}/other/archguard.db"
    first = Store(url, reserve_bytes=0, owner=True)

    for refused in (
        lambda: Store(url, owner=True),
        lambda: Store(by_another_way, owner=True),
        lambda: upgrade_schema(url),
    ):
        with pytest.raises(StoreError, match=f"process {os.getpid()} owns this database") as caught:
            refused()
        assert str(caught.value).count(". ") == 0
    _add_token(url, checkpoints=False)
    first.close()
    upgrade_schema(by_another_way)
    second = Store(by_another_way, owner=True)
    second.close()


def test_a_lock_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    url = create_sqlite(tmp_path / "archguard.db")
    (tmp_path / "archguard.db.lock").mkdir()

    with pytest.raises(StoreError, match="the lock cannot be opened"):
        Store(url, owner=True)


def test_another_program_s_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "photos.db"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE photos (name TEXT)")
    connection.close()
    before = file.read_bytes()

    for refused in (check_schema, upgrade_schema, Store):
        with pytest.raises(StoreError, match="another program's database"):
            refused(f"sqlite:///{file}")

    assert file.read_bytes() == before


def test_postgresql_needs_no_owner(upgraded_postgresql: str) -> None:
    stores = [Store(upgraded_postgresql, owner=True) for _ in range(2)]
    for store in stores:
        store.close()
