"""Which files pytest collects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.definitions.collection_rules import (
    CollectionRules,
    read_collection_rules,
    read_entry_points,
)
from archguard.sources.open import open_source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    WriteTree = Callable[[Mapping[str, str]], Path]


def test_without_options_the_defaults_of_pytest_count() -> None:
    rules = CollectionRules()

    assert rules.collects("tests/unit/test_cart.py")
    assert rules.collects("shop/cart_test.py")
    assert not rules.collects("tests/helpers.py")
    assert not rules.collects("tests/conftest.py")
    assert not rules.collects("build/test_cart.py")
    assert not rules.collects(".venv/lib/test_cart.py")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pytest.ini", "[pytest]\npython_files = check_*.py\n"),
        ("pyproject.toml", '[tool.pytest.ini_options]\npython_files = "check_*.py"\n'),
        ("pyproject.toml", '[tool.pytest.ini_options]\npython_files = ["check_*.py"]\n'),
        ("tox.ini", "[pytest]\npython_files =\n    check_*.py\n"),
        ("setup.cfg", "[tool:pytest]\npython_files = check_*.py\n"),
    ],
)
def test_options_are_read_from_each_file_of_pytest(file: str, text: str, write_tree: WriteTree) -> None:
    root = write_tree({file: text, "tests/check_cart.py": "", "tests/test_cart.py": ""})
    rules = read_collection_rules(open_source(str(root)), ["tests/check_cart.py"])

    assert rules.collects("tests/check_cart.py")
    assert not rules.collects("tests/test_cart.py")


def test_only_what_is_below_testpaths_is_collected_if_there_is_any(write_tree: WriteTree) -> None:
    root = write_tree({"pytest.ini": "[pytest]\ntestpaths = t/unit nowhere\n"})
    rules = read_collection_rules(open_source(str(root)), ["t/unit/test_a.py", "t/slow/test_b.py"])

    assert rules.collects("t/unit/test_a.py")
    assert not rules.collects("t/slow/test_b.py")
    other = read_collection_rules(open_source(str(root)), ["t/slow/test_b.py"])
    assert other.collects("t/slow/test_b.py")


def test_entry_points_are_read_from_metadata_and_from_the_text_of_setup(write_tree: WriteTree) -> None:
    root = write_tree(
        {
            "pyproject.toml": '[project.scripts]\nshop = "shop.cli:main"\n'
            '[project.entry-points."shop.plugins"]\nred = "shop.red:Red"\n',
            "setup.cfg": "[options.entry_points]\nconsole_scripts =\n    cart = shop.cart:run\n",
            "setup.py": "setup(entry_points={'console_scripts': ['old = shop.old:main']})\n",
        }
    )
    points = read_entry_points(open_source(str(root)))

    assert points["shop"] == ("shop.cli:main",)
    assert points["shop.plugins"] == ("shop.red:Red",)
    assert points["cart"] == ("shop.cart:run",)
    assert points["old"] == ("shop.old:main",)


def test_files_that_are_no_configuration_say_nothing(write_tree: WriteTree) -> None:
    root = write_tree({"pyproject.toml": "[[[", "setup.cfg": "nothing = 1\n", "tox.ini": "[a\n"})

    assert read_collection_rules(open_source(str(root)), []) == CollectionRules()
    assert read_entry_points(open_source(str(root))) == {}
