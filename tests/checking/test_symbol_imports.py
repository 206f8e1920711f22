"""Deprecated symbols, as a user of `archguard check` meets them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.console_script import archguard
from tests.ratchet.repository import Repository
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SESSION = '[tool.importlinter]\nroot_packages = ["shop"]\n'
SYMBOL = "shop.legacy:Cart"
TREE = {
    "shop/__init__.py": "",
    "shop/legacy.py": "class Cart: ...\nclass Till: ...\n",
    "shop/api.py": "from shop.legacy import Cart as OldCart\n",
    "shop/page.py": "from shop.api import OldCart\n",
    "shop/plain.py": "import shop.legacy\nshop.legacy.Cart()\n",
    "shop/till.py": "from shop.legacy import Till\n",
}


def _contract(*lines: str, id_: str = "one-cart") -> str:
    head = f'[[tool.importlinter.contracts]]\nid = "{id_}"\nname = "x"\ntype = "deprecated"\n'
    return "".join(f"{line}\n" for line in (head, *lines))


def _write(folder: Path, files: Mapping[str, str], *contracts: str) -> None:
    contracts = contracts or (_contract(f'deprecated_symbols = ["{SYMBOL}"]'),)
    write_files(folder, dict(files.items()))
    write_files(folder, {"pyproject.toml": SESSION + "".join(contracts)})


def _check(folder: Path, *arguments: str) -> dict[str, Any]:
    done = archguard("check", "--root", folder, "--format", "json", "--no-cache", *arguments)
    assert done.stdout, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _edges(report: dict[str, Any], contract: str = "one-cart") -> list[tuple[str, str]]:
    return [
        (one["importer"], one["imported"]) for one in report["violations"] if one["contract"] == contract
    ]


def test_an_import_counts_by_whatever_path_and_the_path_is_shown(tmp_path: Path) -> None:
    _write(tmp_path, TREE)

    report = _check(tmp_path)

    assert _edges(report) == [("shop.api", SYMBOL), ("shop.page", SYMBOL)]
    first, second = (one["occurrences"][0] for one in report["violations"])
    assert first["ways"] == [[SYMBOL]]
    assert second["ways"] == [["shop.api:OldCart", SYMBOL]]
    assert second["names"] == ["shop.api.OldCart"]
    assert not any(one["ghost"] for one in report["violations"])
    text = archguard("check", "--root", tmp_path).stdout
    assert (
        "    shop/page.py:1  from shop.api import OldCart\n      by way of shop.api:OldCart ->" in text
    )


@pytest.mark.parametrize("format_", ["sarif", "github", "gitlab", "markdown", "junit"])
def test_every_format_shows_the_path(format_: str, tmp_path: Path) -> None:
    _write(tmp_path, TREE)

    output = archguard("check", "--root", tmp_path, "--format", format_).stdout.replace("&gt;", ">")

    assert f"shop.api:OldCart -> {SYMBOL}" in output.replace("%3A", ":")


def test_attribute_use_and_strings_are_references(tmp_path: Path) -> None:
    _write(tmp_path, {**TREE, "shop/text.py": "x = 'shop.legacy.Cart'\ny = 'shop.legacy:Cart'\n"})

    references = _check(tmp_path)["references"]

    assert [(one["path"], one["line"], one["kind"], one["module"]) for one in references] == [
        ("shop/plain.py", 2, "attribute", SYMBOL),
        ("shop/text.py", 1, "literal", SYMBOL),
        ("shop/text.py", 2, "literal", SYMBOL),
    ]


def test_a_symbol_that_is_gone_is_a_ghost_for_all_who_import_it(tmp_path: Path) -> None:
    _write(tmp_path, {**TREE, "shop/legacy.py": "class Till: ...\n"})

    report = _check(tmp_path)

    assert _edges(report) == [("shop.api", SYMBOL), ("shop.page", SYMBOL)]
    assert all(one["ghost"] for one in report["violations"])


def test_the_module_of_a_symbol_and_what_is_below_it_never_count(tmp_path: Path) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/legacy/__init__.py": "from shop.legacy.cart import Cart\n",
        "shop/legacy/cart.py": "class Cart: ...\n",
        "shop/legacy/user.py": "from shop.legacy import Cart\n",
        "shop/page.py": "from shop.legacy.user import Cart\n",
        "shop/inner.py": "from shop.legacy.cart import Cart\n",
    }
    _write(tmp_path, files)

    # `shop.inner` takes another way to the same class.
    assert _edges(_check(tmp_path)) == [("shop.page", SYMBOL)]


def test_a_deprecated_module_swallows_its_symbols_in_one_contract(tmp_path: Path) -> None:
    both = _contract(f'deprecated_symbols = ["{SYMBOL}"]', 'deprecated_modules = ["shop.legacy"]')
    alone = _contract(f'deprecated_symbols = ["{SYMBOL}"]', id_="alone")
    _write(tmp_path, TREE, both, alone)

    report = _check(tmp_path)

    assert {imported for _, imported in _edges(report)} == {"shop.legacy"}
    assert _edges(report, "alone") == [("shop.api", SYMBOL), ("shop.page", SYMBOL)]
    warned = [contract["warnings"] for contract in report["contracts"]]
    assert warned == [
        [f"The symbol {SYMBOL} lies in a deprecated module, and its imports count as imports of that."],
        [],
    ]


def test_users_behind_a_re_export_of_a_deprecated_module_are_listed_and_not_counted(
    tmp_path: Path,
) -> None:
    _write(tmp_path, TREE, _contract('deprecated_modules = ["shop.legacy"]'))

    (contract,) = _check(tmp_path)["contracts"]

    assert (contract["violations"], contract["users"]) == (3, 4)
    assert contract["hidden_users"] == [
        {
            "module": "shop.page",
            "path": "shop/page.py",
            "line": 1,
            "way": ["shop.api:OldCart", SYMBOL],
        }
    ]
    text = archguard("check", "--root", tmp_path).stdout
    assert "4 users, 1 of them behind a re-export" in text
    assert f"    shop/page.py:1\n      by way of shop.api:OldCart -> {SYMBOL}\n" in text


def test_users_behind_an_allowed_re_export_are_users_all_the_same(tmp_path: Path) -> None:
    allowed = 'allowed_importers = ["shop.api -> shop.legacy"]'
    _write(tmp_path, TREE, _contract('deprecated_modules = ["shop.legacy"]', allowed))

    (contract,) = _check(tmp_path)["contracts"]

    assert (contract["violations"], contract["users"]) == (2, 4)


@pytest.mark.parametrize(
    "allowed", [f"shop.api -> {SYMBOL}", "shop.api -> shop.legacy", "shop.a* -> shop.*"]
)
def test_an_exception_covers_an_import_of_a_symbol(allowed: str, tmp_path: Path) -> None:
    option = f'allowed_importers = ["{allowed}"]'.replace("shop.a*", "shop.api")
    _write(tmp_path, TREE, _contract(f'deprecated_symbols = ["{SYMBOL}"]', option))

    report = _check(tmp_path)

    assert _edges(report) == [("shop.page", SYMBOL)]
    assert report["contracts"][0]["allowed"] == 1
    assert report["contracts"][0]["warnings"] == []


def test_a_comment_covers_an_import_of_a_symbol(tmp_path: Path) -> None:
    page = "from shop.api import OldCart  # archguard: allow[one-cart]: until the page goes\n"
    _write(tmp_path, {**TREE, "shop/page.py": page})

    report = _check(tmp_path)

    assert _edges(report) == [("shop.api", SYMBOL)]
    assert report["contracts"][0]["allowed"] == 1


def test_only_some_kinds_of_import_may_count(tmp_path: Path) -> None:
    page = "def show():\n    from shop.api import OldCart\n"
    contract = _contract(f'deprecated_symbols = ["{SYMBOL}"]', 'kinds = ["function"]')
    _write(tmp_path, {**TREE, "shop/page.py": page}, contract)

    assert _edges(_check(tmp_path)) == [("shop.page", SYMBOL)]


def test_a_replacement_of_a_symbol_is_shown(tmp_path: Path) -> None:
    table = f'replacement = {{"{SYMBOL}" = "shop.cart:Cart", "shop.legacy" = "shop.cart"}}'
    symbols = f'deprecated_symbols = ["{SYMBOL}", "shop.legacy:Till"]'
    _write(tmp_path, {**TREE, "shop/cart.py": "class Cart: ...\n"}, _contract(symbols, table))

    report = _check(tmp_path)

    replacements = {one["imported"]: one["replacement"] for one in report["violations"]}
    assert replacements == {SYMBOL: "shop.cart:Cart", "shop.legacy:Till": "shop.cart"}
    assert report["contracts"][0]["warnings"] == []


@pytest.mark.parametrize(
    ("symbol", "sentence"),
    [
        ("shop.legacy:Carrt", "did you mean 'shop.legacy:Cart'?"),
        ("shop.legcy:Cart", "no module 'shop.legcy' ever existed; did you mean 'shop.legacy'?"),
        ("shop:legacy", "is a module; name 'shop.legacy' in deprecated_modules."),
        ("shop.legacy.Cart", "is not a symbol like package.module:Name."),
    ],
)
def test_a_symbol_that_never_existed_is_a_mistake(symbol: str, sentence: str, tmp_path: Path) -> None:
    _write(tmp_path, TREE, _contract(f'deprecated_symbols = ["{symbol}"]'))
    git(tmp_path, "init", "--quiet")
    commit_all(tmp_path)

    done = archguard("check", "--root", tmp_path)

    assert done.returncode == 2
    assert sentence in " ".join(done.stderr.split())


def test_a_symbol_that_existed_is_a_tombstone(tmp_path: Path) -> None:
    _write(tmp_path, TREE)
    git(tmp_path, "init", "--quiet")
    commit_all(tmp_path)
    _write(
        tmp_path,
        {**TREE, "shop/legacy.py": "", "shop/api.py": "", "shop/page.py": "", "shop/plain.py": ""},
    )

    assert archguard("check", "--root", tmp_path).returncode == 0
    doctor = archguard("doctor", "--root", tmp_path).stdout
    assert f"one-cart: {SYMBOL} is gone, and kept from coming back" in doctor


@pytest.mark.parametrize(
    ("text", "lower_bound"), [("from shop.api import Cart\n", True), ("x\n", False)]
)
def test_an_unread_file_that_names_the_symbol_makes_a_lower_bound(
    text: str, lower_bound: bool, tmp_path: Path
) -> None:
    _write(tmp_path, {**TREE, "shop/broken.py": f"{text}def (:\n"})

    (contract,) = _check(tmp_path)["contracts"]

    assert contract["lower_bound"] is lower_bound


def test_a_name_that_a_module_makes_at_run_time_is_undecided(tmp_path: Path) -> None:
    lazy = "def __getattr__(name):\n    from shop.legacy import Cart\n    return Cart\n"
    _write(tmp_path, {**TREE, "shop/api.py": lazy, "shop/page.py": "from shop.api import Cart\n"})

    report = _check(tmp_path)

    assert _edges(report) == [("shop.api", SYMBOL)]
    assert [(one["importer"], one["module"]) for one in report["coverage"]["undecided"]] == [
        ("shop.page", SYMBOL)
    ]
    assert report["contracts"][0]["lower_bound"]


def test_a_new_import_by_another_path_fails_a_change(tmp_path: Path) -> None:
    files = {**TREE, "pyproject.toml": SESSION + _contract(f'deprecated_symbols = ["{SYMBOL}"]')}
    repository = Repository(tmp_path / "shop", files)
    assert repository.check().code == 0

    repository.commit({"shop/till.py": "from shop.page import OldCart\n"})

    outcome = repository.check()
    assert (outcome.code, outcome.new) == (1, [("shop.till", SYMBOL)])
    assert repository.check("--rev", "change").new == outcome.new

    repository.commit({"shop/till.py": "", "shop/page.py": ""})

    outcome = repository.check()
    assert (outcome.code, outcome.fixed) == (0, [("shop.page", SYMBOL)])


def test_a_symbol_that_the_contract_no_longer_names_is_weakened(tmp_path: Path) -> None:
    symbols = f'deprecated_symbols = ["{SYMBOL}", "shop.legacy:Till"]'
    repository = Repository(tmp_path / "shop", {**TREE, "pyproject.toml": SESSION + _contract(symbols)})
    fewer = _contract(f'deprecated_symbols = ["{SYMBOL}"]')

    repository.commit({"pyproject.toml": SESSION + fewer})

    assert repository.check().weakened == [("shop.till", "module-dropped")]


def test_a_symbol_is_renamed_with_its_module(tmp_path: Path) -> None:
    files = {**TREE, "pyproject.toml": SESSION + _contract(f'deprecated_symbols = ["{SYMBOL}"]')}
    files["shop/legacy.py"] += "X = 1\n" * 20
    repository = Repository(tmp_path / "shop", files)
    repository.git("mv", "shop/legacy.py", "shop/older.py")

    repository.commit(
        {
            path: text.replace("shop.legacy", "shop.older")
            for path, text in files.items()
            if path != "shop/legacy.py"
        }
    )

    outcome = repository.check()
    assert (outcome.code, outcome.new, outcome.fixed, outcome.weakened) == (0, [], [], [])


def test_a_baseline_folder_holds_symbols(tmp_path: Path) -> None:
    _write(tmp_path, TREE)
    assert archguard("freeze", "--root", tmp_path).returncode == 0
    assert (
        archguard("check", "--root", tmp_path, "--baseline", tmp_path / ".archguard/baseline").returncode
        == 0
    )

    write_files(tmp_path, {"shop/till.py": "from shop.page import OldCart\n"})

    done = archguard("check", "--root", tmp_path, "--baseline", tmp_path / ".archguard/baseline")
    assert done.returncode == 1
    assert "1 new violation" in done.stdout


def test_a_report_with_symbols_is_the_same_from_the_cache(tmp_path: Path) -> None:
    _write(tmp_path / "tree", TREE)
    command = (
        "check",
        "--root",
        tmp_path / "tree",
        "--format",
        "json",
        "--cache-dir",
        tmp_path / "cache",
    )

    assert archguard(*command).stdout == archguard(*command).stdout == _dump(_check(tmp_path / "tree"))


def _dump(report: dict[str, Any]) -> str:
    return json.dumps(report, indent=1) + "\n"
