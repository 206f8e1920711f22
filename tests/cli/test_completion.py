"""What a shell is told when a user presses the tabulator: asked as click's scripts ask it."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import SCRIPT, archguard

if TYPE_CHECKING:
    from pathlib import Path


def _completions(line: str) -> list[str]:
    words = line.split(" ")
    environment = {
        **os.environ,
        "_ARCHGUARD_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    return archguard(env=environment).stdout.split()


@pytest.mark.parametrize(
    ("line", "completions"),
    [
        ("archguard ch", ["plain,check"]),
        ("archguard help dem", ["plain,demo"]),
        ("archguard check --contr", ["plain,--contract"]),
        (
            "archguard check --format ",
            [
                f"plain,{name}"
                for name in ("text", "json", "github", "sarif", "junit", "gitlab", "markdown")
            ],
        ),
        ("archguard check sr", ["file,sr"]),
        ("archguard check --root sr", ["dir,sr"]),
        ("archguard backfill --every w", ["plain,week"]),
        ("archguard token cr", ["plain,create"]),
        ("archguard token create --scope u", ["plain,upload"]),
        ("archguard chekc --ro", []),
    ],
)
def test_commands_options_and_values_are_completed(line: str, completions: list[str]) -> None:
    assert _completions(line) == completions


@pytest.mark.parametrize(
    ("text", "completions"),
    [
        ("", []),
        ("[tool.importlinter", []),
        (
            (
                '[tool.importlinter]\nroot_packages = ["shop"]\n'
                '[[tool.importlinter.contracts]]\nid = "one-cart"\nname = "x"\ntype = "deprecated"\n'
                'deprecated_modules = ["shop.old"]\n'
                '[[tool.importlinter.contracts]]\nid = "layers"\nname = "x"\ntype = "layers"\n'
                'layers = ["shop.a", "shop.b"]\n'
            ),
            ["plain,one-cart", "plain,layers"],
        ),
    ],
)
def test_the_ids_of_the_contracts_are_completed(
    text: str, completions: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(text)

    for option in (f"--root {tmp_path}", f"--config {file}"):
        assert _completions(f"archguard check {option} --contract ") == completions
        wanted = [line for line in completions if line.startswith("plain,one")]
        assert _completions(f"archguard check {option} --contract one") == wanted
    assert _completions(f"archguard check --config {tmp_path}/none.toml --contract ") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script(shell: str) -> None:
    environment = {**os.environ, "_ARCHGUARD_COMPLETE": f"{shell}_source"}

    done = archguard(env=environment)

    assert done.returncode == 0
    assert "_archguard_completion" in done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_after_the_documented_line() -> None:
    script = (
        f'PATH="{SCRIPT.parent}:$PATH"; '
        'eval "$(_ARCHGUARD_COMPLETE=bash_source archguard)"; '
        "COMP_WORDS=(archguard ini); COMP_CWORD=1; _archguard_completion archguard; echo ${COMPREPLY[@]}"
    )

    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == "init\n"


def test_another_shell_is_refused() -> None:
    done = archguard("check", env={**os.environ, "_ARCHGUARD_COMPLETE": "tcsh_source"})

    assert done.returncode == 2
