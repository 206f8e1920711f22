"""`canonical` contracts as users meet them: in a folder, a commit, a change, a history."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.console_script import archguard
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from pathlib import Path

_CONFIGURATION = """\
[tool.importlinter]
root_packages = ["shop", "tests"]

[[tool.importlinter.contracts]]
id = "one-cart"
name = "One cart"
type = "canonical"
canonical = ["shop.cart:Cart"]
matches = ["*Cart"]
"""
_FILES: dict[str | bytes, str | bytes] = {
    "pyproject.toml": _CONFIGURATION,
    "shop/__init__.py": "from shop.cart import Cart\n",
    "shop/base.py": "from typing import Protocol\n\n\nclass AnyCart(Protocol): ...\n",
    "shop/cart.py": "class Cart: ...\n",
    "shop/old.py": "class OldCart:\n    class LineCart: ...\n",
    "shop/newer.py": 'class NewerCart[T]:\n    name = f"{"a"}"\n',
    "tests/test_cart.py": "class FakeCart: ...\n",
}
_KNOWN = ["shop.newer:NewerCart", "shop.old:OldCart", "shop.old:OldCart.LineCart"]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with three classes beside the canonical one."""
    root = tmp_path / "shop"
    write_files(root, _FILES)
    commit_all(root)
    return root


