"""`archguard fix --shim`: a module leads to what took its place, and programs do what they did."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands.test_plan import CONFIGURATION
from tests.cli.console_script import archguard
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from pathlib import Path

OLD = '''\
#!/usr/bin/env python3
# Copyright
"""The old cart."""
import os.path as osp
from typing import Any
from shop import util
from shop.home import moved
class OldCart(dict):
    pass
def total(a: int, b: Any = None, *rest: str) -> list[int]:
    return [a]
LIMIT = 3
def _inner():
    return 4
'''
NEW = """\
class Cart(dict):
    pass
def total(a, b=None, *rest):
    return [a]
LIMIT = 3
def _inner():
    return 4
"""
TREE: dict[str | bytes, str | bytes] = {
    "pyproject.toml": CONFIGURATION,
    "shop/__init__.py": "",
    "shop/new.py": NEW,
    "shop/home.py": "def moved(): return 'moved'\n",
    "shop/util.py": "WORD = 'util'\n",
    "shop/starred.py": "from shop.old import *\n",
    "shop/user.py": (
        "import shop.old as o\nfrom shop.old import OldCart as Cart, total\n"
        "from shop.old import _inner\n"
    ),
}
PROGRAM = """\
import shop.starred as s, shop.user as u, shop.old
print(sorted(name for name in vars(s) if not name.startswith("_")))
print(s.OldCart(a=1), s.total(2), s.LIMIT, s.moved(), s.util.WORD, s.osp.basename("x/y"), s.Any)
print(u.Cart is u.o.OldCart, u.total is shop.old.total, u._inner(), shop.old.LIMIT)
print(hasattr(shop.old, "missing"), shop.old.__doc__)
print([name for name in ("LIMIT", "OldCart", "moved", "total") if name in dir(shop.old)])
print(getattr(shop.old, "__all__", None) is None or "OldCart" in shop.old.__all__)
"""
IDENTITY = """\
import shop.old as o, shop.new as n, shop.home as h
print(o.OldCart is n.Cart, o.total is n.total, o.moved is h.moved)
"""


@pytest.fixture(params=["shop/old.py", "shop/old/__init__.py"])
def place(request: pytest.FixtureRequest) -> str:
    """The file of the deprecated module: a module, or a package."""
    path: str = request.param
    return path


@pytest.fixture
def shop(tmp_path: Path, place: str) -> Path:
    """The tree."""
    write_files(tmp_path, {**TREE, place: OLD})
    return tmp_path


def run(root: Path, program: str, warnings: str = "ignore") -> subprocess.CompletedProcess[str]:
    """Run a program in the tree."""
    command = [sys.executable, "-B", "-W", warnings, "-c", program]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)


def test_a_program_prints_the_same_with_the_shim(shop: Path, place: str) -> None:
    before = run(shop, PROGRAM).stdout

    done = archguard("fix", "--root", shop, "--shim", "shop.old", "--write")

    assert done.returncode == 0, done.stderr
    assert "shop.old: 1 file changed: the counts are the same." in done.stderr
    assert "class OldCart(dict)" not in (shop / place).read_text()
    assert run(shop, PROGRAM).stdout == before
    assert run(shop, IDENTITY).stdout == "True True True\n"


def test_each_use_warns_at_the_importers_line(shop: Path) -> None:
    archguard("fix", "--root", shop, "--shim", "shop.old", "--write")

    errors = run(shop, "import shop.user as u\nu.o.LIMIT\n", "always::DeprecationWarning").stderr

    assert f"{shop}/shop/user.py:2: DeprecationWarning: shop.old.total is deprecated; use" in errors
    assert f"{shop}/shop/user.py:3: DeprecationWarning: shop.old._inner is deprecated; use" in errors
    assert "<string>:2: DeprecationWarning: shop.old.LIMIT is deprecated; use shop.new.LIMIT." in errors
    assert "use shop.new.Cart." in errors


def test_importing_the_module_alone_warns_of_nothing_and_loads_nothing(shop: Path) -> None:
    archguard("fix", "--root", shop, "--shim", "shop.old", "--write")

    done = run(shop, "import shop.old, sys; print('shop.new' in sys.modules)", "error")

    assert done.stdout == "False\n"


@pytest.mark.slow
def test_type_checkers_see_what_is_deprecated(tmp_path: Path) -> None:
    write_files(tmp_path, {**TREE, "shop/old.py": OLD, "shop/starred.py": ""})
    write_files(tmp_path, {"shop/user.py": "from shop.old import OldCart, total\nOldCart()\n"})
    archguard("fix", "--root", tmp_path, "--shim", "shop.old", "--write")

    command = [sys.executable, "-m", "mypy", "--enable-error-code", "deprecated", "shop/user.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "shop/user.py:1: error: function shop.old.total is deprecated" in done.stdout
    assert "shop/user.py:1: error: class shop.old.OldCart is deprecated" in done.stdout
    assert "Found 2 errors in 1 file" in done.stdout


def test_the_diff_is_the_default_and_git_applies_it(shop: Path, place: str) -> None:
    done = archguard("fix", "--root", shop, "--shim", "shop.old")

    assert (done.returncode, (shop / place).read_text()) == (0, OLD)
    git(shop, "init", "--quiet")
    subprocess.run(["git", "apply"], cwd=shop, input=done.stdout.encode(), check=True)
    assert run(shop, IDENTITY).stdout == "True True True\n"


def test_comments_encoding_and_line_ends_stay(tmp_path: Path) -> None:
    head = '# -*- coding: latin-1 -*-\r\n# \xa9\r\n"""Caf\xe9."""\r\n'.encode("latin-1")
    write_files(tmp_path, {**TREE, "shop/starred.py": "", "shop/user.py": ""})
    write_files(tmp_path, {"shop/old.py": head + b"def total(): pass\r\n"})

    archguard("fix", "--root", tmp_path, "--shim", "shop.old", "--write")

    content = (tmp_path / "shop/old.py").read_bytes()
    assert content.startswith(head)
    assert content.count(b"\n") == content.count(b"\r\n")
    assert run(tmp_path, "import shop.old as o; print(o.__doc__, o.total(1))").stdout == "Caf\xe9. [1]\n"


def test_a_name_without_a_target_is_refused_and_nothing_is_written(shop: Path, place: str) -> None:
    write_files(shop, {place: OLD + "def alone(): pass\ndef lost(): pass\n"})
    before = (shop / place).read_text()

    done = archguard("fix", "--root", shop, "--shim", "shop.old", "--write")

    assert (done.returncode, (shop / place).read_text()) == (1, before)
    assert f"{place}:15: missing-symbol: alone: shop.new has no alone." in done.stderr
    assert f"{place}:16: missing-symbol: lost: " in done.stderr


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("from numbers import *\n", "which names `from numbers import *` brings is not known"),
        ("__all__ = ['total'] + list(globals())\n", "__all__ of shop.old is computed"),
        (
            "try:\n    import fast as quick\nexcept ImportError:\n    import json as quick\n",
            "quick: what it leads to depends on where the program runs",
        ),
    ],
)
def test_names_that_nobody_can_know_are_refused(tmp_path: Path, text: str, reason: str) -> None:
    write_files(tmp_path, {**TREE, "shop/old.py": "def total(): pass\n" + text})
    write_files(tmp_path, {"shop/starred.py": "", "shop/user.py": ""})

    done = archguard("fix", "--root", tmp_path, "--shim", "shop.old", "--write")

    assert done.returncode == 1
    assert reason in done.stderr


def test_a_home_that_takes_the_name_from_the_module_is_refused(shop: Path) -> None:
    write_files(shop, {"shop/new.py": NEW.replace("LIMIT = 3", "from shop.old import LIMIT")})

    done = archguard("fix", "--root", shop, "--shim", "shop.old", "--write")

    assert done.returncode == 1
    assert "import-cycle: LIMIT: shop.new takes it from shop.old." in done.stderr


def test_what_another_contract_forbids_is_refused(shop: Path, place: str) -> None:
    forbidden = """
