"""Modules that look deprecated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.configuration.deprecation_candidates import find_candidates
from archguard.graph.discovery import discover
from archguard.sources.working_tree import WorkingTree
from tests.sources.trees import write_files

if TYPE_CHECKING:
    from pathlib import Path


def _candidates(root: Path, files: dict[str, str]) -> dict[str, str]:
    write_files(root, dict([("shop/__init__.py", ""), *files.items()]))
    source = WorkingTree(str(root))
    roots = [name for name in ("shop", "tests") if (root / name).exists()]
    modules = discover(source, roots, ()).modules
    return dict(find_candidates(source, {name: module.path for name, module in modules.items()}))


@pytest.mark.parametrize(
    "name", ["legacy_cart", "old", "cart_old", "_compat", "cart_deprecated", "cart_v2", "v1_cart"]
)
def test_some_names_say_it(name: str, tmp_path: Path) -> None:
    assert _candidates(tmp_path, {f"shop/{name}.py": ""}) == {f"shop.{name}": "its name"}


@pytest.mark.parametrize(
    "name", ["cart", "gold", "older", "compatible", "bold_cart", "cart_vat", "ipv6"]
)
def test_other_names_do_not(name: str, tmp_path: Path) -> None:
    assert not _candidates(tmp_path, {f"shop/{name}.py": ""})


def test_of_a_package_only_the_package_is_named_and_tests_are_not(tmp_path: Path) -> None:
    files = {
        "shop/old/__init__.py": "",
        "shop/old/legacy.py": "",
        "tests/test_old.py": "",
        "tests/old.py": "",
    }

    assert _candidates(tmp_path, files) == {"shop.old": "its name"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("warnings.warn('go', DeprecationWarning)\n", "warns when it is imported"),
        (
            "import warnings\nwarnings.warn(\n  f'use {new()}',\n  category=DeprecationWarning,\n)\n",
            "warns when it is imported",
        ),
        ("warn('go', PendingDeprecationWarning, 2)\n", "warns when it is imported"),
        ("@deprecated('go')\nclass A: ...\n", "1 definition marked @deprecated"),
        (
            "@warnings.deprecated('go')\ndef a(): ...\n@deprecated('go')\ndef b(): ...\n",
            "2 definitions marked @deprecated",
        ),
        ("def a():\n    warnings.warn('go', DeprecationWarning)\n", None),
        ("warnings.warn('go')\nx = DeprecationWarning\n", None),
        ("# deprecated\n", None),
    ],
)
def test_a_module_says_so_itself(text: str, reason: str | None, tmp_path: Path) -> None:
    expected = {"shop.cart": reason} if reason else {}

    assert _candidates(tmp_path, {"shop/cart.py": text}) == expected
