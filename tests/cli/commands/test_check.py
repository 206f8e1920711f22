"""`archguard check`, as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import archguard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    WriteTree = Callable[[Mapping[str, str]], Path]

SAMPLES = Path(__file__).parents[2] / "samples"
BROKEN, KEPT = SAMPLES / "shop_broken", SAMPLES / "shop_kept"


def test_a_broken_contract_ends_with_1_and_names_the_statement() -> None:
    done = archguard("check", "--root", BROKEN)

    assert done.returncode == 1
    assert "shop/order.py:2  from shop.legacy_cart import Cart as OldCart" in done.stdout
    assert "use shop.cart" in done.stdout
    assert done.stderr == ""


def test_a_kept_contract_ends_with_0() -> None:
    done = archguard("check", "--root", KEPT)

    assert done.returncode == 0
    assert "1 kept, 0 broken." in done.stdout


def test_the_json_report_has_the_promised_shape() -> None:
    report = json.loads(archguard("check", "--root", BROKEN, "--format", "json").stdout)

    assert report["format_version"] == 1
    assert report["commit"] is None
    assert report["violations"] == [
        {
            "contract": "one-cart",
            "importer": "shop.order",
            "imported": "shop.legacy_cart",
            "ghost": False,
            "status": "open",
            "occurrences": [
                {
                    "path": "shop/order.py",
                    "line": 2,
                    "column": 1,
                    "kind": "top-level",
                    "statement": "from shop.legacy_cart import Cart as OldCart",
                    "names": ["shop.legacy_cart.Cart"],
                }
            ],
            "replacement": "shop.cart",
            "actions": [
                {
                    "kind": "replace",
                    "text": "Import shop.cart instead of shop.legacy_cart.",
                    "old": "shop.legacy_cart",
                    "new": "shop.cart",
                }
            ],
        }
    ]
    (contract,) = report["contracts"]
    assert (contract["kept"], contract["violations"], contract["exposure"]) == (False, 1, 1)
    assert report["coverage"] == {
        "files": 4,
        "analysed": 4,
        "unread": [],
        "outside": {"files": 0, "names": []},
        "excluded": {"files": 0, "patterns": [], "naming": 0},
        "undecided": [],
    }
    assert report["graph"] == {"modules": 4, "imports": 2}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["chekc"], "unknown command 'chekc'; did you mean 'check'?"),
        (["check", "--formt", "json"], "'--formt'"),
        (["check", "--formt", "json"], "'--format'"),
        (
            ["check", "--format", "jsn"],
            "unknown value 'jsn'; choose text, json, github, sarif, junit, gitlab or markdown.",
        ),
        (["check", "--format", "sarif="], "name a file after the ="),
        (["check", "--jobs", "0"], "--jobs"),
        (["check", "no-such-folder"], "no-such-folder: there is no such file or folder."),
        (["check", "--root", "no-such-folder"], "--root no-such-folder: there is no such folder."),
        (["check", "--config", "no-such.toml"], "no-such.toml: there is no such file."),
        (["check", "--root", str(BROKEN), "--contract", "one-crat"], "did you mean 'one-cart'?"),
        (["check", "--root", str(BROKEN), "--rev", "no-such-rev"], "--rev no-such-rev: no such commit"),
    ],
)
def test_what_a_person_would_mistype_gets_one_sentence_and_2(
    arguments: list[str], sentence: str, tmp_path: Path
) -> None:
    done = archguard(*arguments, cwd=tmp_path)

    assert done.returncode == 2
    assert sentence in done.stderr


def test_quiet_says_the_verdict_only_and_verbose_where_it_comes_from() -> None:
    quiet = archguard("check", "shop", "-q", cwd=BROKEN)
    verbose = archguard("check", "-v", cwd=BROKEN)

    assert (quiet.returncode, quiet.stderr) == (1, "")
    assert "BROKEN One cart: 1 violation" in quiet.stdout
    assert "0 kept, 1 broken." in quiet.stdout
    assert "order.py" not in quiet.stdout
    assert "configuration ./pyproject.toml" in verbose.stderr
    assert archguard("check", "-q", "-v", cwd=BROKEN).returncode == 2


def test_the_verdict_is_the_first_line_and_the_next_step_the_last() -> None:
    lines = archguard("check", "--root", BROKEN).stdout.splitlines()

    assert lines[0] == "0 kept, 1 broken. 1 violation in 4 files."
    assert lines[-1] == "Next: in shop/order.py:2, import shop.cart instead of shop.legacy_cart."


def test_exposed_modules_are_listed_on_demand_with_and_without_a_cached_report() -> None:
    for _ in range(2):
        shown = archguard("check", "--root", BROKEN, "--show-exposed").stdout
        report = json.loads(
            archguard("check", "--root", BROKEN, "--show-exposed", "--format", "json").stdout
        )
        usual = json.loads(archguard("check", "--root", BROKEN, "--format", "json").stdout)

        assert "1 module exposed by one-cart:\n  shop.order\n" in shown
        assert report["contracts"][0]["exposed"] == ["shop.order"]
        assert "exposed" not in usual["contracts"][0]


def test_nothing_is_cut_where_standard_output_is_no_terminal(write_tree: WriteTree) -> None:
    folder = "a_package_with_a_name_that_is_long/" * 3
    text = (BROKEN / "pyproject.toml").read_text()
    root = write_tree(
        {
            "pyproject.toml": text,
            "shop/cart.py": "",
            f"shop/{folder[:-1]}.py": "",
            f"shop/{folder}__init__.py": "",
        }
    )

    done = archguard("check", "--root", root)

    assert f"hidden by the package shop/{folder}\n" in done.stdout
