"""`archguard fix --delete`: a module leaves that nobody names; the contract stays."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands.test_plan import CONFIGURATION
from tests.cli.console_script import SCRIPT, archguard
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from pathlib import Path

TREE = {
    "pyproject.toml": CONFIGURATION,
    "shop/__init__.py": "",
    "shop/new.py": "class Cart: pass\n",
    "shop/user.py": "from shop.new import Cart\n",
    "shop/old/__init__.py": "from shop.old.inner import thing\n",
    "shop/old/inner.py": "def thing(): pass\n",
    "shop/old/deep/__init__.py": "",
    "shop/old/deep/words.txt": "words\n",
}
OWN_TEST: dict[str | bytes, str | bytes] = {
    "tests/test_old.py": (
        "from unittest.mock import patch\nfrom shop.old import thing\npatch('shop.old.thing')\n"
    )
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The tree, committed to `main`."""
    root = tmp_path / "shop"
    root.mkdir()
    write_files(root, dict(TREE.items()))
    commit_all(root)
    git(root, "config", "user.name", "Some One")
    git(root, "config", "user.email", "one@example.org")
    return root


def delete(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `fix --delete shop.old`."""
    return archguard("fix", "--root", root, "--delete", "shop.old", *options)


def list_files(root: Path) -> set[str]:
    """Return the paths of the tree's files."""
    files = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(root).as_posix() for path in files}


KEPT = {path for path in TREE if not path.startswith("shop/old/")}


def test_a_package_leaves_and_the_contract_stays(shop: Path) -> None:
    write_files(shop, {"shop/old/__pycache__/inner.cpython-311.pyc": b"compiled"})

    done = delete(shop, "--write")

    assert done.returncode == 0, done.stderr
    assert "shop.old: 4 files deleted: the counts are the same." in done.stderr
    assert "shop/old/deep/words.txt leaves with shop.old." in done.stderr
    assert list_files(shop) == KEPT
    assert not (shop / "shop/old").exists()
    checked = archguard("check", "--root", shop)
    assert checked.returncode == 0, checked.stdout
    assert "kept   One cart" in checked.stdout


def test_a_module_leaves_alone(shop: Path) -> None:
    git(shop, "rm", "-r", "--quiet", "shop/old")
    write_files(shop, {"shop/old.py": "X = 1\n", "shop/older.py": "", "shop/old.pyi": "X: int\n"})

    assert delete(shop, "--write").returncode == 0

    assert list_files(shop) == KEPT | {"shop/older.py"}


def test_the_diff_is_the_default_and_git_applies_it(shop: Path) -> None:
    done = delete(shop)

    assert (done.returncode, list_files(shop)) == (0, set(TREE))
    subprocess.run(["git", "apply"], cwd=shop, input=done.stdout.encode(), check=True)
    assert list_files(shop) == KEPT


def test_a_commit_goes_on_a_branch_of_its_own(shop: Path) -> None:
    write_files(shop, {"shop/old/notes.txt": "never added\n"})

    done = delete(shop, "--commit")

    assert done.returncode == 0, done.stderr
    assert git(shop, "rev-parse", "--abbrev-ref", "HEAD") == "archguard/delete-shop.old"
    assert git(shop, "log", "-1", "--format=%s") == "Delete shop.old"
    assert git(shop, "status", "--porcelain") == ""
    assert set(git(shop, "ls-files").splitlines()) == KEPT


@pytest.mark.parametrize(
    ("path", "text", "place"),
    [
        ("shop/a.py", "\nimport shop.old.inner\n", "shop/a.py:2: still-named: shop.a imports"),
        ("shop/a.py", "def f():\n    from shop import old\n", "shop/a.py:2: still-named: shop.a"),
        ("shop/a.py", "x = 'shop.old.inner'\n", "shop/a.py:1: still-named: Literal names"),
        ("shop/a.py", "def f(:\n    import shop.old\n", "shop/a.py:2: still-named: Its text"),
        ("shop/__init__.py", "\n__all__ = ['old']\n", "shop/__init__.py:2: still-named: __all__"),
        ("logging.ini", "[x]\nclass = shop.old.Handler\n", "logging.ini:2: still-named: Config"),
        ("tool.py", "#\nimport shop.old\n", "tool.py:2: still-named: Its text names shop.old."),
        (
            "pyproject.toml",
            CONFIGURATION + '\n[project.scripts]\nshop = "shop.old.inner:thing"\n',
            "pyproject.toml:20: still-named: Configuration names shop.old.inner",
        ),
        (
            "tests/test_both.py",
            "import shop.new\nimport shop.old\n",
            "tests/test_both.py:2: still-named: tests.test_both imports shop.old.",
        ),
    ],
)
def test_whatever_names_it_is_listed_and_nothing_is_deleted(
    shop: Path, path: str, text: str, place: str
) -> None:
    write_files(shop, {path: text})
    git(shop, "add", "--all")

    done = delete(shop, "--write", "--with-tests")

    assert done.returncode == 1
    assert place in done.stderr
    assert list_files(shop) == {*TREE, path}


