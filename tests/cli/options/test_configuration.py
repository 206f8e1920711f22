"""Which contracts judge which tree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import archguard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    WriteTree = Callable[[Mapping[str, str]], Path]

BROKEN = Path(__file__).parents[2] / "samples" / "shop_broken"


def test_a_folder_without_configuration_is_told_what_to_do(tmp_path: Path) -> None:
    done = archguard("check", cwd=tmp_path)

    assert done.returncode == 2
    assert "archguard init" in done.stderr
    assert "--config" in done.stderr


def test_only_the_contract_asked_for_is_judged(write_tree: WriteTree) -> None:
    text = (BROKEN / "pyproject.toml").read_text()
    second = text.partition("[[")[2].replace("one-cart", "other").replace("legacy_cart", "gone")
    root = write_tree(
        {"pyproject.toml": f"{text}\n[[{second}", "shop/__init__.py": "import shop.legacy_cart"}
    )

    done = archguard("check", "--root", root, "--contract", "other")

    assert done.returncode == 0
    assert "1 kept, 0 broken." in done.stdout


def test_a_contract_is_selected_by_its_name_as_well() -> None:
    done = archguard("check", "--root", BROKEN, "--contract", "One cart")

    assert done.returncode == 1
    assert "did you mean 'One cart'?" in (
        archguard("check", "--root", BROKEN, "--contract", "One crat").stderr
    )


_RULES = """[tool.importlinter]
root_packages = ["shop"]
[[tool.importlinter.contracts]]
id = "{id}"
name = "No {module}"
type = "deprecated"
deprecated_modules = ["shop.{module}"]
"""


def _write_rules(write_tree: WriteTree, **changes: str) -> Path:
    files = {
        "a.toml": _RULES.format(id="gone", module="a"),
        "rules/b.toml": _RULES.format(id="gone", module="b"),
        "shop/__init__.py": "from shop import a, b, b as c\n",
        "shop/a.py": "",
        "shop/b.py": "",
    }
    return write_tree({**files, **changes})


def test_several_configurations_are_judged_in_one_run_under_ids_with_their_file(
    write_tree: WriteTree,
) -> None:
    root = _write_rules(write_tree)
    files = ("--root", ".", "--config", "a.toml", "--config", "rules/b.toml", "--config", "a.toml")

    def judge(*arguments: str) -> list[str]:
        done = archguard("check", *files, "--format", "json", *arguments, cwd=root)
        return [contract["id"] for contract in json.loads(done.stdout)["contracts"]]

    assert judge() == ["a.toml:gone", "rules/b.toml:gone"]
    assert judge("--contract", "rules/b.toml:gone") == ["rules/b.toml:gone"]
    assert judge("--contract", "gone") == ["a.toml:gone", "rules/b.toml:gone"]
    assert judge("--contract", "No a") == ["a.toml:gone"]


@pytest.mark.parametrize(
    ("change", "option"),
    [
        ('root_packages = ["shop", "tests"]', "root_packages"),
        (
            'root_packages = ["shop"]\nexclude_type_checking_imports = true',
            "exclude_type_checking_imports",
        ),
    ],
)
def test_configurations_of_different_trees_are_refused(
    change: str, option: str, write_tree: WriteTree
) -> None:
    text = _RULES.format(id="gone", module="b").replace('root_packages = ["shop"]', change)
    root = _write_rules(write_tree, **{"b.toml": text})

    done = archguard("check", "--config", "a.toml", "--config", "b.toml", cwd=root)

    assert done.returncode == 2
    assert f"a.toml and b.toml have different {option}" in done.stderr


def test_configurations_in_several_folders_need_a_root(write_tree: WriteTree) -> None:
    root = _write_rules(write_tree)

    done = archguard("check", "--config", "a.toml", "--config", "rules/b.toml", cwd=root)

    assert done.returncode == 2
    assert "give --root" in done.stderr


def test_the_configuration_of_the_current_folder_is_the_default() -> None:
    assert archguard("check", cwd=BROKEN).returncode == 1


@pytest.mark.parametrize(
    ("folder", "paths"),
    [
        ("shop", []),
        ("shop/deep/er", []),
        (".", ["."]),
        (".", ["shop"]),
        (".", ["shop/order.py", "shop"]),
        ("..", ["tree"]),
        ("..", ["tree/shop/deep"]),
    ],
)
def test_the_configuration_is_looked_for_upwards(
    folder: str, paths: list[str], write_tree: WriteTree
) -> None:
    root = write_tree(
        {
            "pyproject.toml": (BROKEN / "pyproject.toml").read_text(),
            "shop/__init__.py": "",
            "shop/order.py": "import shop.legacy_cart\n",
            "shop/pyproject.toml": "[project]\nname = 'no-contracts-here'\n",
            "shop/deep/er/__init__.py": "",
        }
    )

    done = archguard("check", *paths, cwd=root / folder)

    assert done.returncode == 1
    assert "shop/order.py:1" in done.stdout
    is_whole = not paths or paths == ["."] or paths == ["tree"]
    assert ("contracts are about the whole" in done.stderr) != is_whole


def test_the_nearest_configuration_wins(write_tree: WriteTree) -> None:
    text = (BROKEN / "pyproject.toml").read_text()
    root = write_tree(
        {
            "pyproject.toml": text,
            "inner/pyproject.toml": text.replace("legacy_cart", "gone"),
            "inner/shop/__init__.py": "import shop.legacy_cart\n",
        }
    )

    assert archguard("check", "inner/shop", cwd=root).returncode == 0


def test_paths_of_two_projects_are_refused(write_tree: WriteTree) -> None:
    text = (BROKEN / "pyproject.toml").read_text()
    root = write_tree({f"{name}/{file}": text for name in "ab" for file in ("pyproject.toml", "x.py")})

    done = archguard("check", "a", "b/x.py", cwd=root)

    assert done.returncode == 2
    assert "a/pyproject.toml and b/pyproject.toml" in done.stderr


def test_a_path_beside_the_named_root_is_refused(write_tree: WriteTree) -> None:
    root = write_tree({"a/x.py": "", "rules.toml": (BROKEN / "pyproject.toml").read_text()})

    for option in (["--root", str(BROKEN)], ["--config", str(BROKEN / "pyproject.toml")]):
        done = archguard("check", "a", *option, cwd=root)

        assert done.returncode == 2
        assert f"a is not below {BROKEN}" in done.stderr
