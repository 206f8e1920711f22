"""Many violations and no base: the report ends with a command that passes today, and does."""

from __future__ import annotations

import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import SCRIPT, archguard
from tests.ratchet.repository import CONTRACT, IMPORT, SESSION, SHOP, Repository
from tests.sources.trees import git, write_files
from tests.upload.environments import make_environment

if TYPE_CHECKING:
    from pathlib import Path

MANY = SHOP | {f"shop/i{number}.py": IMPORT for number in range(10)}
START = "To pass today, and fail on new violations only: "


def _find_command(output: str) -> str:
    last = output.splitlines()[-1]
    return last.removeprefix(START) if last.startswith(START) else ""


def _run(command: str, folder: Path) -> int:
    """Run a line in a shell, as somebody does who copies it."""
    environment = make_environment()
    environment["PATH"] = f"{SCRIPT.parent}:{environment['PATH']}"
    return subprocess.run(command, shell=True, cwd=folder, env=environment, check=False).returncode


def _check(*words: str, cwd: Path) -> str:
    return archguard("check", *words, cwd=cwd, env=make_environment()).stdout


def _clone(tmp_path: Path, options: str = "") -> Path:
    files = MANY | {"pyproject.toml": SESSION + CONTRACT + options}
    repository = Repository(tmp_path / "origin", files)
    repository.git("checkout", "--quiet", "main")
    git(tmp_path, "clone", "--quiet", f"file://{repository.folder}", "my clone")
    return tmp_path / "my clone"


@pytest.mark.parametrize("words", [(), ("--contract", "One cart"), ("--config", "pyproject.toml")])
def test_in_a_clone_it_compares_with_the_base(tmp_path: Path, words: tuple[str, ...]) -> None:
    clone = _clone(tmp_path)
    command = _find_command(_check(*words, cwd=clone))
    assert command == shlex.join(["archguard", "check", *words, "--base", "auto"])
    assert _run(command, clone) == 0
    (clone / "shop/page.py").write_text(IMPORT)
    assert _run(command, clone) == 1


def test_it_names_the_same_tree_from_elsewhere(tmp_path: Path) -> None:
    _clone(tmp_path)
    for words in (("--root", "my clone"), ("my clone/shop",)):
        command = _find_command(_check(*words, cwd=tmp_path))
        assert command == "archguard check --root 'my clone' --base auto"
        assert _run(command, tmp_path) == 0


def test_without_a_base_that_git_can_read_it_freezes(tmp_path: Path) -> None:
    write_files(tmp_path, dict(MANY.items()))
    command = _find_command(_check(cwd=tmp_path))
    assert command == "archguard freeze && archguard check --baseline"
    assert _run(command, tmp_path) == 0
    assert _find_command(_check("--baseline", cwd=tmp_path)) == ""


def test_few_violations_and_strict_contracts_have_no_such_line(tmp_path: Path) -> None:
    assert not _find_command(_check(cwd=_clone(tmp_path, 'enforce = "strict"\n')))
    repository = Repository(tmp_path / "few")
    assert not _find_command(_check(cwd=repository.folder))
