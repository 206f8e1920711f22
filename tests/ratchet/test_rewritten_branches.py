"""Branches that are rewritten or merged in turn, and a deprecated package that is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ratchet.repository import IMPORT, SHOP, Repository

if TYPE_CHECKING:
    from pathlib import Path

PAGE, HOME = ("shop.page", "shop.legacy"), ("shop.home", "shop.legacy")
PACKAGE = {path: text for path, text in SHOP.items() if path != "shop/legacy.py"} | {
    "shop/legacy/__init__.py": "class Cart: ...\n",
    "shop/legacy/tax.py": "RATE = 1\n",
    "shop/tax.py": "import shop.legacy.tax\n",
}
IMPORTERS = [(name, "shop.legacy") for name in ("shop.invoice", "shop.order", "shop.tax")]


def test_after_a_force_push_of_the_base_the_merge_base_is_the_last_common_commit(
    repository: Repository,
) -> None:
    """What the base lost, the change brings back; what both have is known."""
    repository.git("checkout", "--quiet", "main")
    start = repository.git("rev-parse", "HEAD")
    repository.commit({"shop/home.py": IMPORT})
    repository.git("checkout", "--quiet", "-B", "change")
    repository.commit({"shop/page.py": IMPORT})
    assert repository.check().new == [PAGE]

    repository.git("branch", "--quiet", "--force", "main", start)
    repository.git("checkout", "--quiet", "main")
    repository.commit({"README.md": "rewritten\n"})
    repository.git("checkout", "--quiet", "change")
    outcome = repository.check()

    assert (outcome.code, outcome.new) == (1, [HOME, PAGE])
    assert outcome.report["base"]["commit"] == start
    assert len(outcome.list_edges("existing")) == 2


def test_a_deleted_package_fixes_nothing_while_it_is_imported(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "shop", PACKAGE)
    repository.commit({"shop/legacy": None})
    outcome = repository.check()
    assert (outcome.code, outcome.new, outcome.fixed) == (0, [], [])
    assert outcome.list_edges("existing") == IMPORTERS
    repository.commit({"shop/page.py": "import shop.legacy.tax\n"})
    assert repository.check().new == [PAGE]


def test_a_package_that_is_deleted_with_its_importers_is_fixed_and_stays_forbidden(
    tmp_path: Path,
) -> None:
    repository = Repository(tmp_path / "shop", PACKAGE)
    repository.commit(
        {"shop/legacy": None, "shop/order.py": "", "shop/invoice.py": "", "shop/tax.py": ""}
    )
    outcome = repository.check("--forbid-weakening")
    assert (outcome.code, outcome.fixed, outcome.weakened) == (0, IMPORTERS, [])
    repository.commit({"shop/order.py": IMPORT, "shop/page.py": IMPORT})
    assert repository.check().new == [PAGE]
    assert repository.check(base="HEAD^").code == 1


def test_of_two_changes_that_each_add_one_the_second_names_only_its_own(repository: Repository) -> None:
    repository.commit({"shop/page.py": IMPORT})
    assert repository.check().new == [PAGE]
    repository.git("checkout", "--quiet", "-b", "other", "main")
    repository.commit({"shop/home.py": IMPORT})
    assert repository.check().new == [HOME]

    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "change")
    repository.git("checkout", "--quiet", "other")
    assert repository.check().new == [HOME]
    repository.git("merge", "--quiet", "--no-edit", "main")
    outcome = repository.check()
    assert (outcome.code, outcome.new) == (1, [HOME])
    assert PAGE in outcome.list_edges("existing")
    assert repository.check(base="change^").new == [HOME, PAGE]  # without what was merged
