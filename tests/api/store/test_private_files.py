"""Nobody but their owner reads a database, its log and its backups, whatever the umask."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from archguard_api.store import Store, upgrade_schema
from tests.api.databases import create_sqlite
from tests.api.snapshots import upload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def _umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def _modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.lstat().st_mode) for path in folder.iterdir()}


def test_new_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    url = f"sqlite:///{tmp_path}/archguard.db"
    with _umask(0):
        upgrade_schema(url)
        store = Store(url, reserve_bytes=0, owner=True)
        store.add_snapshot("shop", upload("one"), token_id=None)
        store.backup(str(tmp_path / "copy.db"))
        modes = _modes(tmp_path)
        store.close()

    names = {"archguard.db", "archguard.db-wal", "archguard.db-shm", "archguard.db.lock", "copy.db"}
    assert modes == dict.fromkeys(names, 0o600)


def test_a_umask_that_takes_all_leaves_a_database_that_works(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/archguard.db"
    with _umask(0o777):
        upgrade_schema(url)

    assert _modes(tmp_path)["archguard.db"] == 0o600


def test_the_owner_tightens_its_old_files_and_no_others(tmp_path: Path) -> None:
    url = create_sqlite(tmp_path / "archguard.db")
    create_sqlite(tmp_path / "archguard-2026-11-22.db")
    create_sqlite(tmp_path / "elsewhere.db")
    (tmp_path / "archguard.db-wal").touch()
    (tmp_path / "archguard.toml").write_text("ours, but no database")
    (tmp_path / "archguard-link.db").symlink_to(tmp_path / "elsewhere.db")
    for path in tmp_path.iterdir():
        path.chmod(0o664)

    beside = Store(url, checkpoints=False)
    beside.close()
    before = _modes(tmp_path)
    owner = Store(url, owner=True)
    after = _modes(tmp_path)
    owner.close()

    assert before["archguard.db"] == 0o664  # a command beside the service changes none
    assert {name for name, mode in after.items() if mode == 0o664} == {"archguard.toml", "elsewhere.db"}
    assert after["archguard.db"] == after["archguard-2026-11-22.db"] == 0o600
