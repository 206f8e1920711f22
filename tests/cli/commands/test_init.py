"""`archguard init`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import archguard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    WriteTree = Callable[[Mapping[str, str]], Path]

FILES = {
    "src/shop/__init__.py": "",
    "src/shop/cart.py": "",
    "src/shop/legacy_cart.py": "",
    "src/shop/order.py": "from shop.legacy_cart import Cart\n",
    "tests/test_order.py": "import shop.legacy_cart\n",
}


@pytest.mark.parametrize("file", ["pyproject.toml", ".importlinter"])
def test_what_it_writes_is_what_check_reads(file: str, write_tree: WriteTree) -> None:
    before = {"pyproject.toml": "[project]\nname = 'shop'\n"} if file == "pyproject.toml" else {}
    root = write_tree({**FILES, **before})

    written = archguard(
        "init", "--deprecated", "shop.legacy_cart", "--replacement", "shop.cart", cwd=root
    )
    checked = archguard("check", cwd=root)

    assert written.returncode == 0
    assert f"Wrote {file}. Now: archguard check" in written.stdout
    assert (root / file).read_text().startswith(before.get(file, ""))
    assert checked.returncode == 1
    assert "src/shop/order.py:1" in checked.stdout
    assert "tests/test_order.py:1" in checked.stdout


def test_a_second_run_changes_nothing(write_tree: WriteTree) -> None:
    root = write_tree(FILES)
    archguard("init", "--deprecated", "shop.legacy_cart", cwd=root)
    before = (root / ".importlinter").read_text()

    again = archguard("init", "--deprecated", "shop.legacy_cart", cwd=root)

    assert again.returncode == 2
    assert "already" in again.stderr
    assert (root / ".importlinter").read_text() == before


def test_without_a_terminal_it_asks_for_the_option(write_tree: WriteTree) -> None:
    done = archguard("init", cwd=write_tree(FILES))

    assert done.returncode == 2
    assert "--deprecated" in done.stderr


def test_a_replacement_that_does_not_exist_is_refused_with_the_nearest(write_tree: WriteTree) -> None:
    root = write_tree(FILES)

    done = archguard("init", "--deprecated", "shop.legacy_cart", "--replacement", "shop.crt", cwd=root)

    assert done.returncode == 2
    assert "did you mean 'shop.cart'?" in done.stderr
    assert not (root / ".importlinter").exists()


def test_a_module_that_is_gone_already_is_a_tombstone(write_tree: WriteTree) -> None:
    root = write_tree(FILES)

    done = archguard("init", "--deprecated", "shop.buried", "--output", "rules.toml", cwd=root)

    assert done.returncode == 0
    assert "shop.buried does not exist (any more)" in done.stdout
    assert archguard("check", "--config", "rules.toml", cwd=root).returncode == 0


def test_a_folder_without_packages_is_told_so(tmp_path: Path) -> None:
    done = archguard("init", "--deprecated", "a.b", cwd=tmp_path)

    assert done.returncode == 2
    assert "--root-package" in done.stderr
