"""What names a deprecated module without importing it: each has a kind, and only literals count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.checking.pipeline import CheckRequest, check
from archguard.configuration import read_configuration
from archguard.graph.scanning.cache import Cache
from archguard.sources.git.commit import Commit
from archguard.sources.working_tree import WorkingTree
from tests.sources.trees import commit_all

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from archguard.checking.report import Report
    from archguard.sources.source import Source

    WriteTree = Callable[[Mapping[str, str]], Path]

CONTRACT = """\
[project.scripts]
shop = "shop.old:main"

[tool.importlinter]
root_packages = ["shop"]
[[tool.importlinter.contracts]]
id = "old"
name = "Nothing old"
type = "deprecated"
deprecated_modules = ["shop.old", "shop.legacy.*"]
count_references = true
"""
FILES = {
    "pyproject.toml": CONTRACT,
    "shop/__init__.py": "",
    "shop/old.py": "",
    "shop/legacy/__init__.py": "",
    "shop/legacy/cart.py": "",
    "shop/literal.py": "from importlib import import_module\n\nx = import_module('.old', __package__)\n",
    "shop/joined.py": "x = ('shop.'\n     'old')\n",
    "shop/attribute.py": "import shop as s\n\nx = s.old.Cart\n",
    "shop/module.py": "from shop import legacy\nx = legacy.cart, legacy.VERSION\n",
    "shop/imported.py": "import shop\nimport shop.old\nx = shop.old.Cart\n",
    "deploy/app.yaml": "run: shop.old:main\n",
}


def _check(root: Path, source: Source) -> Report:
    configuration = read_configuration(str(root / "pyproject.toml"))
    return check(CheckRequest(source, configuration, Cache(None), jobs=1)).report


@pytest.fixture
def report(write_tree: WriteTree) -> Report:
    """The report of a tree with every kind of reference."""
    root = write_tree(FILES)
    return _check(root, WorkingTree(str(root)))


def test_every_place_is_listed_with_its_kind_and_what_is_written_there(report: Report) -> None:
    assert [tuple(reference)[1:] for reference in report.references] == [
        ("shop.old", "deploy/app.yaml", 1, "configuration", "run: shop.old:main"),
        ("shop.old", "pyproject.toml", 2, "configuration", 'shop = "shop.old:main"'),
        ("shop.old", "shop/attribute.py", 3, "attribute", "x = s.old.Cart"),
        ("shop.old", "shop/joined.py", 1, "literal", "x = ('shop.'"),
        ("shop.old", "shop/literal.py", 3, "literal", "x = import_module('.old', __package__)"),
        (
            "shop.legacy.cart",
            "shop/module.py",
            2,
            "attribute",
            "x = legacy.cart, legacy.VERSION",
        ),
    ]


def test_only_literals_count(report: Report) -> None:
    assert [(violation.importer, violation.imported) for violation in report.violations] == [
        ("shop.imported", "shop.old"),
        ("shop.joined", "shop.old"),
        ("shop.literal", "shop.old"),
    ]
    assert report.contracts[0].violations == 3


def test_a_commit_has_the_references_of_its_working_tree(write_tree: WriteTree) -> None:
    root = write_tree(FILES)
    commit_all(root)

    of_tree, of_commit = (
        _check(root, source) for source in (WorkingTree(str(root)), Commit.find(str(root), "HEAD"))
    )

    assert of_commit.references == of_tree.references
    assert of_commit.violations == of_tree.violations


def test_a_contract_lists_the_uses_of_its_own_modules_whatever_others_there_are(
    write_tree: WriteTree,
) -> None:
    other = CONTRACT.replace("true", "false") + CONTRACT[CONTRACT.index("[[") :].replace(
        '["shop.old", "shop.legacy.*"]', '["shop.old.cart"]'
    ).replace('id = "old"', 'id = "cart"')
    files = {
        "pyproject.toml": other,
        "shop/__init__.py": "",
        "shop/a.py": "import shop\nimport shop.old\nx = shop.old.cart.Cart\n",
    }
    root = write_tree(files)

    references = _check(root, WorkingTree(str(root))).references

    assert [(r.contract, r.module) for r in references if r.kind == "attribute"] == [
        ("cart", "shop.old.cart")
    ]
