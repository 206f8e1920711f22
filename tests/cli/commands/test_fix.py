"""`archguard fix`: files are changed, the tree is judged again, and what goes wrong is undone."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands.test_plan import CONFIGURATION, TREE, write_shop
from tests.cli.console_script import SCRIPT, archguard
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from pathlib import Path

READY = {
    "shop/a/one.py": "from shop.new import total\n",
    "shop/a/two.py": "from shop.new import Cart as OldCart\nfrom shop.home import moved\n",
    "shop/b/three.py": "import shop.new\nshop.new.total()\n",
}
"""What becomes of the files that can be rewritten."""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The tree, committed to `main`."""
    root = tmp_path / "shop"
    root.mkdir()
    write_shop(root)
    commit_all(root)
    git(root, "config", "user.name", "Some One")
    git(root, "config", "user.email", "one@example.org")
    return root


@pytest.fixture
def easy(shop: Path) -> Path:
    """The tree without what is blocked, committed."""
    write_files(shop, {"shop/b/four.py": "", "shop/b/five.py": ""})
    git(shop, "commit", "--quiet", "--all", "--message", "easy")
    return shop


def read_tree(root: Path) -> dict[str, str]:
    """Return the Python files of the tree."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes().decode()
        for path in sorted((root / "shop").rglob("*.py"))
    }


def _expect_all() -> dict[str, str]:
    return {path: text for path, text in (TREE | READY).items() if path.endswith(".py")}


def test_the_diff_is_what_git_applies(shop: Path) -> None:
    before = read_tree(shop)

    done = archguard("fix", "--root", shop)

    assert read_tree(shop) == before
    subprocess.run(["git", "apply"], cwd=shop, input=done.stdout.encode(), check=True)
    assert read_tree(shop) == _expect_all()


def test_what_is_refused_is_listed_with_its_line_and_reason(shop: Path) -> None:
    done = archguard("fix", "--root", shop)

    assert done.returncode == 1
    assert "shop/b/four.py:1: missing-symbol: shop.new has no alone." in done.stderr
    assert "shop/b/five.py:2: string-reference: " in done.stderr


def test_files_are_changed_and_the_count_is_proved(shop: Path) -> None:
    done = archguard("fix", "--root", shop, "--write")

    assert done.returncode == 1  # something was refused
    assert "Batch 1: 3 violations gone, 3 files changed: one-cart 5 -> 2." in done.stderr
    assert read_tree(shop) == _expect_all()


def test_all_done_is_0_and_so_is_nothing_to_do(easy: Path) -> None:
    assert archguard("fix", "--root", easy, "--write").returncode == 0
    assert archguard("check", "--root", easy).returncode == 0
    assert archguard("fix", "--root", easy, "--write").returncode == 0


def test_modes_and_line_ends_stay(easy: Path) -> None:
    write_files(easy, {"shop/a/one.py": b"#!/bin/sh\r\nfrom shop.old import total\r\n"})

    archguard("fix", "--root", easy, "--write", "--path", "shop/a/one.py")

    assert (easy / "shop/a/one.py").read_bytes() == b"#!/bin/sh\r\nfrom shop.new import total\r\n"
    assert os.access(easy / "shop/a/one.py", os.X_OK)


def test_a_batch_can_be_chosen(shop: Path) -> None:
    done = archguard("fix", "--root", shop, "--write", "--batch-size", "2", "--batch", "2")

    assert done.returncode == 0
    changed = {path for path, text in read_tree(shop).items() if text != TREE[path]}
    assert changed == {"shop/b/three.py"}


def test_each_batch_is_a_commit_on_a_branch_of_its_own(easy: Path) -> None:
    tip = git(easy, "rev-parse", "main")

    done = archguard("fix", "--root", easy, "--commit", "--batch-size", "2")

    assert done.returncode == 0, done.stderr
    assert git(easy, "rev-parse", "main") == tip
    assert git(easy, "rev-parse", "--abbrev-ref", "HEAD") == "archguard/fix-one-cart"
    assert git(easy, "status", "--porcelain") == ""
    assert git(easy, "log", "--format=%an|%s", "main..HEAD").splitlines() == [
        "Some One|Replace imports of deprecated modules (one-cart)",
        "Some One|Replace imports of deprecated modules (one-cart)",
    ]
    assert "Violations: one-cart 3 -> 1." in git(easy, "log", "--format=%b", "HEAD~1", "-1")


def test_a_dirty_tree_is_refused(easy: Path) -> None:
    write_files(easy, {"shop/new.py": TREE["shop/new.py"] + "# changed\n"})
    before = read_tree(easy)

    done = archguard("fix", "--root", easy, "--commit")

    assert done.returncode == 1
    assert "dirty-tree" in done.stderr
    assert "shop/new.py" in done.stderr
    assert (read_tree(easy), git(easy, "branch", "--list", "archguard/*")) == (before, "")


def test_a_branch_that_exists_is_a_mistake(easy: Path) -> None:
    git(easy, "branch", "archguard/fix-one-cart")
    before = read_tree(easy)

    done = archguard("fix", "--root", easy, "--commit")

    assert (done.returncode, read_tree(easy)) == (2, before)
    assert "archguard/fix-one-cart exists already" in done.stderr
    assert archguard("fix", "--root", easy, "--commit", "--branch", "mine").returncode == 0


def test_a_batch_that_turns_the_tests_red_is_undone_and_the_next_follows(easy: Path) -> None:
    before = read_tree(easy)

    done = archguard(
        "fix", "--root", easy, "--write", "--batch-size", "2", "--test", "! grep -q new shop/a/two.py"
    )

    assert done.returncode == 2
    assert "Batch 1 was undone: tests-red: " in done.stderr
    assert "Batch 2: 1 violation gone, 1 file changed: one-cart 3 -> 2." in done.stderr
    assert read_tree(easy) == before | {"shop/b/three.py": READY["shop/b/three.py"]}


def test_tests_that_are_red_before_are_a_mistake(easy: Path) -> None:
    before = read_tree(easy)

    done = archguard("fix", "--root", easy, "--commit", "--test", "false")

    assert (done.returncode, read_tree(easy)) == (2, before)
    assert "--test: 'false' fails before anything is changed." in done.stderr
    assert git(easy, "branch", "--list", "archguard/*") == ""


def test_what_a_test_command_prints_is_not_part_of_the_diff(easy: Path) -> None:
    done = archguard("fix", "--root", easy, "--write", "--test", "echo printed")

    assert done.stdout == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--batch", "7"), "--batch 7: there is no such batch; the plan has batches 1 to 1."),
        (("--test", "true"), "--branch and --test need --commit or --write."),
        (("--commit", "--branch", "a..b"), "--branch a..b: git takes no branch of this name."),
    ],
)
def test_a_mistake_is_named_and_nothing_is_changed(
    shop: Path, options: tuple[str, ...], message: str
) -> None:
    before = read_tree(shop)

    done = archguard("fix", "--root", shop, *options)

    assert (done.returncode, done.stdout, read_tree(shop)) == (2, "", before)
    assert message in done.stderr


def test_a_killed_run_leaves_every_file_whole_and_the_next_one_ends_it(tmp_path: Path) -> None:
    importers = {f"shop/i{number}.py": "from shop.old import total\n" * 50 for number in range(40)}
    tree = {path: text for path, text in TREE.items() if not path.startswith(("shop/a", "shop/b"))}
    write_shop(tmp_path, tree | importers)
    last = tmp_path / sorted(importers)[-1]
    command = [str(SCRIPT), "fix", "--root", str(tmp_path), "--write", "--batch-size", "5"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while process.poll() is None and not _count_changed(tmp_path, importers):
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    new = "from shop.new import total\n" * 50
    texts = {path: (tmp_path / path).read_text() for path in importers}

    assert set(texts.values()) <= {importers["shop/i0.py"], new}
    assert 0 < _count_changed(tmp_path, importers) < len(importers) or last.read_text() == new
    assert archguard("fix", "--root", tmp_path, "--write").returncode == 0
    assert {(tmp_path / path).read_text() for path in importers} == {new}


def _count_changed(root: Path, importers: dict[str, str]) -> int:
    return sum((root / path).read_text() != text for path, text in importers.items())


def test_a_contract_of_another_kind_is_judged_again_too(easy: Path) -> None:
    layers = """
