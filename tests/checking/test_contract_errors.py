"""Contracts that are wrong: each is named, and the others are judged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.console_script import archguard
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from pathlib import Path

FILES: dict[str | bytes, str | bytes] = {
    "shop/__init__.py": "",
    "shop/order.py": "import requests.compat\nimport shop.legacy\n",
    "shop/legacy.py": "",
    "shop/gone.py": "",
    "shop/cart.py": "class Cart: ...\n",
    "shop/user.py": "from shop.cart import Cart\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository in which shop.gone was deleted."""
    root = tmp_path / "repository"
    root.mkdir()
    write_files(root, FILES)
    commit_all(root)
    git(root, "rm", "-q", "shop/gone.py")
    git(root, "commit", "-qm", "deleted")
    return root


def _check(root: Path, *contracts: str, session: str = "") -> tuple[int, dict[str, Any], str]:
    """Check a tree by contracts whose ids are c0, c1, …; return exit code, contracts and errors."""
    text = f'[tool.importlinter]\nroot_packages = ["shop"]\n{session}\n'
    for number, options in enumerate(contracts):
        text += f'[[tool.importlinter.contracts]]\nid = "c{number}"\nname = "C{number}"\n{options}\n'
    configuration = root.parent / "rules.toml"
    configuration.write_text(text, encoding="utf-8")
    done = archguard(
        "check", "--root", root, "--config", configuration, "--format", "json", "--no-cache"
    )
    report = json.loads(done.stdout) if done.stdout else {"contracts": []}
    return done.returncode, {one["id"]: one for one in report["contracts"]}, done.stderr


def _deprecated(module: str) -> str:
    return f'type = "deprecated"\ndeprecated_modules = ["{module}"]'


GOOD = _deprecated("shop.legacy")


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (_deprecated("shop.legcy"), "git's history never had it; did you mean 'shop.legacy'?"),
        (_deprecated("shop.other.**"), "'shop.other.**' does not exist"),
        (_deprecated("shopp.legacy"), "did you mean 'shop.legacy'?"),
        (_deprecated("requests.compta"), "did you mean 'requests.compat'?"),
        (_deprecated("shop.cart.Cart"), "list it in deprecated_symbols as 'shop.cart:Cart'."),
        ('type = "forbidden"\nsource_modules = ["shop.no"]\nforbidden_modules = ["shop.legacy"]',
         "Module 'shop.no' does not exist"),
        ('type = "deprecatd"', "unknown type 'deprecatd'; did you mean 'deprecated'?"),
        ('type = "deprecated"\ndeprecated_modules = []', "Must name at least one module"),
    ],
)  # fmt: skip
def test_a_bad_contract_is_named_with_its_file_and_the_others_are_judged(
    repository: Path, bad: str, sentence: str
) -> None:
    code, contracts, errors = _check(repository, GOOD, bad)

    assert code == 2
    assert (contracts["c0"]["kept"], contracts["c0"]["violations"]) == (False, 1)
    assert contracts["c1"]["kept"] is None
    assert 'rules.toml: contract "C1": ' in contracts["c1"]["error"]
    assert sentence in contracts["c1"]["error"]
    assert sentence in errors


def test_without_a_good_contract_there_is_an_error_and_no_report(repository: Path) -> None:
    code, contracts, errors = _check(repository, _deprecated("shop.legcy"))

    assert (code, contracts) == (2, {})
    assert "did you mean 'shop.legacy'?" in errors


@pytest.mark.parametrize(
    "module",
    [
        "shop.gone",  # git's history has it
        "shop",
        "shop.*",
        "django.utils.six",  # what once stood outside the roots cannot be known
    ],
)
def test_a_module_that_existed_or_may_have_is_no_mistake(repository: Path, module: str) -> None:
    code, contracts, errors = _check(repository, _deprecated(module), GOOD)

    assert (code, errors) == (1, "")
    assert "error" not in contracts["c0"]


def test_a_module_that_only_a_string_or_an_unread_file_names_is_no_mistake(repository: Path) -> None:
    write_files(repository, {"shop/text.py": 'X = "shop.never"\n', "shop/bad.py": "import shop.nor\n("})

    code, contracts, _ = _check(repository, _deprecated("shop.never"), _deprecated("shop.nor"))

    assert code == 0
    assert contracts["c0"]["kept"]
    assert contracts["c1"]["kept"]


def test_in_a_shallow_clone_or_without_git_it_is_a_warning(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{repository}", "shallow")
    bare_tree = tmp_path / "tree"
    bare_tree.mkdir()
    write_files(bare_tree, FILES)

    for root in (tmp_path / "shallow", bare_tree):
        code, contracts, _ = _check(root, _deprecated("shop.legcy"))

        assert (code, contracts["c0"]["kept"]) == (0, True)
        (warning,) = contracts["c0"]["warnings"]
        assert warning.startswith("shop.legcy does not exist and nothing imports it; whether it ever")


def test_a_replacement_that_does_not_exist_is_a_warning(repository: Path) -> None:
    code, contracts, _ = _check(repository, f'{GOOD}\nreplacement = "shop.nw"')

    assert (code, contracts["c0"]["warnings"]) == (1, ["The replacement shop.nw does not exist."])


def test_a_name_in_a_file_is_no_mistake_while_something_imports_it_as_a_module(repository: Path) -> None:
    write_files(repository, {"shop/other.py": "import shop.cart.Cart\n"})

    code, contracts, errors = _check(repository, _deprecated("shop.cart.Cart"))

    assert (code, contracts["c0"]["violations"], errors) == (1, 1, "")


def test_a_name_that_a_package_binds_may_have_been_a_module(repository: Path) -> None:
    write_files(repository, {"shop/__init__.py": "from shop.cart import Cart\n"})
    write_files(repository, {"shop/other.py": "from shop import Cart\n"})

    code, contracts, errors = _check(repository, _deprecated("shop.Cart"))

    assert (code, contracts["c0"]["violations"], errors) == (0, 0, "")


def test_a_wildcard_below_a_file_matches_nothing(repository: Path) -> None:
    code, contracts, errors = _check(repository, _deprecated("shop.cart.*"))

    assert (code, contracts["c0"]["violations"], errors) == (0, 0, "")
    assert contracts["c0"]["warnings"] == [
        "shop.cart.* matches nothing: shop.cart is a file, and holds no modules."
    ]