def _check(root: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = archguard("check", "--root", root, *arguments, "--format", "json")
    return done.returncode, json.loads(done.stdout) if done.stdout else {"error": done.stderr}


def _list_classes(report: dict[str, Any], status: str | None = None) -> list[str]:
    return [v["imported"] for v in report["violations"] if status in (None, v["status"])]


def _backfill(root: Path, *arguments: str) -> list[dict[str, Any]]:
    done: subprocess.CompletedProcess[str] = archguard(
        "backfill", "--repo", root, "--rev", "HEAD", "--config", root / "pyproject.toml", *arguments
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_classes_beside_the_canonical_one_are_violations(shop: Path) -> None:
    status, report = _check(shop)

    assert status == 1
    assert _list_classes(report) == _KNOWN
    violation = report["violations"][2]
    assert (violation["importer"], violation["definition"], violation["role"]) == (
        "shop.old",
        "shop.old:OldCart.LineCart",
        "duplicate",
    )
    (place,) = violation["occurrences"]
    assert (place["path"], place["line"], place["column"], place["kind"]) == (
        "shop/old.py",
        2,
        5,
        "definition",
    )
    (contract,) = report["contracts"]
    assert (contract["kept"], contract["violations"], contract["lower_bound"]) == (False, 3, False)
    assert [(one["module"], one["kind"]) for one in report["references"]] == [("shop:Cart", "re-export")]


def test_a_folder_its_commit_and_its_history_have_the_same_violations(shop: Path) -> None:
    _, folder = _check(shop)
    _, commit = _check(shop, "--rev", "HEAD")
    (line,) = _backfill(shop, "--violations")

    assert folder["violations"] == commit["violations"] == line["violations"]


def test_a_canonical_class_that_does_not_exist_is_a_mistake(shop: Path) -> None:
    (shop / "pyproject.toml").write_text(_CONFIGURATION.replace("cart:Cart", "cart:Crat"))

    status, answer = _check(shop)

    assert status == 2
    assert answer["error"] == (
        f'archguard: {shop}/pyproject.toml: contract "One cart": the canonical '
        "'shop.cart:Crat' does not exist: shop.cart does not bind `Crat`; did you mean "
        "'shop.cart:Cart'?\n"
    )


def test_a_class_that_a_change_adds_fails_it(shop: Path) -> None:
    base = git(shop, "rev-parse", "HEAD")
    assert _check(shop, "--base", base)[0] == 0
    write_files(shop, {"shop/new.py": "class NewCart: ...\n", "shop/old.py": "class OldCart: ...\n"})
    commit_all(shop)

    status, report = _check(shop, "--base", base)

    assert status == 1
    assert _list_classes(report, "new") == ["shop.new:NewCart"]
    assert [fixed["imported"] for fixed in report["fixed"]] == ["shop.old:OldCart.LineCart"]


def test_a_class_that_is_moved_is_one_fixed_and_one_new(shop: Path) -> None:
    base = git(shop, "rev-parse", "HEAD")
    git(shop, "mv", "shop/newer.py", "shop/latest.py")
    commit_all(shop)

    _, report = _check(shop, "--base", base)

    assert _list_classes(report, "new") == ["shop.latest:NewerCart"]
    assert [(one["importer"], one["imported"]) for one in report["fixed"]] == [
        ("shop.newer", "shop.newer:NewerCart")
    ]


def test_a_base_without_the_canonical_class_counts_on_and_says_so(shop: Path) -> None:
    base = git(shop, "rev-parse", "HEAD")
    moved = _CONFIGURATION.replace("shop.cart:", "shop.best:")
    write_files(shop, {"pyproject.toml": moved, "shop/best.py": "class Cart: ...\nx = 1\ny = 2\n"})
    commit_all(shop)

    status, report = _check(shop, "--base", base)

    assert status == 0  # the class that was canonical is known at the base
    assert _list_classes(report, "existing") == ["shop.cart:Cart", *_KNOWN]
    assert report["contracts"][0]["canonical_missing"] is True
    assert "Contract one-cart: a canonical class does not exist at the base." in report["notices"]


def test_what_a_change_allows_is_new_all_the_same(shop: Path) -> None:
    base = git(shop, "rev-parse", "HEAD")
    allowing = _CONFIGURATION + 'allowed = ["shop.new:NewCart", "shop.old:*"]\n'
    write_files(shop, {"pyproject.toml": allowing, "shop/new.py": "class NewCart: ...\n"})
    commit_all(shop)

    status, report = _check(shop, "--base", base)

    assert status == 1
    assert _list_classes(report, "new") == ["shop.new:NewCart"]
    assert {one["imported"]: one["how"] for one in report["weakened"]} == dict.fromkeys(
        ["shop.new:NewCart", "shop.old:OldCart", "shop.old:OldCart.LineCart"], "exception-added"
    )


@pytest.mark.parametrize(
    ("files", "source"),
    [
        ({"pyproject.toml": _CONFIGURATION + 'allowed = ["shop.old:OldCart"]\n'}, "allowed"),
        (
            {
                "pyproject.toml": f"{_CONFIGURATION}\n[[tool.archguard.exceptions]]\n"
                "contract = 'one-cart'\nimporter = 'shop.*'\nimported = 'shop.old:OldCart'\n"
                "reason = 'Until May.'\n"
            },
            "exceptions",
        ),
        (
            {
                "shop/old.py": "class OldCart:  # archguard: allow[one-cart]: until May\n"
                "    class LineCart: ...\n"
            },
            "comment",
        ),
    ],
    ids=["option", "table", "comment"],
)
def test_exceptions_cover_classes(
    files: dict[str | bytes, str | bytes], source: str, shop: Path
) -> None:
    write_files(shop, files)

    _, report = _check(shop)

    assert _list_classes(report) == ["shop.newer:NewerCart", "shop.old:OldCart.LineCart"]
    (contract,) = report["contracts"]
    assert (contract["allowed"], contract["warnings"]) == (1, [])
    assert [(one["source"], one["imports"]) for one in contract["exceptions"]] == [(source, 1)]


def test_exceptions_that_cover_nothing_are_named(shop: Path) -> None:
    text = _CONFIGURATION + 'allowed = ["shop.gone:*"]\n[[tool.archguard.exceptions]]\n'
    text += "contract = 'one-cart'\nimporter = 'shop.gone'\nimported = 'shop.gone:X'\nreason = 'None.'\n"
    (shop / "pyproject.toml").write_text(text)

    _, report = _check(shop)

    assert report["contracts"][0]["warnings"] == [
        "Nothing is allowed by shop.gone:* of `allowed` any more.",
        "`shop.gone -> shop.gone:X` of exceptions covers no class: remove it.",
    ]


def test_a_comment_must_stand_at_each_statement_of_a_class(shop: Path) -> None:
    text = "class OldCart: ...  # archguard: allow[one-cart]: why not\nclass OldCart: ...\n"
    write_files(shop, {"shop/old.py": text})

    _, report = _check(shop)

    assert "shop.old:OldCart" in _list_classes(report)
    assert report["contracts"][0]["warnings"] == [
        "the comment at shop/old.py:1 allows nothing: another statement of the same class has none."
    ]


def test_an_unreadable_file_fixes_nothing(shop: Path) -> None:
    base = git(shop, "rev-parse", "HEAD")
    write_files(shop, {"shop/old.py": "class OldCart(:\n"})
    commit_all(shop)
    write_files(shop, {"shop/old.py": _FILES["shop/old.py"]})
    commit_all(shop)

    _, report = _check(shop, "--rev", "HEAD~1", "--base", base)
    lines = _backfill(shop)

    assert (report["fixed"], report["contracts"][0]["lower_bound"]) == ([], True)
    counts = [line["contracts"]["one-cart"] for line in lines]
    assert [(one["violations"], one["unknown"], one["fixed"], one["lower_bound"]) for one in counts] == [
        (3, 0, 0, False),
        (1, 2, 0, True),
        (3, 0, 0, False),
    ]
    assert [one["added"] for one in counts] == [3, 0, 0]


def test_an_unreadable_file_that_holds_no_such_class_matters_to_no_count(shop: Path) -> None:
    write_files(
        shop,
        {"shop/x.py": "class Basket(:\n", "tests/x.py": "class XCart(:", "shop/y.pyi": "class YCart:"},
    )

    assert not _check(shop)[1]["contracts"][0]["lower_bound"]
    write_files(shop, {"shop/z.ipynb": "class ZCart:"})
    assert _check(shop)[1]["contracts"][0]["lower_bound"]


def test_a_history_counts_on_before_the_canonical_class_exists(shop: Path) -> None:
    git(shop, "rm", "-q", "shop/cart.py")
    commit_all(shop)
    write_files(shop, {"shop/cart.py": _FILES["shop/cart.py"], "README": "It is back."})
    commit_all(shop)

    lines = [line["contracts"]["one-cart"] for line in _backfill(shop)]

    assert [line["canonical_missing"] for line in lines] == [False, True, False]
    assert [(line["violations"], line["added"], line["fixed"]) for line in lines] == [
        (3, 3, 0),
        (3, 0, 0),
        (3, 0, 0),
    ]


def test_a_baseline_folder_holds_classes(shop: Path) -> None:
    assert archguard("freeze", "--root", shop).returncode == 0
    assert _check(shop, "--baseline")[0] == 0
    write_files(shop, {"shop/new.py": "class NewCart: ...\n"})

    status, report = _check(shop, "--baseline")

    assert (status, _list_classes(report, "new")) == (1, ["shop.new:NewCart"])


def test_aliases_count_if_the_contract_says_so(shop: Path) -> None:
    write_files(shop, {"shop/names.py": "from shop.old import OldCart\nLegacyCart = OldCart\n"})
    (shop / "pyproject.toml").write_text(f"{_CONFIGURATION}count_aliases = true\n")

    _, report = _check(shop)

    aliases = [v for v in report["violations"] if v["imported"] not in _KNOWN]
    assert [(v["importer"], v["imported"], v["definition"], v["role"]) for v in aliases] == [
        ("shop", "shop:Cart", "shop.cart:Cart", "re-export"),
        ("shop.names", "shop.names:LegacyCart", "shop.old:OldCart", "alias"),
    ]


def test_lint_imports_runs_it(shop: Path) -> None:
    types = 'contract_types = ["canonical: archguard.contract_types.canonical.CanonicalContract"]\n'
    text = _CONFIGURATION.replace("\n\n[[", f"\n{types}\n[[")
    (shop / "pyproject.toml").write_text(text)

    broken = _lint_imports(shop)
    (shop / "pyproject.toml").write_text(f'{text}allowed = ["shop.old:*", "shop.newer:NewerCart"]\n')
    kept = _lint_imports(shop)

    assert broken.returncode == 1, broken.stdout
    assert [line for line in broken.stdout.splitlines() if line.startswith("- ")] == [
        f"- {name}" for name in _KNOWN
    ]
    assert kept.returncode == 0, kept.stdout


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    return subprocess.run(
        [*command, "--no-cache"],
        cwd=folder,
        env=os.environ | {"COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            'canonical = ["shop.cart"]',
            "canonical: 'shop.cart' is not of the form 'package.module:Name'.",
        ),
        ("canonical = []", "canonical: Must name at least one."),
        ('matches = [""]', "matches: Must name at least one."),
        ('kinds = ["lazy"]', "kinds: it is about classes, not about imports."),
    ],
)
def test_wrong_options_are_named(line: str, problem: str, shop: Path) -> None:
    option = line.partition(" ")[0]
    kept = [one for one in _CONFIGURATION.splitlines() if not one.startswith(option)]
    (shop / "pyproject.toml").write_text("\n".join([*kept, line]))

    status, answer = _check(shop)

    assert status == 2
    assert problem in answer["error"]