[[tool.importlinter.contracts]]
id = "layers"
name = "Layers"
type = "layers"
layers = ["shop.b", "shop.a", "shop.new"]
"""
    write_files(easy, {"pyproject.toml": CONFIGURATION + layers})

    done = archguard("fix", "--root", easy, "--write")

    assert done.returncode == 0, done.stderr
    assert archguard("check", "--root", easy).returncode == 0


def test_with_partial_names_move_and_the_violation_stays(shop: Path) -> None:
    write_files(shop, {"shop/b/four.py": "from shop.old import alone, total\n"})
    git(shop, "commit", "--quiet", "--all", "--message", "two names")

    planned = archguard("plan", "--root", shop, "--partial", "--path", "shop/b/four.py")
    done = archguard("fix", "--root", shop, "--commit", "--partial", "--path", "shop/b/four.py")

    assert "  0 violations in 1 file below shop/b\n  After it: one-cart 5 -> 5\n" in planned.stdout
    assert done.returncode == 1  # one name is still missing
    assert "shop/b/four.py:1: missing-symbol: " in done.stderr
    after = "from shop.old import alone\nfrom shop.new import total\n"
    assert (shop / "shop/b/four.py").read_text() == after
    assert git(shop, "status", "--porcelain") == ""
    assert len(git(shop, "rev-list", "main..HEAD").splitlines()) == 1


def test_a_file_that_the_tests_change_is_not_rewritten_by_an_old_plan(easy: Path) -> None:
    before = read_tree(easy)

    done = archguard(
        "fix", "--root", easy, "--write", "--batch-size", "2", "--test", "echo >> shop/b/three.py"
    )

    assert done.returncode == 2
    assert "shop/b/three.py was changed since it was planned" in done.stderr
    changed = before["shop/b/three.py"] + "\n\n"  # before the first batch, and after it
    assert read_tree(easy)["shop/b/three.py"] == changed