def test_an_import_that_the_contract_allows_keeps_it_too(shop: Path) -> None:
    allowed = 'deprecated_modules = ["shop.old"]\nallowed_importers = ["shop.a -> shop.old"]'
    text = CONFIGURATION.replace('deprecated_modules = ["shop.old"]', allowed)
    write_files(shop, {"pyproject.toml": text, "shop/a.py": "import shop.old\n"})

    done = delete(shop, "--write")

    assert (done.returncode, list_files(shop)) == (1, {*TREE, "shop/a.py"})
    assert "shop/a.py:1: still-named: shop.a imports shop.old." in done.stderr


def test_a_contract_that_needs_the_module_keeps_it(shop: Path) -> None:
    forbidden = """
[[tool.importlinter.contracts]]
id = "apart"
name = "Apart"
type = "forbidden"
source_modules = ["shop.old"]
forbidden_modules = ["shop.new"]
"""
    write_files(shop, {"pyproject.toml": CONFIGURATION + forbidden})

    done = delete(shop, "--write")

    assert (done.returncode, list_files(shop)) == (1, set(TREE))
    assert "contract-error: " in done.stderr


def test_its_own_tests_are_listed_and_leave_only_when_asked(shop: Path) -> None:
    write_files(shop, OWN_TEST)
    git(shop, "add", "--all")

    refused = delete(shop, "--write")

    assert (refused.returncode, list_files(shop)) == (1, {*TREE, *OWN_TEST})
    assert "tests/test_old.py:2: own-test: " in refused.stderr
    assert "--with-tests deletes the file, too." in refused.stderr
    done = delete(shop, "--write", "--with-tests")
    assert done.returncode == 0, done.stderr
    assert "tests/test_old.py leaves with shop.old." in done.stderr
    assert list_files(shop) == KEPT


def test_a_test_stays_that_another_file_imports(shop: Path) -> None:
    write_files(shop, {**OWN_TEST, "tests/test_more.py": "from tests.test_old import thing\n"})
    git(shop, "add", "--all")

    done = delete(shop, "--write", "--with-tests")

    assert done.returncode == 1
    assert (
        "tests/test_more.py:1: still-named: tests.test_more imports tests.test_old.thing" in done.stderr
    )


def test_a_link_is_refused(shop: Path) -> None:
    (shop / "shop/old/link.txt").symlink_to("deep/words.txt")

    done = delete(shop, "--write")

    assert done.returncode == 1
    assert "shop/old/link.txt:1: symbolic-link: " in done.stderr
    assert (shop / "shop/old/link.txt").is_symlink()


def test_what_turns_the_tests_red_is_restored(shop: Path) -> None:
    write_files(shop, {"shop/old/run.py": "#!/usr/bin/env python3\n"})
    before = {path: (shop / path).read_bytes() for path in list_files(shop)}

    done = delete(shop, "--write", "--test", "test -e shop/old/inner.py")

    assert done.returncode == 2
    assert "was undone: tests-red" in done.stderr
    assert {path: (shop / path).read_bytes() for path in list_files(shop)} == before
    assert os.access(shop / "shop/old/run.py", os.X_OK)


def test_a_module_that_is_gone_is_nothing_to_do(shop: Path) -> None:
    delete(shop, "--commit")

    done = delete(shop, "--write")

    assert done.returncode == 0
    assert "shop.old does not exist any more." in done.stderr


@pytest.mark.slow
def test_a_killed_run_is_ended_by_the_next_one(shop: Path) -> None:
    many = {f"shop/old/m{number}.py": f"X = {number}\n" for number in range(60)}
    write_files(shop, dict(many.items()))
    contents = {path: (shop / path).read_bytes() for path in list_files(shop)}

    for delay in (0.3, 0.6, 0.8, 1.0):
        process = subprocess.Popen(
            [SCRIPT, "fix", "--root", shop, "--delete", "shop.old", "--write"], stderr=subprocess.DEVNULL
        )
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert all((shop / path).read_bytes() == contents[path] for path in list_files(shop))

    assert delete(shop, "--write").returncode == 0
    assert list_files(shop) == KEPT


def test_it_is_no_shim_at_the_same_time(shop: Path) -> None:
    done = delete(shop, "--shim", "shop.old")

    assert done.returncode == 2
    assert "--shim and --delete: choose one of them." in done.stderr