[[tool.importlinter.contracts]]
id = "apart"
name = "Apart"
type = "forbidden"
source_modules = ["shop.old"]
forbidden_modules = ["shop.new"]
"""
    write_files(shop, {"pyproject.toml": CONFIGURATION + forbidden})

    done = archguard("fix", "--root", shop, "--shim", "shop.old", "--write")

    assert (done.returncode, (shop / place).read_text()) == (1, OLD)
    assert f"{place}:" in done.stderr
    assert "new-violation: shop.old would import shop.new, which apart forbids." in done.stderr


def test_a_commit_goes_on_a_branch_of_its_own(shop: Path) -> None:
    commit_all(shop)
    git(shop, "config", "user.name", "Some One")
    git(shop, "config", "user.email", "one@example.org")

    done = archguard("fix", "--root", shop, "--shim", "shop.old", "--commit")

    assert done.returncode == 0, done.stderr
    assert git(shop, "log", "--format=%s", "main..archguard/shim-shop.old") == (
        "Make shop.old lead to what took its place"
    )
    assert git(shop, "status", "--porcelain") == ""


def test_a_shim_stays_as_it_is(shop: Path, place: str) -> None:
    archguard("fix", "--root", shop, "--shim", "shop.old", "--write")
    shim = (shop / place).read_bytes()

    done = archguard("fix", "--root", shop, "--shim", "shop.old", "--write")

    assert (done.returncode, (shop / place).read_bytes()) == (0, shim)
    assert "shop.old is a shim already." in done.stderr


def test_a_module_that_no_contract_deprecates_is_a_mistake(shop: Path) -> None:
    done = archguard("fix", "--root", shop, "--shim", "shop.home", "--write")

    assert done.returncode == 2
    assert "--shim shop.home: no contract deprecates it" in done.stderr


def test_a_string_that_patches_the_module_is_named(shop: Path) -> None:
    write_files(shop, {"shop/patching.py": "patch('shop.old.total')\n"})

    done = archguard("fix", "--root", shop, "--shim", "shop.old")

    assert "shop/patching.py:1: a string names shop.old.total; patching it" in done.stderr
