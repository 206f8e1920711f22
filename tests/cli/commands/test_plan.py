"""`archguard plan`, on a tree whose answers are known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.console_script import archguard
from tests.sources.trees import commit_all, write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONFIGURATION = """
[project]
name = "shop"

[tool.importlinter]
root_packages = ["shop"]

[[tool.importlinter.contracts]]
id = "one-cart"
name = "One cart"
type = "deprecated"
deprecated_modules = ["shop.old"]
owner = "@carts"

[tool.importlinter.contracts.replacement]
"shop.old" = "shop.new"
"shop.old:OldCart" = "shop.new:Cart"
"""
TREE = {
    "pyproject.toml": CONFIGURATION,
    "shop/__init__.py": "",
    "shop/old.py": (
        "from shop.home import moved\nclass OldCart: pass\ndef total(): pass\ndef alone(): pass\n"
    ),
    "shop/new.py": "class Cart: pass\ndef total(): pass\n",
    "shop/home.py": "def moved(): pass\n",
    "shop/a/__init__.py": "",
    "shop/a/one.py": "from shop.old import total\n",
    "shop/a/two.py": "from shop.old import OldCart, moved\n",
    "shop/b/__init__.py": "",
    "shop/b/three.py": "import shop.old\nshop.old.total()\n",
    "shop/b/four.py": "from shop.old import alone\n",
    "shop/b/five.py": "from shop.old import total\npatch('shop.old.total')\n",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The tree."""
    write_shop(tmp_path)
    return tmp_path


def write_shop(root: Path, files: Mapping[str, str] = TREE) -> None:
    """Write the tree, or another one."""
    for path, text in files.items():
        write_files(root, {path: text})


def plan(root: Path, *options: str) -> dict[str, Any]:
    """Return the plan as JSON."""
    done = archguard("plan", "--root", root, "--format", "json", *options)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def _list_statuses(document: dict[str, Any]) -> dict[str, tuple[str, str | None, int | None]]:
    return {
        one["importer"]: (one["status"], one["code"], one["batch"]) for one in document["violations"]
    }


def test_each_violation_is_ready_or_blocked(shop: Path) -> None:
    document = plan(shop)

    assert _list_statuses(document) == {
        "shop.a.one": ("ready", None, 1),
        "shop.a.two": ("ready", None, 1),
        "shop.b.three": ("ready", None, 1),
        "shop.b.four": ("blocked", "missing-symbol", None),
        "shop.b.five": ("blocked", "string-reference", None),
    }
    assert document["format_version"] == 1
    assert document["counts"] == {"ready": 3, "blocked": 2, "contracts": {"one-cart": 5}}
    four = next(one for one in document["violations"] if one["importer"] == "shop.b.four")
    assert four["reason"].startswith("shop.new has no alone.")
    assert (four["path"], four["line"], four["symbols"]) == ("shop/b/four.py", 1, ["shop.old.alone"])


def test_strings_are_rewritten_if_that_is_asked_for(shop: Path) -> None:
    assert _list_statuses(plan(shop, "--strings"))["shop.b.five"] == ("ready", None, 1)


def test_batches_are_small_and_predict_the_counts(shop: Path) -> None:
    batches = plan(shop, "--batch-size", "2")["batches"]

    assert [(one["id"], one["violations"], one["predicted"]) for one in batches] == [
        (1, 2, {"one-cart": 3}),
        (2, 1, {"one-cart": 2}),
    ]
    assert [one["owner"] for one in batches] == ["@carts", "@carts"]
    assert batches[0]["paths"] == ["shop/a/one.py", "shop/a/two.py"]
    assert batches[0]["package"] == "shop/a"


def test_files_have_the_owners_that_codeowners_names(shop: Path) -> None:
    write_files(shop, {".github/CODEOWNERS": "* @all\n/shop/b/ @b @c\n"})

    owners = {path: one["owner"] for one in plan(shop)["batches"] for path in one["paths"]}

    assert owners == {"shop/a/one.py": "@all", "shop/a/two.py": "@all", "shop/b/three.py": "@b @c"}


@pytest.mark.parametrize(
    ("options", "importers"),
    [
        (("--path", "shop/a/"), {"shop.a.one", "shop.a.two"}),
        (("--path", "shop/b/four.py"), {"shop.b.four"}),
        (("--contract", "one-cart", "--path", "shop/ab"), set()),
    ],
)
def test_paths_and_contracts_select_violations(
    shop: Path, options: tuple[str, ...], importers: set[str]
) -> None:
    assert set(_list_statuses(plan(shop, *options))) == importers


def test_a_commit_is_planned_as_its_tree(shop: Path) -> None:
    expected = plan(shop)
    commit_all(shop)
    write_files(shop, {"shop/a/one.py": ""})

    assert plan(shop, "--rev", "HEAD") == expected


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"shop/new.py": "import shop.a.one\ndef total(): pass\n"}, "import-cycle"),
        ({"shop/new.py": "def f():\n    import shop.a.one\ndef total(): pass\n"}, None),
        ({"shop/new.py": "if TYPE_CHECKING:\n    import shop.a.one\ndef total(): pass\n"}, None),
        ({"shop/a/one.py": "def f():\n    from shop.old import total\n"}, None),
    ],
    ids=["closed", "in a function", "for types", "the import runs later"],
)
def test_an_import_that_would_close_a_cycle_stays(
    shop: Path, files: dict[str, str], code: str | None
) -> None:
    write_shop(shop, files)

    assert _list_statuses(plan(shop))["shop.a.one"][1] == code


