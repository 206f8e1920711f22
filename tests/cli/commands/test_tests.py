"""`archguard tests`, on a tree of which it is known what each test runs."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.console_script import archguard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    WriteTree = Callable[[Mapping[str, str]], Path]

_TREE = {
    "shop/__init__.py": "from shop.cart import Cart\nfrom shop.prices import add_tax\n",
    "shop/cart.py": (
        "class Cart:\n    def add(self, item):\n        return item\n\n\n"
        "def empty():\n    return Cart()\n"
    ),
    "shop/prices.py": "def add_tax(price):\n    return price + 1\n",
    "shop/orders.py": "from shop import Cart\n\n\ndef order():\n    return Cart().add(1)\n",
    "tests/conftest.py": (
        "import pytest\nfrom shop.orders import order\n\n\n"
        "@pytest.fixture\ndef ordered():\n    return order()\n"
    ),
    "tests/helpers.py": "from shop.cart import Cart\n",
    "tests/test_direct.py": "from shop import Cart\n\n\ndef test_it():\n    assert Cart().add(1)\n",
    "tests/test_chain.py": "import shop.orders\n\n\ndef test_it():\n    assert shop.orders.order()\n",
    "tests/test_fixture.py": "def test_it(ordered):\n    assert ordered\n",
    "tests/test_string.py": (
        "from unittest import mock\n\n\n@mock.patch('shop.cart.Cart.add')\n"
        "def test_it(add):\n    assert not add.called\n"
    ),
    "tests/test_prices.py": "from shop import add_tax\n\n\ndef test_it():\n    assert add_tax(1) == 2\n",
}
_CONTRACT = {
    "pyproject.toml": (
        '[tool.importlinter]\nroot_packages = ["shop"]\n\n[[tool.importlinter.contracts]]\n'
        'id = "one-cart"\nname = "One cart"\ntype = "deprecated"\n'
        'deprecated_modules = ["shop.old_cart"]\nreplacement = "shop.cart"\n'
    ),
    "tests/test_ghost.py": (
        "def test_it():\n    from shop.old_cart import OldCart\n    assert OldCart()\n"
    ),
}


def _select(root: Path, *arguments: str) -> dict[str, Any]:
    done = archguard("tests", "--root", root, "--format", "json", *arguments)
    assert done.returncode in {0, 1}, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def _list_reasons(selected: Mapping[str, Any]) -> dict[str, str]:
    return {test["path"]: test["why"] for test in selected["tests"]}


def test_each_test_is_listed_with_the_way_in_which_it_gets_there(write_tree: WriteTree) -> None:
    selected = _select(write_tree(_TREE), "shop.cart")

    assert _list_reasons(selected) == {
        "tests/test_chain.py": "chain",
        "tests/test_direct.py": "direct",
        "tests/test_fixture.py": "fixture",
        "tests/test_string.py": "string",
    }
    chains = {test["path"]: test["chain"] for test in selected["tests"]}
    assert chains["tests/test_fixture.py"] == [
        "tests.test_fixture",
        "tests.conftest:ordered",
        "tests.conftest:order",
        "shop.orders:order",
        "shop.orders:Cart",
        "shop:Cart",
        "shop.cart:Cart",
    ]


def test_text_is_one_path_a_line_for_pytest(write_tree: WriteTree) -> None:
    done = archguard("tests", "shop.prices", "--root", write_tree(_TREE))

    assert done.returncode == 0
    assert done.stdout == "tests/test_prices.py\n"
    assert "1 of 5 test files" in done.stderr


def test_a_symbol_has_the_tests_that_run_it_and_not_those_of_its_module(write_tree: WriteTree) -> None:
    selected = _select(write_tree(_TREE), "shop.cart:empty")

    assert selected["tests"] == []
    assert [gap["symbol"] for gap in selected["gaps"]] == ["shop.cart:empty"]


def test_without_any_test_a_sentence_is_said_and_the_exit_code_is_one(write_tree: WriteTree) -> None:
    done = archguard("tests", "shop.cart:empty", "--root", write_tree(_TREE))

    assert done.returncode == 1
    assert done.stdout == ""
    assert "none of the 5 test files may run shop.cart:empty." in done.stderr


def test_direct_imports_are_said_to_be_incomplete(write_tree: WriteTree) -> None:
    done = archguard("tests", "shop.cart", "--direct", "--root", write_tree(_TREE))

    assert done.stdout == "tests/test_direct.py\n"
    assert "--direct is incomplete: 3 other test files" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["shop.crat"],
            "there is no module shop.crat, and nothing imports it; did you mean 'shop.cart'?",
        ),
        ([], "name modules, or contracts with --contract: one of the two."),
        (["shop.cart", "--plan"], "--plan needs --contract"),
        (["shop.cart", "--contexts", "nowhere"], "--contexts nowhere: there is no such file."),
    ],
)
def test_a_mistake_is_one_sentence(arguments: list[str], sentence: str, write_tree: WriteTree) -> None:
    done = archguard("tests", *arguments, "--root", write_tree(_TREE))

    assert done.returncode == 2
    assert sentence in done.stderr


def test_a_contract_asks_for_the_tests_of_modules_that_are_gone_too(write_tree: WriteTree) -> None:
    selected = _select(write_tree(_TREE | _CONTRACT), "--contract", "one-cart")

    assert _list_reasons(selected) == {"tests/test_ghost.py": "direct"}
    assert [(gap["symbol"], gap["kind"]) for gap in selected["gaps"]] == [
        ("shop.cart:empty", "canonical")
    ]


def test_the_plan_has_a_line_for_each_canonical_symbol_without_a_direct_test(
    write_tree: WriteTree,
) -> None:
    done = archguard(
        "tests", "--contract", "one-cart", "--plan", "--root", write_tree(_TREE | _CONTRACT)
    )

    first, second = done.stdout.splitlines()
    assert first == "- [ ] `shop.cart:empty` (shop/cart.py:6): no test runs it"
    assert second.startswith("- [ ] contract `one-cart` (One cart)")


def test_what_is_given_to_a_registry_is_run_by_those_who_use_the_registry(write_tree: WriteTree) -> None:
    tree = {
        "shop/__init__.py": "",
        "shop/registry.py": "_all = {}\n\n\ndef register(one):\n    _all[one.__name__] = one\n\n\n"
        "def get(name):\n    return _all[name]\n",
        "shop/cart.py": "from shop.registry import register\n\n\n"
        "@register\ndef add():\n    return 1\n\n\n"
        "def other():\n    return 2\n",
        "tests/test_registry.py": "from shop.registry import get\n\n\n"
        "def test_it():\n    assert get('add')()\n",
    }
    root = write_tree(tree)

    assert _list_reasons(_select(root, "shop.cart:add")) == {"tests/test_registry.py": "chain"}
    assert _list_reasons(_select(root, "shop.cart:other")) == {}


def test_strings_of_production_code_and_entry_points_lead_on(write_tree: WriteTree) -> None:
    tree = {
        "pyproject.toml": '[project]\nname = "shop"\n[project.scripts]\nshop-run = "shop.cli:main"\n',
        "shop/__init__.py": "",
        "shop/cli.py": "from shop.loader import load\n\n\ndef main():\n    load()\n",
        "shop/loader.py": "import importlib\n\n\ndef load():\n"
        "    return importlib.import_module('shop.cart').Cart()\n",
        "shop/cart.py": "class Cart:\n    def __init__(self):\n        self.items = []\n",
        "tests/test_script.py": "import subprocess\n\n\ndef test_it():\n"
        "    subprocess.run(['shop-run'], check=True)\n",
        "tests/test_other.py": "import subprocess\n\n\ndef test_it():\n"
        "    subprocess.run(['another'], check=True)\n",
    }
    selected = _select(write_tree(tree), "shop.cart")

    assert _list_reasons(selected) == {"tests/test_script.py": "string"}


def test_tests_are_found_though_no_root_package_of_the_configuration_holds_them(
    write_tree: WriteTree,
) -> None:
    selected = _select(write_tree(_TREE | _CONTRACT), "shop.cart")

    assert "tests/test_direct.py" in _list_reasons(selected)


def test_a_file_that_cannot_be_read_makes_the_answer_a_lower_bound(write_tree: WriteTree) -> None:
    done = archguard(
        "tests", "shop.prices", "--root", write_tree(_TREE | {"shop/orders.py": "def order(:\n"})
    )

    assert "1 file could not be read, so more tests may protect it: shop/orders.py." in done.stderr


def test_a_second_run_gives_the_same_and_a_change_is_seen(write_tree: WriteTree) -> None:
    root = write_tree(_TREE)
    first = _select(root, "shop.cart")
    assert _select(root, "shop.cart") == first

    (root / "tests/test_prices.py").write_text(
        "from shop.cart import empty\n\n\ndef test_it():\n    empty()\n"
    )
    assert _list_reasons(_select(root, "shop.cart"))["tests/test_prices.py"] == "direct"


def test_contexts_say_which_tests_ran_it_and_what_the_source_does_not_show(
    write_tree: WriteTree,
) -> None:
    pytest.importorskip("coverage")
    hidden = (
        "import importlib\n\n\ndef test_it():\n"
        "    name = 'c' + 'art'\n    module = importlib.import_module('sh' + 'op.' + name)\n"
        "    assert module.Cart().add(1)\n"
    )
    root = write_tree(_TREE | {"tests/test_hidden.py": hidden})
    (root / ".coveragerc").write_text("[run]\ndynamic_context = test_function\nsource = shop\n")
    run = [
        sys.executable,
        "-m",
        "coverage",
        "run",
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests",
    ]
    subprocess.run(run, cwd=root, check=True, capture_output=True)

    selected = _select(root, "shop.cart", "--contexts", str(root / ".coverage"))

    assert selected["missed"] == ["tests/test_hidden.py"]
    assert _list_reasons(selected) == {
        "tests/test_chain.py": "chain",
        "tests/test_direct.py": "direct",
        "tests/test_hidden.py": "context",
    }
