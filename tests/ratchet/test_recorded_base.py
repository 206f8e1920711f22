"""A baseline in files, in checkouts without history and beside a history that decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import archguard
from tests.ratchet.repository import (
    CONTRACT,
    IMPORT,
    SESSION,
    Outcome,
    Repository,
    read_outcome,
    write_shop,
)
from tests.sources.trees import git

if TYPE_CHECKING:
    from pathlib import Path

FILE = ".archguard/baseline/one-cart.txt"
OLD = [("shop.invoice", "shop.legacy"), ("shop.order", "shop.legacy")]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The shop without any history, frozen."""
    write_shop(tmp_path / "tree")
    assert archguard("freeze", "--root", tmp_path / "tree").returncode == 0
    return tmp_path / "tree"


@pytest.fixture
def clone(tmp_path: Path) -> Repository:
    """A clone of the shop, which is frozen on its main branch, on a branch `change`."""
    origin = Repository(tmp_path / "origin")
    origin.git("checkout", "--quiet", "main")
    archguard("freeze", "--root", origin.folder)
    origin.commit({})
    git(tmp_path, "clone", "--quiet", f"file://{origin.folder}", "clone")
    git(tmp_path / "clone", "checkout", "--quiet", "-b", "change")
    return Repository.open(tmp_path / "clone")


def _check(tree: Path, *arguments: str) -> Outcome:
    done = archguard("check", "--root", tree, "--format", "json", *(arguments or ("--baseline",)))
    return read_outcome(done)


def test_the_file_knows_the_violations_where_there_is_no_history(tree: Path) -> None:
    outcome = _check(tree)
    assert (outcome.code, outcome.new, outcome.fixed) == (0, [], [])
    assert outcome.list_edges("existing") == OLD
    assert outcome.report["base"]["source"] == "file"
    assert any("no git repository there" in notice for notice in outcome.report["notices"])


def test_an_added_one_fails_and_a_swapped_one_too(tree: Path) -> None:
    (tree / "shop/page.py").write_text(IMPORT)
    assert (_check(tree).code, _check(tree).new) == (1, [("shop.page", "shop.legacy")])
    (tree / "shop/order.py").write_text("")
    outcome = _check(tree)
    assert (outcome.code, outcome.fixed) == (1, [("shop.order", "shop.legacy")])


def test_a_stale_entry_reddens_nobody(tree: Path) -> None:
    (tree / FILE).write_text((tree / FILE).read_text() + "shop.gone -> shop.legacy\n")
    assert _check(tree).code == 0


def test_an_importer_that_cannot_be_read_fixed_nothing(tree: Path) -> None:
    (tree / "shop/order.py").write_text(IMPORT + "def f(:\n")
    assert _check(tree).fixed == []


def test_a_baseline_that_is_not_there_is_no_verdict(tree: Path) -> None:
    outcome = _check(tree, "--baseline", str(tree / "other"))
    assert outcome.code == 2
    assert "there is no such folder; `archguard freeze` writes it" in outcome.error
    (tree / FILE).unlink()
    outcome = _check(tree)
    assert outcome.code == 2
    assert "has nothing of the contract one-cart: `archguard freeze` writes it" in outcome.error


def test_a_baseline_that_is_not_there_is_no_verdict_even_where_git_decides(clone: Repository) -> None:
    assert clone.check("--baseline", str(clone.folder / "other"), base="origin/main").code == 2
    assert clone.check("--baseline", base="origin/main").code == 0


def test_a_contract_that_is_gone_is_weakened(tree: Path) -> None:
    other = CONTRACT.replace("one-cart", "another").replace("shop.legacy", "shop.page")
    (tree / "pyproject.toml").write_text(SESSION + other)
    outcome = _check(tree)
    assert outcome.weakened == [
        ("shop.invoice", "contract-removed"),
        ("shop.order", "contract-removed"),
    ]


def test_a_contract_that_is_not_asked_for_is_not_gone(tree: Path) -> None:
    other = CONTRACT.replace("one-cart", "another").replace("shop.legacy", "shop.page")
    (tree / "pyproject.toml").write_text(SESSION + CONTRACT + other.replace("One cart", "Other"))
    outcome = _check(tree, "--baseline", "--contract", "another")
    assert (outcome.code, outcome.weakened) == (0, [])


def test_a_contract_goes_on_under_its_previous_id(tree: Path) -> None:
    renamed = CONTRACT.replace("one-cart", "cart") + 'previous_ids = ["one-cart"]\n'
    (tree / "pyproject.toml").write_text(SESSION + renamed)
    outcome = _check(tree)
    assert (outcome.code, outcome.new, outcome.weakened) == (0, [], [])
    archguard("freeze", "--root", tree)
    assert [file.name for file in (tree / ".archguard/baseline").iterdir()] == ["cart.txt"]


def test_weakening_cannot_be_forbidden_where_nobody_can_see_it(tree: Path) -> None:
    outcome = _check(tree, "--baseline", "--forbid-weakening")
    assert outcome.code == 2
    assert "--forbid-weakening needs the base's contracts" in outcome.error


def test_a_baseline_edited_to_hide_one_hides_nothing_where_git_reads_the_base(clone: Repository) -> None:
    edited = (clone.folder / FILE).read_text() + "shop.page -> shop.legacy\n"
    clone.commit({"shop/page.py": IMPORT, FILE: edited})
    outcome = _check(clone.folder)
    assert (outcome.code, outcome.new) == (1, [("shop.page", "shop.legacy")])
    assert outcome.report["base"]["source"] == "git"
    assert any("1 violation of" in notice and "is new" in notice for notice in outcome.report["notices"])


def test_fixed_on_main_and_brought_back_is_new_though_the_baseline_still_has_it(
    clone: Repository, tmp_path: Path
) -> None:
    origin = Repository.open(tmp_path / "origin")
    origin.commit({"shop/order.py": ""})  # the baseline is left as it was
    clone.git("fetch", "--quiet")
    clone.git("checkout", "--quiet", "-b", "later", "origin/main")
    assert _check(clone.folder).code == 0  # the control: a stale entry alone
    clone.commit({"shop/order.py": IMPORT})
    outcome = _check(clone.folder)
    assert (outcome.code, outcome.new) == (1, [("shop.order", "shop.legacy")])


def test_the_file_decides_in_a_clone_that_is_too_shallow(clone: Repository, tmp_path: Path) -> None:
    clone.commit({"shop/page.py": IMPORT})
    url = f"file://{clone.folder}"
    git(tmp_path, "clone", "--quiet", "--depth", "1", "--branch", "change", url, "shallow")
    outcome = _check(tmp_path / "shallow", "--baseline", "--base", "origin/main")
    assert (outcome.code, outcome.new) == (1, [("shop.page", "shop.legacy")])
    assert outcome.report["base"]["source"] == "file"
    assert any("shallow clone" in notice for notice in outcome.report["notices"])


def test_a_mistyped_base_is_named_though_there_is_a_baseline(clone: Repository) -> None:
    outcome = clone.check("--baseline", base="mian")
    assert outcome.code == 2
    assert "--base mian: no such commit" in outcome.error


def test_a_bad_file_is_one_sentence(tree: Path) -> None:
    (tree / FILE).write_text("<<<<<<< HEAD\n")
    outcome = _check(tree)
    assert outcome.code == 2
    assert outcome.error.count("\n") == 1
    assert "the marker of a merge conflict" in outcome.error
    assert archguard("freeze", "--root", tree).returncode == 2
