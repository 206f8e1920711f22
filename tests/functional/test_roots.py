"""Roots that stand in several places, and files outside them, as `archguard check` reports them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.console_script import archguard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    WriteTree = Callable[[Mapping[str, str]], Path]

OLD = "from acme.core import old\n"


def _configuration(root: str, old: str, options: str = "") -> str:
    return (
        f'[tool.importlinter]\nroot_packages = ["{root}"]\n'
        f'[[tool.importlinter.contracts]]\nid = "c"\nname = "c"\ntype = "deprecated"\n'
        f'deprecated_modules = ["{old}"]\n[tool.archguard]\n{options}\n'
    )


def _check(root: Path) -> dict[str, Any]:
    done = archguard("check", "--root", root, "--format", "json")
    assert done.returncode in (0, 1), done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _edges(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["importer"], one["imported"]) for one in report["violations"]]


@pytest.mark.parametrize(
    ("core", "web", "options"),
    [
        ("libs/core/src", "libs/web/src", 'source_roots = ["libs/core/src", "libs/web/src"]'),
        ("libs/core/src", "libs/web/src", ""),
        ("acme_core", "acme_web", ""),
        (".", "src", ""),
    ],
)
def test_a_namespace_in_two_places_is_one_package(
    core: str, web: str, options: str, write_tree: WriteTree
) -> None:
    root = write_tree(
        {
            "pyproject.toml": _configuration("acme", "acme.core.old", options),
            f"{core}/acme/core/__init__.py": "",
            f"{core}/acme/core/old.py": "",
            f"{web}/acme/web/view.py": OLD,
        }
    )

    report = _check(root)

    assert _edges(report) == [("acme.web.view", "acme.core.old")]
    assert report["coverage"]["files"] == report["coverage"]["analysed"] == 3
    assert report["coverage"]["outside"] == {"files": 0, "names": []}


def test_a_top_folder_does_not_hide_the_package_in_src(write_tree: WriteTree) -> None:
    root = write_tree(
        {
            "pyproject.toml": _configuration("shop", "shop.old"),
            "src/shop/__init__.py": "",
            "src/shop/old.py": "",
            "src/shop/order.py": "import shop.old\n",
            "shop/deploy.py": "import shop.old\n",
        }
    )

    report = _check(root)

    assert _edges(report) == [("shop.order", "shop.old")]
    assert report["coverage"]["unread"] == [
        {"path": "shop/deploy.py", "reason": "hidden by the package src/shop/", "names": ["shop.old"]}
    ]
    assert report["contracts"][0]["lower_bound"] is True


@pytest.mark.parametrize(
    ("option", "importers"),
    [
        ('source_roots = ["a", "b"]', ["tests.test_a", "tests.test_b"]),
        ('exclude = ["b/tests"]', ["tests.test_a"]),
    ],
)
def test_two_files_of_one_module_end_with_2_until_the_configuration_decides(
    option: str, importers: list[str], write_tree: WriteTree
) -> None:
    files = {f"{one}/tests/conftest.py": "" for one in "ab"}
    files |= {f"{one}/tests/test_{one}.py": "import tests.old\n" for one in "ab"}
    root = write_tree(files | {"pyproject.toml": _configuration("tests", "tests.old")})
    refused = archguard("check", "--root", root)
    (root / "pyproject.toml").write_text(_configuration("tests", "tests.old", option))

    report = _check(root)

    assert refused.returncode == 2
    for words in ("a/tests/conftest.py and b/tests/conftest.py", "source_roots", "--root", "exclude"):
        assert words in refused.stderr
    assert [importer for importer, _ in _edges(report)] == importers
    assert report["contracts"][0]["lower_bound"] is False


def test_scripts_beside_the_roots_are_named(write_tree: WriteTree) -> None:
    root = write_tree(
        {
            "pyproject.toml": _configuration("shop", "shop.old", 'exclude = ["gen"]'),
            "shop/__init__.py": "",
            "manage.py": "import shop.old\n",
            "scripts/nightly.py": "from shop import old\n",
            "conftest.py": "",
            "gen/a.py": "import shop.old\n",
        }
    )

    report, text = _check(root), archguard("check", "--root", root)

    assert report["coverage"]["outside"] == {
        "files": 3,
        "names": [
            {"path": "manage.py", "names": ["shop.old"]},
            {"path": "scripts/nightly.py", "names": ["shop.old"]},
        ],
    }
    assert report["coverage"]["excluded"] == {"files": 1, "patterns": ["gen"], "naming": 1}
    assert text.returncode == 0
    assert "3 Python files lie under no root, 2 of them name a deprecated module:" in text.stdout
