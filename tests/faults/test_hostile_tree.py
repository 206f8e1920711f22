"""A hostile tree: nothing of it is imported, and nothing that it configures is run."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import SCRIPT
from tests.faults.hostile import HostileTree
from tests.sources.trees import COMMIT_DAY, modification_times

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = {
    "the working tree": ("check", "--format", "json", "--no-cache"),
    "the working tree, named": ("check", "--root", ".", "--format", "json", "--jobs", "2", "--no-cache"),
    "the working tree, as text": ("check", "--no-cache"),
    "a commit": ("check", "--rev", "HEAD", "--format", "json", "--no-cache"),
    "a commit, as SARIF": ("check", "--rev", "HEAD", "--format", "sarif", "--no-cache"),
    "a look at it": ("doctor",),
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> HostileTree:
    """One hostile tree for all: nothing of ours may change it."""
    return HostileTree(tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_no_canary_is_left_by(hostile: HostileTree, arguments: tuple[str, ...]) -> None:
    done = hostile.run(SCRIPT, *arguments)

    assert hostile.take_canaries() == set(), done.stderr
    assert done.returncode == (0 if arguments == ("doctor",) else 1), done.stderr
    assert "Traceback" not in done.stderr


def test_no_canary_is_left_by_python_m(hostile: HostileTree) -> None:
    done = hostile.run(sys.executable, "-P", "-m", "archguard", *COMMANDS["the working tree"])

    assert hostile.take_canaries() == set(), done.stderr
    assert done.returncode == 1


def test_the_verdict_is_right_all_the_same(hostile: HostileTree) -> None:
    both = [
        json.loads(hostile.run(SCRIPT, *COMMANDS[name]).stdout)
        for name in ("the working tree", "a commit")
    ]

    assert both[1] == both[0] | {"commit": hostile.commit, "today": COMMIT_DAY}
    assert [(one["importer"], one["imported"], one["ghost"]) for one in both[0]["violations"]] == [
        ("evil.sub.a", "evil.sub.gone", True),
        ("evil.sub.a", "evil.sub.old", False),
    ]


def test_contract_types_are_refused_before_they_are_imported(hostile: HostileTree) -> None:
    done = hostile.run(SCRIPT, "check", "--config", "trusting.toml")

    assert hostile.take_canaries() == set()
    assert done.returncode == 2
    assert "--trust-contract-types" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_object_is_listed_and_not_fetched(tmp_path: Path) -> None:
    tree = HostileTree(tmp_path)
    tree.lose_an_object("evil/sub/old.py")

    done = tree.run(SCRIPT, *COMMANDS["a commit"])

    assert tree.take_canaries() == set()
    assert [one["path"] for one in json.loads(done.stdout)["coverage"]["unread"]] == ["evil/sub/old.py"]
    # The control: plain git asks the promisor.
    tree.run("git", "cat-file", "-p", "HEAD:evil/sub/old.py")
    assert "upload-pack" in tree.take_canaries()


def test_nothing_is_written_into_the_tree(hostile: HostileTree) -> None:
    before = modification_times(hostile.root)
    for arguments in COMMANDS.values():
        hostile.run(SCRIPT, *arguments)

    assert modification_times(hostile.root) == before


def test_the_control_plain_import_linter_runs_the_tree_s_code(hostile: HostileTree) -> None:
    lint_imports = SCRIPT.with_name("lint-imports")

    hostile.run(lint_imports, "--config", "lint.toml", "--no-cache")
    by_its_root = hostile.take_canaries()
    hostile.run(lint_imports, "--config", "trusting.toml", "--no-cache")
    by_its_contract_type = hostile.take_canaries()

    assert by_its_root
    assert by_its_contract_type


def test_the_control_plain_git_runs_what_the_tree_configures(hostile: HostileTree) -> None:
    hostile.run("git", "status")
    by_status = hostile.take_canaries()
    hostile.run("git", "log", "-1")
    by_log = hostile.take_canaries()

    assert "fsmonitor" in by_status
    assert "gpg" in by_log
