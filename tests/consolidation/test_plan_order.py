"""What a plan says is best done first, on a tree whose answers are known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from archguard.checking.pipeline import CheckRequest
from archguard.configuration.read import read_configuration
from archguard.consolidation.migration_plan import (
    ContractCut,
    CutImport,
    DeletionStep,
    ImporterGain,
    MigrationPlan,
    PlanOptions,
)
from archguard.consolidation.plan_cache import decode_plan
from archguard.consolidation.planner import Planner
from archguard.graph.scanning.cache import Cache
from archguard.reporters import plan_markdown, plan_text
from archguard.reporters.layout import Style
from archguard.sources.code_owners import CodeOwners
from archguard.sources.open import open_source
from archguard.text import format_json
from tests.sources.trees import write_files

if TYPE_CHECKING:
    from pathlib import Path

_CONFIGURATION = """
[tool.importlinter]
root_packages = ["shop", "tests"]

[[tool.importlinter.contracts]]
id = "no-old"
name = "Nothing old"
type = "deprecated"
deprecated_modules = ["shop.old", "shop.older", "shop.oldest", "shop.lost"]
replacement = "shop.new"

[[tool.importlinter.contracts]]
id = "no-oldish"
name = "Nothing that is nearly old"
type = "deprecated"
deprecated_modules = ["shop.dated"]
[tool.importlinter.contracts.replacement]
"shop.dated" = "shop.oldest"

