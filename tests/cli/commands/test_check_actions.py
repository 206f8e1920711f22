"""`archguard check --actions`: a script that applies the edits gets the predicted count."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.commands.test_fix import READY, read_tree
from tests.cli.commands.test_plan import CONFIGURATION, TREE, write_shop
from tests.cli.console_script import archguard
from tests.sources.trees import write_files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The tree of the plan's tests."""
    write_shop(tmp_path)
    return tmp_path


def _check(root: Path, form: str = "json") -> dict[str, Any]:
    document: dict[str, Any] = json.loads(
        archguard("check", "--root", root, "--actions", "--format", form).stdout
    )
    return document


def _apply(root: Path, edits: list[dict[str, Any]]) -> None:
    """Do what a script of a few lines does: the last edit of a file first."""
    for edit in sorted(edits, key=lambda one: (one["path"], one["start"]), reverse=True):
        file = root / edit["path"]
        content = file.read_bytes()
        file.write_bytes(content[: edit["start"]] + edit["text"].encode() + content[edit["end"] :])


def test_a_script_that_applies_the_edits_gets_what_fix_writes(shop: Path) -> None:
    violations = _check(shop)["violations"]
    edits = [action for one in violations for action in one["actions"] if "refused" not in action]
    for edit in edits:
        assert edit["sha256"] == hashlib.sha256((shop / edit["path"]).read_bytes()).hexdigest()

    _apply(shop, edits)

    expected = {path: text for path, text in (TREE | READY).items() if path.endswith(".py")}
    assert read_tree(shop) == expected
    after = _check(shop)
    assert [one["importer"] for one in after["violations"]] == ["shop.b.five", "shop.b.four"]
    assert {action["refused"] for one in after["violations"] for action in one["actions"]} == {
        "missing-symbol",
        "string-reference",
    }


def test_bytes_before_an_edit_are_counted_as_they_stand_in_the_file(shop: Path) -> None:
    write_files(
        shop,
        {
            "shop/a/one.py": b"\xef\xbb\xbfx = '\xc3\xa9'; from shop.old import total\r\n",
            "shop/a/two.py": b"# coding: latin-1\nx = '\xe9'; from shop.old import OldCart\n",
        },
    )
    violations = _check(shop)["violations"]

    _apply(shop, [action for one in violations for action in one["actions"] if "refused" not in action])

    assert (shop / "shop/a/one.py").read_bytes() == (
        b"\xef\xbb\xbfx = '\xc3\xa9'; from shop.new import total\r\n"
    )
    assert (shop / "shop/a/two.py").read_bytes() == (
        b"# coding: latin-1\nx = '\xe9'; from shop.new import Cart as OldCart\n"
    )


def test_each_edit_is_that_of_one_violation(shop: Path) -> None:
    both = CONFIGURATION.replace('["shop.old"]', '["shop.old", "shop.older"]').replace(
        '"shop.old" = "shop.new"', '"shop.old" = "shop.new"\n"shop.older" = "shop.home"'
    )
    write_shop(
        shop,
        {
            "pyproject.toml": both,
            "shop/older.py": "",
            "shop/a/one.py": "from shop import old, older\nold.total()\n",
        },
    )
    own = [one for one in _check(shop)["violations"] if one["importer"] == "shop.a.one"]

    edits = [action for one in own for action in one["actions"]]
    _apply(shop, edits)

    assert len(own) == 2
    after = "from shop import new as old, home as older\nold.total()\n"
    assert (shop / "shop/a/one.py").read_text() == after


def test_sarif_has_the_same_edits_as_fixes(shop: Path) -> None:
    edits = {
        (edit["path"], edit["start"], edit["end"], edit["text"])
        for one in _check(shop)["violations"]
        for edit in one["actions"]
        if "refused" not in edit
    }

    (run,) = _check(shop, "sarif")["runs"]

    found = {
        _read_replacement(replacement)
        for result in run["results"]
        for fix in result.get("fixes", ())
        for change in fix["artifactChanges"]
        for replacement in change["replacements"]
    }
    assert found == {edit[1:] for edit in edits}


def _read_replacement(replacement: dict[str, Any]) -> tuple[int, int, str]:
    region = replacement["deletedRegion"]
    start, text = region["byteOffset"], replacement["insertedContent"]["text"]
    return start, start + region["byteLength"], text


def test_without_the_option_actions_are_sentences(shop: Path) -> None:
    document = json.loads(archguard("check", "--root", shop, "--format", "json").stdout)

    assert {action["kind"] for one in document["violations"] for action in one["actions"]} == {"replace"}
