"""A hostile repository: reading its history runs nothing that it contains or configures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import SCRIPT, archguard
from tests.faults.hostile import HostileTree
from tests.history.running import column
from tests.sources.trees import git, modification_times, write_files

if TYPE_CHECKING:
    from pathlib import Path

LOST = "evil/sub/lost.py"
BACKFILL = ("backfill", "--repo", ".", "--rev", "HEAD", "--config", "pyproject.toml", "--no-cache")
COMMANDS = {
    "every commit": (),
    "every commit with its violations": ("--violations",),
    "every day": ("--every", "day"),
    "since a day": ("--since", "2025-01-01"),
    "both sides of merges": ("--no-first-parent",),
    "one process": ("--jobs", "1"),
    "two processes": ("--jobs", "2"),
    "a table": ("--format", "text"),
}


class HostileHistory(HostileTree):
    """A hostile tree with a history, a merge in it, and a missing object of a promisor."""

    def _poison_git(self) -> None:
        write_files(self.root, {LOST: "import evil.sub.old  # lost\n"})
        self._commit("lost")
        git(self.root, "checkout", "--quiet", "-b", "side")
        write_files(self.root, {"evil/sub/side.py": "import evil.sub.old\n"})
        self._commit("side")
        git(self.root, "checkout", "--quiet", "main")
        write_files(self.root, {LOST: "", ".gitattributes": "*.py diff=evil filter=evil\n"})
        self._commit("main")
        git(self.root, "merge", "--quiet", "--no-edit", "side")
        super()._poison_git()
        self.promised = git(self.root, "rev-parse", f"HEAD~2:{LOST}")
        (self.root / ".git" / "objects" / self.promised[:2] / self.promised[2:]).unlink()
        self.take_canaries()

    def _commit(self, message: str) -> None:
        git(self.root, "add", "--all")
        git(self.root, "commit", "--quiet", "--message", message)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> HostileHistory:
    """One hostile repository for all tests; archguard must not change it."""
    return HostileHistory(tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_no_canary_is_left_by(hostile: HostileHistory, arguments: tuple[str, ...]) -> None:
    done = hostile.run(SCRIPT, *BACKFILL, *arguments)

    assert hostile.take_canaries() == set(), done.stderr
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_no_canary_is_left_from_outside(hostile: HostileHistory, tmp_path: Path) -> None:
    hostile.take_canaries()
    git_dir = hostile.root / ".git"
    for repository in (hostile.root, hostile.root / "evil", git_dir):
        archguard(
            *(*BACKFILL, "--repo", repository, "--config", hostile.root / "pyproject.toml"), cwd=tmp_path
        )

    assert hostile.take_canaries() == set()


def test_the_lines_are_right_all_the_same(hostile: HostileHistory) -> None:
    done = hostile.run(SCRIPT, *BACKFILL, "--violations")
    lines = [json.loads(line) for line in done.stdout.splitlines()]

    assert lines[-1]["commit"] == hostile.commit
    assert column(lines, "violations", "ghosts") == [1, 1, 1, 1]
    assert column(lines, "violations", "old") == [1, 1, 1, 1]
    assert [line["coverage"]["unread"] for line in lines] == [0, 1, 0, 0]


def test_a_missing_object_is_listed_and_not_fetched(hostile: HostileHistory) -> None:
    done = hostile.run(SCRIPT, *BACKFILL)

    assert hostile.take_canaries() == set()
    assert [json.loads(line)["coverage"]["unread"] for line in done.stdout.splitlines()] == [0, 1, 0, 0]
    # The control: plain git asks the promisor.
    hostile.run("git", "cat-file", "-p", hostile.promised)
    assert "upload-pack" in hostile.take_canaries()


def test_contract_types_are_refused_before_they_are_imported(hostile: HostileHistory) -> None:
    done = hostile.run(SCRIPT, *BACKFILL, "--config", "trusting.toml")

    assert hostile.take_canaries() == set()
    assert done.returncode == 2
    assert "contract_types" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_nothing_is_written_into_the_repository(hostile: HostileHistory) -> None:
    before = modification_times(hostile.root)
    for arguments in COMMANDS.values():
        hostile.run(SCRIPT, *BACKFILL, *arguments)

    assert modification_times(hostile.root) == before


CONTROLS: dict[str, tuple[str, tuple[str, ...]]] = {
    "fsmonitor": ("fsmonitor", ("status",)),
    "the signature's program": ("gpg", ("log", "-1")),
    "the signature's program, asked for": ("gpg", ("log", "-p", "--show-signature", "--first-parent")),
    "textconv": ("textconv", ("log", "-p", "-1", "HEAD^2")),
    "the external diff": ("diff", ("diff", "HEAD^2~1", "HEAD^2")),
    "a filter": ("clean", ("add", "--dry-run", "--renormalize", ".")),
    "a hook": ("hook-reference-transaction", ("update-ref", "refs/heads/x", "HEAD")),
    "the promisor": ("upload-pack", ("cat-file", "-p", "{promised}")),
    "the promisor, by a walk": ("upload-pack", ("log", "-p", "--no-textconv", "HEAD~2")),
}


@pytest.mark.parametrize(("canary", "arguments"), CONTROLS.values(), ids=CONTROLS)
def test_the_control_plain_git_runs(tmp_path: Path, canary: str, arguments: tuple[str, ...]) -> None:
    tree = HostileHistory(tmp_path)

    tree.run("git", *(word.format(promised=tree.promised) for word in arguments))

    assert canary in tree.take_canaries()
