"""JSON, SARIF, the suggestions of a comment and `fix --write` carry the same bytes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.commands.test_plan import CONFIGURATION
from tests.cli.console_script import archguard
from tests.sources.trees import commit_all, write_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLD_TREE = {
    "pyproject.toml": CONFIGURATION,
    "shop/__init__.py": "",
    "shop/old.py": (
        "from shop.home import moved\nclass OldCart: pass\ndef total(): pass\ndef alone(): pass\n"
    ),
    "shop/new.py": "class Cart: pass\ndef total(): pass\n",
    "shop/home.py": "def moved(): pass\n",
}
CHANGE = {
    "shop/crlf.py": b"import os\r\nfrom shop.old import total  # \xc3\xa9\r\n\r\ntotal()\r\n",
    "shop/mark.py": b"\xef\xbb\xbffrom shop.old import OldCart, moved\nOldCart()\n",
    "shop/latin.py": b"# coding: latin-1\nx = '\xe9'\nfrom shop.old import total\n",
    "shop/lines.py": b"from shop.old import (\n    OldCart,  # one\n    total,\n    moved,\n)\n",
    "shop/dotted.py": b"import shop.old\nshop.old.total()\nx = [shop.old.OldCart, shop.old.total]",
    "shop/blocked.py": b"from shop.old import alone\n",
}
LATIN_LINE = {"shop/latin.py": b"# coding: latin-1\nx = '\xe9'; from shop.old import total\n"}
_BLOCK = re.compile(
    r"^`(?P<path>[^`]+):(?P<first>\d+)(?:-(?P<last>\d+))?` .*\n\n```suggestion\n(?P<text>(?s:.*?))^```$",
    re.MULTILINE,
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The tree, with the change in the work tree."""
    root = tmp_path / "shop"
    root.mkdir()
    write_files(root, dict(OLD_TREE.items()))
    commit_all(root)
    write_files(root, dict(CHANGE.items()))
    return root


def read_changed(root: Path) -> dict[str, bytes]:
    """Return the contents of the change's files."""
    return {path: (root / path).read_bytes() for path in CHANGE}


def list_json_edits(root: Path) -> Iterator[tuple[str, int, int, str]]:
    """Yield the edits of the JSON report."""
    report = _check(root, "json")
    for violation in report["violations"]:
        for one in violation["actions"]:
            if "refused" not in one:
                yield one["path"], one["start"], one["end"], one["text"]


def list_sarif_edits(root: Path) -> Iterator[tuple[str, int, int, str]]:
    """Yield the edits of the SARIF report."""
    for result in _check(root, "sarif")["runs"][0]["results"]:
        for fix in result.get("fixes", ()):
            for change in fix["artifactChanges"]:
                for one in change["replacements"]:
                    start = one["deletedRegion"]["byteOffset"]
                    end = start + one["deletedRegion"]["byteLength"]
                    yield change["artifactLocation"]["uri"], start, end, one["insertedContent"]["text"]


def list_suggestions(root: Path) -> list[tuple[str, int, int, str]]:
    """Return path, first and last line and text of each suggestion of the comment."""
    done = archguard("comment", "--root", root, "--base", "HEAD", "--dry-run")
    assert done.returncode == 0, done.stderr
    return [
        (block["path"], int(block["first"]), int(block["last"] or block["first"]), block["text"])
        for block in _BLOCK.finditer(done.stdout)
    ]


def apply_edits(
    contents: dict[str, bytes], edits: Iterator[tuple[str, int, int, str]]
) -> dict[str, bytes]:
    """Return the contents with byte edits made, the last one of a file first."""
    changed = dict(contents)
    for path, start, end, text in sorted(edits, reverse=True):
        changed[path] = changed[path][:start] + text.encode() + changed[path][end:]
    return changed


def apply_suggestions(
    contents: dict[str, bytes], suggestions: list[tuple[str, int, int, str]]
) -> dict[str, bytes]:
    """Return the contents as a forge makes them: whole lines, with the line ends of the file."""
    changed = dict(contents)
    for path, first, last, text in sorted(suggestions, reverse=True):
        lines = changed[path].splitlines(keepends=True)
        end = lines[last - 1][len(lines[last - 1].rstrip(b"\r\n")) :]
        usual = b"\r\n" if b"\r\n" in changed[path] else b"\n"
        new = text.encode().removesuffix(b"\n").replace(b"\n", usual)
        changed[path] = b"".join([*lines[: first - 1], new + end, *lines[last:]])
    return changed


def _check(root: Path, form: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(
        archguard("check", "--root", root, "--actions", "--format", form).stdout
    )
    return document


def test_four_channels_carry_the_same_bytes(shop: Path) -> None:
    before = read_changed(shop)
    by_json = apply_edits(before, list_json_edits(shop))
    by_sarif = apply_edits(before, list_sarif_edits(shop))
    by_suggestion = apply_suggestions(before, list_suggestions(shop))

    archguard("fix", "--root", shop, "--write")

    after = read_changed(shop)
    assert {path for path in after if after[path] != before[path]} == set(CHANGE) - {"shop/blocked.py"}
    assert by_json == after
    assert by_sarif == after
    assert by_suggestion == after
    assert after["shop/mark.py"].startswith(b"\xef\xbb\xbffrom shop.new import Cart as OldCart\n")


def test_a_line_that_a_forge_would_spoil_is_not_suggested(shop: Path) -> None:
    write_files(shop, dict(LATIN_LINE.items()))

    assert "shop/latin.py" not in {path for path, *_ in list_suggestions(shop)}
    assert "shop/latin.py" in {path for path, *_ in list_json_edits(shop)}


def test_what_stands_on_other_lines_is_not_suggested(shop: Path) -> None:
    write_files(shop, {"shop/dotted.py": "import shop.new\nshop.new.total()\n"})
    commit_all(shop)
    write_files(shop, {"shop/dotted.py": "import shop.old\nshop.old.total()\nshop.new.total()\n"})
    write_files(shop, {"shop/crlf.py": CHANGE["shop/crlf.py"] + b"x = 1\r\n"})

    assert {path for path, *_ in list_suggestions(shop)} == {"shop/dotted.py"}