[[tool.importlinter.contracts]]
id = "shut"
name = "The front does not reach the cellar"
type = "forbidden"
source_modules = ["shop.front"]
forbidden_modules = ["shop.cellar"]
"""
_FILES: dict[str | bytes, str | bytes] = {
    "pyproject.toml": _CONFIGURATION,
    "shop/__init__.py": "",
    "shop/new.py": "def total(): pass\ndef count(): pass\n",
    "shop/old.py": "def total(): pass\ndef alone(): pass\n",
    "shop/older.py": "import shop.old\nimport shop.oldest\ndef count(): pass\n",
    "shop/oldest.py": "import shop.older\ndef age(): pass\n",
    "shop/lost.py": "def gone(): pass\n",
    "shop/dated.py": "def age(): pass\n",
    "shop/a/__init__.py": "",
    "shop/a/many.py": "from shop.lost import gone\nfrom shop.old import total\n",
    "shop/a/more.py": "from shop.old import total\n",
    "shop/b/__init__.py": "",
    "shop/b/one.py": "from shop.older import count\nfrom shop.dated import age\n",
    "shop/b/user.py": "import shop.b.one\nimport shop.a.many\n",
    "shop/b/users.py": "import shop.b.one\nimport shop.b.user\n",
    "shop/front/__init__.py": "import shop.stairs\nimport shop.lift\n",
    "shop/stairs.py": "import shop.door\n",
    "shop/lift.py": "import shop.door\n",
    "shop/door.py": "import shop.cellar.wine\nimport shop.cellar.beer\n",
    "shop/cellar/__init__.py": "",
    "shop/cellar/wine.py": "",
    "shop/cellar/beer.py": "",
    "tests/__init__.py": "",
    "tests/test_old.py": "from shop.old import alone\n",
}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> MigrationPlan:
    """The plan for the tree, one violation a batch."""
    root: Path = tmp_path_factory.mktemp("order")
    write_files(root, _FILES)
    configuration = read_configuration(str(root / "pyproject.toml"))
    request = CheckRequest(open_source(str(root)), configuration, Cache(None), jobs=1)
    return Planner(request, PlanOptions(batch_size=1), CodeOwners("shop/b/ @b\n")).plan()


def test_the_batch_comes_first_that_takes_the_last_import_of_a_module(plan: MigrationPlan) -> None:
    assert [one.paths for one in plan.batches] == [
        ("shop/b/one.py",),  # then nothing but circles imports shop.older
        ("shop/a/many.py",),
        ("shop/a/more.py",),  # the last but the own test that imports shop.old
    ]


def test_a_batch_that_nobody_owns_says_so(plan: MigrationPlan) -> None:
    assert [(one.owner, one.notes) for one in plan.batches[:2]] == [
        ("@b", ()),
        ("", ("owner unknown",)),
    ]


def test_an_own_test_leaves_with_its_module(plan: MigrationPlan) -> None:
    leaving = {one.importer: (one.code, one.leaves_with) for one in plan.violations if one.leaves_with}

    assert leaving == {"tests.test_old": ("missing-symbol", "shop.old")}


def test_a_home_that_another_contract_deprecates_is_no_home(plan: MigrationPlan) -> None:
    (dated,) = (one for one in plan.violations if one.imported == "shop.dated")

    assert (dated.code, dated.reason) == (
        "home-deprecated",
        "shop.oldest is deprecated itself, by no-old.",
    )


def test_modules_are_deleted_after_their_importers_and_circles_at_once(plan: MigrationPlan) -> None:
    assert plan.order.deletions == (
        DeletionStep(("shop.dated",), (), None, ("shop.b.one",), ()),
        DeletionStep(("shop.lost",), (), None, ("shop.a.many",), ()),
        DeletionStep(("shop.older", "shop.oldest"), (), 1, (), ()),
        DeletionStep(("shop.old",), ("shop.older", "shop.oldest"), 3, (), ("tests/test_old.py",)),
    )


def test_the_importers_come_first_whose_change_frees_most(plan: MigrationPlan) -> None:
    of_old = [one for one in plan.order.importers if one.contract == "no-old"]

    # shop.b.user and shop.b.users reach it by two importers, so that no single one frees them
    assert of_old == [
        ImporterGain("no-old", "shop.a.many", "shop/a/many.py", 1, (2,), is_ready=False),
        ImporterGain("no-old", "shop.a.more", "shop/a/more.py", 1, (3,), is_ready=True),
        ImporterGain("no-old", "shop.b.one", "shop/b/one.py", 1, (1,), is_ready=True),
        ImporterGain("no-old", "tests.test_old", "tests/test_old.py", 1, (), is_ready=False),
    ]
    assert plan.order.importers[0] == ImporterGain(
        "no-oldish", "shop.b.one", "shop/b/one.py", 3, (), is_ready=False
    )


def test_the_fewest_imports_to_remove_are_named(plan: MigrationPlan) -> None:
    (cut,) = plan.order.cuts

    assert (cut.contract, len(cut.imports), cut.unique, cut.smallest) == ("shut", 2, False, True)


def test_the_cache_gives_back_the_same_order(plan: MigrationPlan) -> None:
    assert decode_plan(json.loads(format_json(plan._asdict()))) == plan


def test_text_and_markdown_say_what_comes_first(plan: MigrationPlan) -> None:
    style = Style(width=100)
    text = plan_text.render(plan, style)
    markdown = plan_markdown.render(plan, style)

    assert "Batch 2  owner unknown\n" in text
    assert "    1 own test of shop.old: leaves with it.\n" in text
    for sentence in (
        "shop.older, shop.oldest together, as they import each other: after batch 1",
        "shop.old: after batch 3, with 1 own test file",
        "shop.lost: not yet, 1 importer would be left",
        "shop.b.one: 3 modules (blocked)",
    ):
        assert f"  {sentence}\n" in text
        assert f"`{sentence}`\n" in markdown
    assert "shut is kept without 2 imports; another set as small would do, too\n" in text


def test_a_search_that_is_given_up_is_said(plan: MigrationPlan) -> None:
    cuts = (
        ContractCut("a", (), unique=False, smallest=False),
        ContractCut("b", (CutImport("m", "n", "m.py", 1),), unique=False, smallest=False),
        ContractCut("c", (CutImport("m", "n", "m.py", 1),), unique=True, smallest=True),
    )
    text = plan_text.render(plan._replace(order=plan.order._replace(cuts=cuts)), Style(width=100))

    assert "a: the fewest imports to remove are not known, the search was given up\n" in text
    assert "b is kept without 1 import; fewer may do, the search was given up\n" in text
    assert "c is kept without 1 import, and without no other set as small\n" in text
    assert "  m.py:1 m -> n\n" in text
