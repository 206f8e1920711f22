"""The same tree gives the same report, byte for byte, however it is run."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.running import SCRIPT

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
[tool.importlinter]
root_packages = ["shop"]

[[tool.importlinter.contracts]]
id = "gone"
name = "Gone"
type = "deprecated"
deprecated_modules = ["shop.m3", "shop.gone", "shop.p.**"]

[[tool.importlinter.contracts]]
id = "cycles"
name = "No cycles"
type = "acyclic_siblings"
ancestors = ["shop"]

[[tool.importlinter.contracts]]
id = "forbidden"
name = "Forbidden, indirectly too"
type = "forbidden"
source_modules = ["shop.m1", "shop.m2"]
forbidden_modules = ["shop.m5"]

[[tool.importlinter.contracts]]
id = "independent"
name = "Independent"
type = "independence"
modules = ["shop.m7", "shop.m8", "shop.m9"]
"""
MODULES = 230  # more than one child's share


def _files() -> dict[str, str]:
    source = random.Random(7)
    files = {
        "shop/__init__.py": "",
        "shop/bad.py": "import shop.gone\n(",
        "shop/ns/deep.py": "from .. import m3\n",
    }
    for number in range(MODULES):
        lines = [f"import shop.m{source.randrange(MODULES)}" for _ in range(3)]
        lines += ["from shop import gone", "from shop.p.q import x", "def f():\n    import shop.m3"][
            : number % 4
        ]
        files[f"shop/m{number}.py"] = "\n".join(lines) + "\n"
    return files


def _write(root: Path, order: int) -> Path:
    names = sorted(_files())
    random.Random(order).shuffle(names)
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(_files()[name])
    (root / "pyproject.toml").write_text(CONFIG)
    return root


def _report(root: Path, *arguments: str, **environment: str) -> bytes:
    done = subprocess.run(
        [SCRIPT, "check", "--format", "json", *arguments],
        cwd=root,
        env=os.environ | environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    return done.stdout


@pytest.mark.slow
def test_twenty_runs_and_two_sources_give_one_report(tmp_path: Path) -> None:
    locales = ("C", "C.UTF-8", "POSIX", "tr_TR.UTF-8")
    reports = set()
    for run in range(20):
        root = _write(tmp_path / f"tree{run % 4}", order=run % 4)
        cache = ("--no-cache",) if run % 3 else ("--cache-dir", str(tmp_path / "cache"))
        reports.add(
            _report(
                root, "--jobs", str(run % 3 + 1), *cache,
                PYTHONHASHSEED=str(run), LC_ALL=locales[run % 4], TZ=("UTC", "Asia/Tokyo")[run % 2],
            )
        )  # fmt: skip

    assert len(reports) == 1
    root = tmp_path / "tree0"
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "A tree"]):
        subprocess.run(["git", *identity, *words], cwd=root, check=True)
    of_tree, of_commit = (
        json.loads(reports.pop()),
        json.loads(_report(root, "--rev", "HEAD", "--no-cache")),
    )
    assert of_tree.pop("commit") is None
    assert len(of_commit.pop("commit")) == 40
    assert of_commit == of_tree
    assert all(contract["violations"] for contract in of_tree["contracts"])


@pytest.mark.slow
def test_the_hash_seed_would_show(tmp_path: Path) -> None:
    """The control: the order of a set of strings does change with it."""
    script = "print([*{f'm{n}' for n in range(50)}])"
    orders = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in range(3)
    }

    assert len(orders) == 3
