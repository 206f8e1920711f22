"""A plan is read from the cache as long as nothing has changed that it depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from archguard.checking.pipeline import CheckRequest
from archguard.configuration.read import read_configuration
from archguard.consolidation.migration_plan import PlanOptions
from archguard.consolidation.plan_cache import load_or_plan
from archguard.consolidation.planner import Planner
from archguard.graph.scanning.cache import Cache
from archguard.sources.open import open_source
from tests.cli.commands.test_plan import CONFIGURATION, TREE, write_shop

if TYPE_CHECKING:
    from pathlib import Path

    from archguard.consolidation.migration_plan import MigrationPlan


class _Tree:
    """A tree that is planned for, with a cache beside it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = folder / "shop"
        self.root.mkdir()
        write_shop(self.root)
        self._cache = str(folder / "cache")
        self.planned = 0
        """How often a plan was made, not read."""
        plan = Planner.plan

        def count(planner: Planner) -> MigrationPlan:
            self.planned += 1
            return plan(planner)

        monkeypatch.setattr(Planner, "plan", count)

    def plan(self, **options: Any) -> MigrationPlan:
        configuration = read_configuration(str(self.root / "pyproject.toml"))
        request = CheckRequest(open_source(str(self.root)), configuration, Cache(self._cache), jobs=1)
        return load_or_plan(request, PlanOptions(**options))


@pytest.fixture
def tree(tmp_path: Path, settled: None, monkeypatch: pytest.MonkeyPatch) -> _Tree:
    """The tree of the plan's tests."""
    return _Tree(tmp_path, monkeypatch)


def test_the_plan_in_the_cache_is_the_plan(tree: _Tree) -> None:
    made = tree.plan(batch_size=2)
    tree.plan(batch_size=2)  # the first time, a child process may take the files for too new to be sure
    planned = tree.planned

    assert tree.plan(batch_size=2) == made
    assert tree.planned == planned


@pytest.mark.parametrize(
    "change",
    [
        {"shop/b/four.py": "from shop.old import total\n"},
        {"shop/new.py": TREE["shop/new.py"] + "def alone(): pass\n"},
        {"pyproject.toml": CONFIGURATION.replace("@carts", "@others")},
        {"CODEOWNERS": "* @all\n"},
    ],
    ids=["an importer", "the replacement", "the configuration", "the owners"],
)
def test_a_change_makes_another_plan(tree: _Tree, change: dict[str, str]) -> None:
    made = tree.plan()
    tree.plan()
    planned = tree.planned
    write_shop(tree.root, change)

    assert tree.plan() != made
    assert tree.planned == planned + 1


def test_other_options_make_another_plan(tree: _Tree) -> None:
    assert tree.plan() != tree.plan(rewrites_strings=True)
