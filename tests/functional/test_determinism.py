"""Same tree, same report, byte for byte: whatever the run's surroundings."""

from __future__ import annotations

import os
import random
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import SCRIPT
from tests.functional.random_trees import RandomTree
from tests.functional.test_independent_reader import write_configuration
from tests.sources.trees import commit_all, write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BAD: dict[str | bytes, str | bytes] = {
    "p/python2.py": "import p.dead\nprint 'x'\n",
    "p/latin.py": b"import p.dead  # \xe9\n",
    "p/dots.py": "from ....... import x\n",
    "p/deadly.py": "x = " + "+".join(["1"] * 60_000),
    "p/x.y.py": "import p.dead\n",
    "p/again": "-> .",
    b"p/\xff.py": "import p.dead\n",
    "p/linked.py": "-> ../src/q/__init__.py",
}
SURROUNDINGS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "another hash seed, the C locale, one job": (
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        ("--jobs", "1"),
    ),
    "a third hash seed, a UTF-8 locale, two jobs, another time zone": (
        {"PYTHONHASHSEED": "4294967295", "LC_ALL": "C.UTF-8", "TZ": "Pacific/Kiritimati"},
        ("--jobs", "2"),
    ),
    "no hash seed, no locale, three jobs, a narrow, colourful terminal": (
        {
            "PYTHONHASHSEED": "random",
            "LC_ALL": "",
            "LANG": "",
            "LC_CTYPE": "POSIX",
            "COLUMNS": "20",
            "FORCE_COLOR": "1",
            "TERM": "xterm",
        },
        ("--jobs", "3"),
    ),
    "optimised Python": ({"PYTHONOPTIMIZE": "2"}, ()),
}
"""Several at once: each must change nothing, so together they do not either."""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A committed tree with many edges, ghosts and unread files."""
    return _tree(tmp_path_factory.mktemp("determinism"), order=0)


def _tree(folder: Path, order: int) -> Path:
    made = RandomTree(3)
    files = list((made.files | BAD).items())
    random.Random(order).shuffle(files)
    write_files(folder, dict(files))
    write_configuration(folder / "archguard.toml", made.roots, made.contracts())
    commit_all(folder)
    return folder


def _command(tree: Path, *arguments: str, root: str | None = None) -> list[str]:
    configuration = str(tree / "archguard.toml")
    command = [str(SCRIPT), "check", "--root", root or str(tree), "--config", configuration]
    # Otherwise the tree is judged today, and the commit on its own day.
    return [*command, "--format", "json", "--today", "2026-01-31", *arguments]


def _json(
    tree: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    root: str | None = None,
) -> bytes:
    """The report, its commit aside."""
    done = subprocess.run(
        _command(tree, *arguments, root=root),
        cwd=cwd,
        env=os.environ | (environment or {}),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    lines = done.stdout.split(b"\n")
    return b"\n".join(line for line in lines if not line.startswith(b' "commit":'))


@pytest.fixture(scope="module")
def expected(tree: Path) -> bytes:
    """The report of a plain run."""
    return _json(tree, "--no-cache", environment={"PYTHONHASHSEED": "0"})


@pytest.mark.parametrize(("environment", "arguments"), SURROUNDINGS.values(), ids=SURROUNDINGS)
def test_the_working_tree_s_report_is_the_same_with(
    tree: Path, expected: bytes, environment: dict[str, str], arguments: tuple[str, ...]
) -> None:
    assert _json(tree, "--no-cache", *arguments, environment=environment) == expected


@pytest.mark.parametrize(("environment", "arguments"), SURROUNDINGS.values(), ids=SURROUNDINGS)
def test_the_commit_s_report_is_the_same_with(
    tree: Path, expected: bytes, environment: dict[str, str], arguments: tuple[str, ...]
) -> None:
    assert _json(tree, "--no-cache", "--rev", "HEAD", *arguments, environment=environment) == expected


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_order_in_which_files_were_written_does_not_matter(
    tmp_path: Path, expected: bytes, order: int
) -> None:
    assert _json(_tree(tmp_path, order), "--no-cache") == expected


def test_where_the_tree_lies_and_where_one_stands_do_not_matter(
    tree: Path, tmp_path: Path, expected: bytes
) -> None:
    (tmp_path / "link").symlink_to(tree)

    assert _json(tree, "--no-cache", cwd=tree, root=".") == expected
    assert _json(tree, "--no-cache", cwd=tree / "p", root="..") == expected
    assert _json(tree, "--no-cache", cwd=tmp_path, root="link") == expected
    assert _json(tree, "--no-cache", cwd=tmp_path, root=f"{tree}/") == expected


def test_a_cold_and_a_warm_cache_do_not_matter(tree: Path, tmp_path: Path, expected: bytes) -> None:
    cache = ("--cache-dir", str(tmp_path / "cache"))

    assert [_json(tree, *cache) for _ in range(3)] == [expected] * 3
    assert [_json(tree, *cache, "--rev", "HEAD") for _ in range(2)] == [expected] * 2
    assert _json(tree, *cache) == expected


def test_eight_runs_at_once_do_not_disturb_one_another(
    tree: Path, tmp_path: Path, expected: bytes
) -> None:
    command = _command(tree, "--cache-dir", str(tmp_path / "cache"), "--jobs", "1")
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(8)]
    outputs = [run.communicate()[0] for run in runs]

    assert [run.returncode for run in runs] == [1] * 8
    assert {output.replace(b' "commit": null,\n', b"") for output in outputs} == {expected}
