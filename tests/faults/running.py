"""Bad input through the real command line, each run with a deadline."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from tests.cli.console_script import archguard
from tests.sources.trees import write_files

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping
    from pathlib import Path

SECONDS = 30
"""A check takes one; the others are for a machine that does something else, too."""
CONFIGURATION = """\
[tool.importlinter]
root_packages = ["p"]

[[tool.importlinter.contracts]]
id = "old"
name = "Nothing old"
type = "deprecated"
deprecated_modules = ["p.old"]
"""
GOOD: dict[str | bytes, str | bytes] = {
    "p/__init__.py": "",
    "p/good.py": "import p.old\n",
    "p/old.py": "",
}


def make_tree(root: Path, files: Mapping[str | bytes, str | bytes]) -> Path:
    """Write a tree with one violation and further files, which may replace the usual ones."""
    write_files(root, {"pyproject.toml": CONFIGURATION, **GOOD, **files})
    return root


def check(root: Path, *arguments: str, forked: bool = True) -> subprocess.CompletedProcess[str]:
    """Run `archguard check` in a tree, within the deadline and without a traceback."""
    words = ["--root", str(root), "--no-cache", *arguments]
    return archguard("check", *words, timeout=SECONDS, forked=forked)


def report(root: Path, *arguments: str, forked: bool = True) -> dict[str, Any]:
    """Return the JSON report of a check that must reach a verdict."""
    done = check(root, "--format", "json", *arguments, forked=forked)
    assert done.returncode in (0, 1), done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def unread(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the reason by path of each file that the report lists as unread."""
    return {one["path"]: one["reason"] for one in document["coverage"]["unread"]}


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one sentence of a check that reached no verdict."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("archguard: ")
    (sentence,) = done.stderr.rstrip("\n").split("\n")
    return sentence.removeprefix("archguard: ").replace(os.sep, "/")