def test_a_cycle_that_is_there_already_is_no_reason(shop: Path) -> None:
    write_shop(
        shop,
        {
            "shop/new.py": "import shop.a.one\ndef total(): pass\n",
            "shop/a/one.py": "import shop.new\nfrom shop.old import total\n",
        },
    )

    assert _list_statuses(plan(shop))["shop.a.one"][1] is None


def test_an_import_that_another_contract_forbids_stays(shop: Path) -> None:
    forbidden = """
[[tool.importlinter.contracts]]
id = "no-new"
name = "A does not know the new cart"
type = "forbidden"
source_modules = ["shop.a.one"]
forbidden_modules = ["shop.new"]
"""
    write_files(shop, {"pyproject.toml": CONFIGURATION + forbidden})

    document = plan(shop)

    assert _list_statuses(document)["shop.a.one"][1] == "new-violation"
    assert _list_statuses(document)["shop.a.two"][1] is None
    assert document["batches"][-1]["predicted"] == {"one-cart": 3, "no-new": 0}


def test_each_batch_goes_on_from_the_count_after_the_one_before(shop: Path) -> None:
    done = archguard("plan", "--root", shop, "--batch-size", "2")

    lines = [line.strip() for line in done.stdout.splitlines()]
    assert [line for line in lines if line.startswith("After it")] == [
        "After it: one-cart 5 -> 3",
        "After it: one-cart 3 -> 2",
    ]


def test_the_text_says_what_is_next(shop: Path) -> None:
    done = archguard("plan", "--root", shop)

    assert done.stdout.startswith("5 violations: 3 can be rewritten now, 2 cannot yet.\n")
    assert "  After it: one-cart 5 -> 2\n" in done.stdout
    assert "  missing-symbol  1 violation\n" in done.stdout
    assert "    shop/b/four.py:1\n" in done.stdout
    assert "Next: archguard fix --batch 1" in done.stdout


def test_markdown_is_a_list_of_boxes(shop: Path) -> None:
    done = archguard("plan", "--root", shop, "--format", "markdown")

    assert "- [ ] **Batch 1** (`@carts`): 3 violations in 3 files below shop\n" in done.stdout
    assert "- [ ] `missing-symbol`, 1 violation: " in done.stdout
    assert "  - `shop/b/four.py:1`\n" in done.stdout


def test_nothing_to_plan_is_said(shop: Path) -> None:
    write_shop(shop, {path: "" for path in TREE if path.startswith(("shop/a/", "shop/b/"))})

    done = archguard("plan", "--root", shop)

    assert (done.returncode, done.stdout) == (
        0,
        (
            "No module that is deprecated is imported: there is nothing to plan.\n\n"
            "Delete order\n  shop.old: now\n"
        ),
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--format", "jsn"), "jsn"),
        (("--contract", "one-cat"), "one-cart"),
        (("--batch-size", "0"), "--batch-size"),
    ],
)
def test_a_mistyped_option_is_named(shop: Path, options: tuple[str, ...], message: str) -> None:
    done = archguard("plan", "--root", shop, *options)

    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_a_contract_that_cannot_be_judged_ends_the_plan(shop: Path) -> None:
    write_files(shop, {"pyproject.toml": CONFIGURATION.replace('["shop.old"]', '["shop.olt"]')})
    commit_all(shop)  # only a history tells that the module never existed

    done = archguard("plan", "--root", shop)

    assert (done.returncode, done.stdout) == (2, "")
    assert "shop.olt" in done.stderr


def test_imports_of_a_deprecated_symbol_are_planned_by_whatever_path(shop: Path) -> None:
    contract = CONFIGURATION.replace(
        'deprecated_modules = ["shop.old"]', 'deprecated_symbols = ["shop.api:Cart", "shop.new:total"]'
    ).replace('"shop.old:OldCart" = "shop.new:Cart"', '"shop.new:total" = "shop.home:moved"')
    write_shop(
        shop,
        {
            "pyproject.toml": contract,
            "shop/api.py": "from shop.new import Cart\n",
            "shop/facade.py": "from shop.api import Cart as Basket\n",
            "shop/a/one.py": "from shop.facade import Basket\n",
            "shop/a/two.py": "from shop.facade import *\n",
            "shop/b/three.py": "from shop.new import Cart, total\n",
        },
    )

    assert {
        (one["importer"], one["imported"], one["status"], one["code"])
        for one in plan(shop)["violations"]
    } == {
        ("shop.facade", "shop.api:Cart", "ready", None),
        ("shop.a.one", "shop.api:Cart", "ready", None),
        ("shop.a.two", "shop.api:Cart", "blocked", "star-import"),
        ("shop.b.three", "shop.new:total", "ready", None),
    }
    diff = archguard("fix", "--root", shop).stdout
    assert "+from shop.new import Cart as Basket\n" in diff
    assert "+from shop.new import Cart\n+from shop.home import moved as total\n" in diff


def test_a_contract_whose_module_was_deleted_before_does_not_stop_the_plan(tmp_path: Path) -> None:
    tombstone = (
        '[[tool.importlinter.contracts]]\nid = "sealed"\nname = "Sealed"\ntype = "deprecated"\n'
        'deprecated_modules = ["shop.gone"]\n'
    )
    write_shop(tmp_path, {**TREE, "shop/gone.py": ""})
    commit_all(tmp_path)
    (tmp_path / "shop/gone.py").unlink()
    (tmp_path / "pyproject.toml").write_text(f"{CONFIGURATION}\n{tombstone}")
    commit_all(tmp_path)

    document = plan(tmp_path)

    assert (document["counts"]["ready"], document["counts"]["contracts"]["sealed"]) == (3, 0)
