"""The demo's commits as git has them."""

from __future__ import annotations

import datetime
import subprocess
from typing import TYPE_CHECKING

from archguard.demo import Commit, PullRequest, write_repository

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
HISTORY = [
    Commit("First, with ümlauts", NOON, {"a/b.py": "x = 'ä'\n", "c.py": ""}),
    Commit("Second", NOON + datetime.timedelta(days=1), {"c.py": None, "d.py": "y = 1\n"}),
]


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, check=True, text=True
    )
    return done.stdout


def test_commits_are_written_in_order_with_their_dates(tmp_path: Path) -> None:
    write_repository(str(tmp_path), HISTORY)

    log = _git(tmp_path, "log", "--reverse", "--format=%ct %s", "main").splitlines()
    assert log == [f"{int(one.at.timestamp())} {one.subject}" for one in HISTORY]
    _git(tmp_path, "fsck", "--strict")


def test_the_last_commit_stands_in_the_folder(tmp_path: Path) -> None:
    write_repository(str(tmp_path), HISTORY)

    assert _git(tmp_path, "status", "--porcelain") == ""
    assert (tmp_path / "a" / "b.py").read_text(encoding="utf-8") == "x = 'ä'\n"
    assert not (tmp_path / "c.py").exists()


def test_a_pull_request_is_a_commit_on_a_branch_of_its_own(tmp_path: Path) -> None:
    change = Commit("Third", NOON + datetime.timedelta(days=2), {"d.py": "y = 2\n"})

    write_repository(str(tmp_path), HISTORY, PullRequest(7, "change", change))

    assert _git(tmp_path, "rev-parse", "change^") == _git(tmp_path, "rev-parse", "main")
    assert _git(tmp_path, "diff", "--name-only", "main", "change") == "d.py\n"
    assert (tmp_path / "d.py").read_text() == "y = 1\n"
