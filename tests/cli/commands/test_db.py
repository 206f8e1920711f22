"""`archguard db`."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

from archguard_api.store import Store
from tests.api.snapshots import CONTRACT, commit_id, history
from tests.cli.console_script import archguard

if TYPE_CHECKING:
    from pathlib import Path

A = ("shop.a", "shop.old")


def _fill(url: str) -> None:
    store = Store(url, reserve_bytes=0)
    for upload in history([[A], [], [A]]):
        store.add_snapshot("shop", upload, token_id=None)
    store.close()


def test_upgrade_check_backup_and_prune(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/archguard.db"

    before = archguard("db", "check", "--database", url)
    assert before.returncode == 2
    assert f"run archguard db upgrade --database {url}" in before.stderr
    assert archguard("db", "upgrade", "--database", url).returncode == 0
    assert archguard("db", "check", "--database", url).returncode == 0
    _fill(url)

    copied = archguard("db", "backup", "--database", url, "--output", tmp_path / "copy.db")
    assert copied.returncode == 0
    pruned = archguard("db", "prune", "--database", url, "--keep", "1", "--project", "shop")
    assert pruned.stdout.startswith("Dropped 2 graphs")

    store, copy = Store(url), Store(f"sqlite:///{tmp_path}/copy.db")
    assert store.get_trend("shop", CONTRACT, "main") == copy.get_trend("shop", CONTRACT, "main")
    assert store.get_graph("shop", commit_id("c0")) is None
    assert copy.get_graph("shop", commit_id("c0")) is not None
    store.close()
    copy.close()


def test_an_upgrade_works_out_what_an_earlier_version_did_not_store(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/archguard.db"
    archguard("db", "upgrade", "--database", url)
    _fill(url)
    with sqlite3.connect(tmp_path / "archguard.db") as connection:
        for table in ("line_changes", "summaries"):
            assert connection.execute(f"DELETE FROM {table}").rowcount == 1

    assert archguard("db", "upgrade", "--database", url).returncode == 0

    with sqlite3.connect(tmp_path / "archguard.db") as connection:
        for table in ("line_changes", "summaries"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)


def test_the_default_folder_is_made(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "new")}

    assert archguard("db", "upgrade", env=environment).returncode == 0
    assert archguard("token", "list", env=environment).returncode == 0


def test_what_cannot_be_done_is_one_sentence_and_exit_2(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/archguard.db"
    archguard("db", "upgrade", "--database", url)

    for arguments, sentence in (
        (["prune", "--database", url], "say what to keep"),
        (["prune", "--database", url, "--keep", "90 days"], "say what to keep"),
        (
            ["prune", "--database", url, "--keep", "1", "--project", "none"],
            "there is no such project",
        ),
        (["backup", "--database", url, "--output", str(tmp_path / "archguard.db")], "exists already"),
        (["upgrade", "--database", "mysql://x"], "invalid database URL"),
        (["none"], "unknown command 'none'"),
    ):
        done = archguard("db", *arguments)
        assert done.returncode == 2
        assert sentence in done.stderr


def test_without_the_service_it_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "from archguard.cli import main; main(['db', 'check'])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr == (
        "archguard: the service needs the package sqlalchemy: install archguard[server].\n"
    )
