"""`archguard freeze`: the file shrinks, and grows only where that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import archguard
from tests.ratchet.repository import CONTRACT, IMPORT, SESSION, SHOP, Repository, write_shop
from tests.sources.trees import write_files

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

FILE = ".archguard/baseline/one-cart.txt"
LINES = "shop.invoice -> shop.legacy\nshop.order -> shop.legacy\n"
PAGE = "shop.page -> shop.legacy\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write_shop(tmp_path)
    return tmp_path


def freeze(tree: Path, *arguments: str) -> CompletedProcess[str]:
    return archguard("freeze", "--root", tree, *arguments)


def test_the_first_time_every_violation_is_written(tree: Path) -> None:
    done = freeze(tree)
    assert done.returncode == 0
    assert "one-cart.txt: 2 violations" in done.stdout
    assert (tree / FILE).read_text() == LINES
    written = (tree / FILE).stat().st_mtime_ns
    freeze(tree)
    assert (tree / FILE).stat().st_mtime_ns == written


def test_what_was_fixed_is_removed_and_what_was_added_is_not_in_it(tree: Path) -> None:
    freeze(tree)
    write_files(tree, {"shop/page.py": IMPORT, "shop/order.py": ""})
    done = freeze(tree)
    assert (tree / FILE).read_text() == "shop.invoice -> shop.legacy\n"
    assert "1 violation, 1 fewer" in done.stdout
    assert "1 violation is not in the file and not added" in done.stdout
    assert "shop.page -> shop.legacy" in done.stdout


def test_it_grows_if_it_is_told_to_and_says_so(tree: Path) -> None:
    freeze(tree)
    write_files(tree, {"shop/page.py": IMPORT})
    done = freeze(tree, "--grow")
    assert (tree / FILE).read_text() == LINES + PAGE
    assert "3 violations, GROWN by 1" in done.stdout
    assert "+ shop.page -> shop.legacy" in done.stdout


def test_a_contract_at_zero_stays_there(tree: Path) -> None:
    write_files(tree, {"shop/order.py": "", "shop/invoice.py": ""})
    freeze(tree)
    write_files(tree, {"shop/page.py": IMPORT})
    freeze(tree)
    assert (tree / FILE).read_text() == ""
    assert archguard("check", "--root", tree, "--baseline").returncode == 1


def test_a_violation_whose_importer_cannot_be_read_stays(tree: Path) -> None:
    freeze(tree)
    write_files(tree, {"shop/order.py": IMPORT + "def f(:\n"})
    freeze(tree)
    assert (tree / FILE).read_text() == LINES


def test_nothing_is_written_if_a_contract_cannot_be_judged(tree: Path) -> None:
    freeze(tree)
    write_files(tree, {"shop/order.py": ""})
    bad = 'allowed_importers = ["shop.order"]\n'
    other = CONTRACT.replace("one-cart", "other").replace("One cart", "Other")
    write_files(tree, {"pyproject.toml": SESSION + CONTRACT + other + bad})
    done = freeze(tree)
    assert done.returncode == 2
    assert "nothing was written" in done.stderr
    assert (tree / FILE).read_text() == LINES


def test_prune_removes_what_is_stale_and_files_of_contracts_that_are_gone(tree: Path) -> None:
    freeze(tree)
    (tree / FILE).with_name("gone.txt").write_text(PAGE)
    write_files(tree, {"shop/order.py": ""})
    done = freeze(tree, "--prune")
    assert done.returncode == 0
    assert [file.name for file in (tree / FILE).parent.iterdir()] == ["one-cart.txt"]
    assert (tree / FILE).read_text() == "shop.invoice -> shop.legacy\n"
    (tree / FILE).unlink()
    assert "Nothing is stale." in freeze(tree, "--prune").stdout
    assert not (tree / FILE).exists()


def test_prune_runs_on_the_default_branch_alone(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "shop")
    freeze(repository.folder)
    done = freeze(repository.folder, "--prune")
    assert done.returncode == 2
    assert "--prune is for the default branch, main, and this is change" in done.stderr
    repository.git("checkout", "--quiet", "main")
    assert freeze(repository.folder, "--prune").returncode == 0


def test_files_that_git_ignores_are_left_out(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "shop", SHOP | {".gitignore": "_built.py\n"})
    (repository.folder / "shop/_built.py").write_text(IMPORT)
    freeze(repository.folder)
    assert (repository.folder / FILE).read_text() == LINES


def test_prune_and_grow_contradict_each_other(tree: Path) -> None:
    assert freeze(tree, "--prune", "--grow").returncode == 2


def test_a_folder_that_cannot_be_written_is_one_sentence(tree: Path) -> None:
    (tree / ".archguard").write_text("")
    done = freeze(tree)
    assert done.returncode == 2
    assert "Not a directory" in done.stderr
    assert done.stderr.count("\n") == 1
