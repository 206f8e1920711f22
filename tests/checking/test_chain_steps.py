"""Where the steps of a chain stand, in reports of real trees."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.console_script import archguard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    WriteTree = Callable[[Mapping[str, str]], Path]

_CONTRACT = """
[tool.importlinter]
root_packages = ["shop"]

[[tool.importlinter.contracts]]
id = "rule"
name = "Rule"
type = "{type}"
{options}
"""
_FORBIDDEN = _CONTRACT.format(
    type="forbidden", options='source_modules = ["shop.low"]\nforbidden_modules = ["shop.high"]'
)
_TREE = {
    "shop/__init__.py": "",
    "shop/low/__init__.py": "",
    "shop/low/a.py": "import shop.helper\n",
    "shop/low/b.py": "import shop.helper\n",
    "shop/helper.py": "# A comment.\nimport shop.high\nfrom shop import high\n",
    "shop/high/__init__.py": "",
}


def test_each_step_has_the_line_of_its_first_statement(write_tree: WriteTree) -> None:
    (violation,) = _violations(write_tree({"pyproject.toml": _FORBIDDEN, **_TREE}))

    assert (violation["importer"], violation["imported"]) == ("shop.helper", "shop.high")
    assert (violation["source"], violation["target"]) == ("shop.low", "shop.high")
    assert violation["chain"] == [
        {"importer": "shop.low.a", "imported": "shop.helper", "path": "shop/low/a.py", "line": 1},
        {"importer": "shop.helper", "imported": "shop.high", "path": "shop/helper.py", "line": 2},
    ]


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_the_chain_is_the_same_for_any_hash_seed(write_tree: WriteTree, seed: str) -> None:
    names = [f"m{number}" for number in range(12)]
    tree = {
        "pyproject.toml": _FORBIDDEN,
        "shop/low/__init__.py": "".join(f"import shop.{name}\n" for name in names),
        **{f"shop/{name}.py": "import shop.last\n" for name in names},
        "shop/last.py": "import shop.high\n",
        "shop/high.py": "",
    }

    (violation,) = _violations(write_tree(tree), PYTHONHASHSEED=seed)

    assert [step["imported"] for step in violation["chain"]] == ["shop.m0", "shop.last", "shop.high"]


def test_the_import_that_is_ignored_is_on_no_chain(write_tree: WriteTree) -> None:
    ignore = 'ignore_imports = ["shop.low.a -> shop.helper"]'

    (violation,) = _violations(write_tree({"pyproject.toml": f"{_FORBIDDEN}{ignore}", **_TREE}))

    assert violation["chain"][0]["path"] == "shop/low/b.py"


def test_a_cycle_is_shown_as_one(write_tree: WriteTree) -> None:
    contract = _CONTRACT.format(type="acyclic_siblings", options='ancestors = ["shop"]')
    tree = {
        "pyproject.toml": contract,
        "shop/cart/__init__.py": "",
        "shop/cart/item.py": "\nimport shop.order\n",
        "shop/order.py": "import shop.cart\n",
    }

    forth, back = _violations(write_tree(tree))

    assert [(step["path"], step["line"]) for step in forth["chain"]] == [
        ("shop/order.py", 1),
        ("shop/cart/item.py", 2),
    ]
    assert (forth["source"], forth["target"]) == ("shop.order", "shop.order")
    assert forth["chain"][-1]["importer"] == forth["importer"] == "shop.cart.item"
    assert back["chain"] == forth["chain"][::-1]


def test_a_deprecated_module_needs_no_chain(write_tree: WriteTree) -> None:
    contract = _CONTRACT.format(type="deprecated", options='deprecated_modules = ["shop.high"]')

    (violation,) = _violations(write_tree({"pyproject.toml": contract, **_TREE}))

    assert "chain" not in violation


def _violations(root: Path, **environment: str) -> Any:
    done = archguard(
        "check", "--root", root, "--format", "json", "--no-cache", env={**os.environ, **environment}
    )
    assert done.returncode == 1, done.stderr
    return json.loads(done.stdout)["violations"]
