"""`archguard audit --declared`, on a tree whose answers are known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import archguard
from tests.sources.trees import commit_all

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    WriteTree = Callable[[Mapping[str, str]], Path]

_TREE = {
    "pyproject.toml": '[project]\nname = "shop"\n',
    "shop/__init__.py": "from shop.old import OldCart\n",
    "shop/cart.py": "class Cart:\n    pass\n",
    "shop/order.py": "class Order:\n    pass\n\n\ndef make_order():\n    return Order()\n",
    "shop/old.py": (
        "from typing_extensions import deprecated\n\n\n"
        '@deprecated("Use :class:`~shop.cart.Cart`.")\nclass OldCart:\n'
        '    """Hold things.\n\n    .. deprecated:: 2.0\n        Use `shop.cart.Cart`.\n    """\n'
    ),
    "shop/legacy.py": (
        '"""Orders as they were."""\nimport warnings\n\n'
        'warnings.warn("shop.legacy is deprecated; use make_order() instead.", DeprecationWarning)\n'
    ),
    "shop/helpers.py": "def help_out():\n    pass\n",
    "shop/uses.py": "from shop import OldCart\nfrom shop.order import make_order\n",
    "shop/broken.py": "class Old(:  # deprecated\n",
    "tests/test_old.py": (
        "import shop.legacy\nfrom shop.old import OldCart\n@deprecated('x')\nclass T: pass\n"
    ),
}


def test_each_deprecation_has_its_importers_and_the_replacement_that_its_text_names(
    write_tree: WriteTree,
) -> None:
    root = write_tree(_TREE)
    commit_all(root)

    answer = archguard("audit", "--declared", "--format", "json", cwd=root)
    committed = archguard("audit", "--declared", "--format", "json", "--rev", "HEAD", cwd=root)

    assert committed.stdout == answer.stdout
    report = json.loads(answer.stdout)
    assert report["declared"] == [
        {
            "id": "shop.legacy",
            "kind": "module",
            "path": "shop/legacy.py",
            "line": 1,
            "declarations": ["warning at import"],
            "text": "shop.legacy is deprecated; use make_order() instead.",
            "replacement": {"written": "make_order", "id": "shop.order:make_order"},
            "importers": 1,
            "test_importers": 1,
        },
        {
            "id": "shop.old:OldCart",
            "kind": "class",
            "path": "shop/old.py",
            "line": 5,
            "declarations": ["decorator", "docstring"],
            "text": "Use :class:`~shop.cart.Cart`.",
            "replacement": {"written": "shop.cart.Cart", "id": "shop.cart:Cart"},
            "importers": 3,
            "test_importers": 1,
        },
    ]
    assert [one["path"] for one in report["coverage"]["unread"]] == ["shop/broken.py"]


def test_text_and_markdown_say_the_same(write_tree: WriteTree) -> None:
    root = write_tree(_TREE)

    text = archguard("audit", "--declared", "--matches", "Old*", cwd=root).stdout
    markdown = archguard("audit", "--declared", "--format", "markdown", cwd=root).stdout

    assert text.startswith("The code declares deprecated: 1 class.\n")
    assert "shop.old:OldCart  3 importers, 1 of them tests\n" in text
    assert "shop/old.py:5  decorator, docstring\n" in text
    assert "use shop.cart:Cart\n" in text
    assert (
        "| `shop.old:OldCart` | `shop/old.py:5` | decorator, docstring | 3 | 1 | `shop.cart:Cart` |\n"
        in markdown
    )


@pytest.mark.parametrize("option", [("--write-contract",), ("--canonical", "shop.cart:Cart")])
def test_what_asks_for_something_else_is_refused(option: tuple[str, ...], write_tree: WriteTree) -> None:
    answer = archguard("audit", "--declared", *option, cwd=write_tree(_TREE))

    assert (answer.returncode, "--declared lists deprecations" in answer.stderr) == (2, True)
