"""The tests that leave with a module are told from those that test something else, too."""

from __future__ import annotations

import pytest

from archguard.consolidation.own_tests import OwnTests
from archguard.definitions.collection_rules import CollectionRules
from archguard.graph.analysis import analyse
from archguard.graph.model import AnalysisOptions
from archguard.graph.scanning.cache import Cache
from archguard.sources.open import open_source
from tests.sources.trees import write_files

_SHOP: dict[str | bytes, str | bytes] = {
    "shop/__init__.py": "",
    "shop/old/__init__.py": "def total(): pass\n",
    "shop/old/parts.py": "x = 1\n",
    "shop/new.py": "def total(): pass\n",
    "shop/older.py": "",
    "tests/__init__.py": "",
    "tests/helpers.py": "from shop.new import total\n",
}
_CASES = (
    ("from shop.old import total\n", True),
    ("import os, pytest\nfrom shop.old.parts import x\nimport shop.old\n", True),
    ("from shop import old\n", True),
    ("from tests.helpers import total\nfrom shop.old import total\n", True),
    ("def test_it():\n    from shop.old import total\n", True),
    ("patch('shop.old.total')\n", True),
    ("from shop.old import *\nname = 'shop'\n", True),
    ("from shop.old import total\npatch('elsewhere.shop.new')\n", True),
    ("from shop.old import total\nfrom shop.new import total as t\n", False),
    ("from shop.old import total\nfrom shop import older\n", False),
    ("from shop.old import total\nimport shop\n", False),
    ("from shop.old import total\ndef test_it():\n    import shop.new\n", False),
    ("from shop.old import total\npatch('shop.new.total')\n", False),
    ("from shop.old import total\nfrom shop.gone import x\n", False),
    ("from shop.new import total\n", False),
    ("from shop.old import (total\n", False),
    ("from importlib import import_module\nimport_module('.new', 'shop')\nimport shop.old\n", False),
)
_TEXT = "from shop.old import total\n"
_OTHERS = ("tests/helpers_of_old.py", "tests/conftest.py", "shop/user.py", "shop/old/test_total.py")


@pytest.fixture(scope="module")
def own_tests(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The own tests of `shop.old` in a shop with a test file for each case."""
    root = tmp_path_factory.mktemp("own_tests")
    tests: dict[str | bytes, str | bytes] = {
        f"tests/test_{number}.py": text for number, (text, _) in enumerate(_CASES)
    }
    write_files(root, {**_SHOP, **tests, **dict.fromkeys(_OTHERS, _TEXT)})
    source = open_source(str(root))
    options = AnalysisOptions(root_packages=("shop", "tests"), deprecated=("shop.old",))
    analysis = analyse(source, options, cache=Cache(None), jobs=1).result()
    return OwnTests(analysis, source, CollectionRules().collects).find("shop.old")


@pytest.mark.parametrize("number", range(len(_CASES)))
def test_an_own_test_names_nothing_else_of_production(own_tests: tuple[str, ...], number: int) -> None:
    assert (f"tests/test_{number}.py" in own_tests) == _CASES[number][1], _CASES[number][0]


def test_a_file_that_pytest_does_not_collect_or_that_leaves_anyway_is_none(
    own_tests: tuple[str, ...],
) -> None:
    assert not set(own_tests).intersection(_OTHERS)
