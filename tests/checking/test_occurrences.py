"""Statement and column of what violates a contract, in reports of real trees."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.console_script import archguard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    WriteTree = Callable[[Mapping[str, str]], Path]

_CONFIGURATION = """
[tool.importlinter]
root_packages = ["shop"]

[[tool.importlinter.contracts]]
id = "rule"
name = "Rule"
type = "deprecated"
deprecated_modules = ["shop.old"]
count_references = true
"""


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("import shop.old\n", [(1, 1, "import shop.old")]),
        ("def f():\n\tfrom shop import old\n", [(2, 2, "from shop import old")]),
        ("x = 1; import shop.old\n", [(1, 8, "import shop.old")]),
        ("ü = '…'; import shop.old\n", [(1, 10, "import shop.old")]),
        ('x = """\n"""; import shop.old; y = 1\n', [(2, 6, "import shop.old")]),
        ("try: import shop.old\nexcept ImportError: pass\n", [(1, 6, "import shop.old")]),
        (
            "import shop.old\nif x:\n    import shop.old\n",
            [(1, 1, "import shop.old"), (3, 5, "import shop.old")],
        ),
        ("\ufeffimport shop.old\n", [(1, 1, "import shop.old")]),
        ("from shop.old import (\n    Cart,\n)\n", [(1, 1, "from shop.old import (")]),
        ("if x:\n    load('shop.old')\n", [(2, 5, "load('shop.old')")]),
    ],
)
def test_an_occurrence_has_the_statement_and_its_column(
    write_tree: WriteTree, text: str, places: list[tuple[int, int, str]]
) -> None:
    root = write_tree(
        {
            "pyproject.toml": _CONFIGURATION,
            "shop/__init__.py": "",
            "shop/old.py": "",
            "shop/cart.py": text,
        }
    )

    assert [
        (place["line"], place["column"], place["statement"]) for place in _occurrences(root)
    ] == places


def _occurrences(root: Path) -> Any:
    done = archguard("check", "--root", root, "--format", "json")
    (violation,) = json.loads(done.stdout)["violations"]
    return violation["occurrences"]
