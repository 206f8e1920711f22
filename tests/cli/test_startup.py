"""What the command line loads, and when: asserted on modules, since times vary."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from archguard import cli
from tests.cli.console_script import archguard

HEAVY = {"networkx", "pydantic", "rich", "httpx2", "libcst", "fastapi", "grimp", "importlinter"}


def _modules_after(*arguments: str) -> set[str]:
    script = (
        "import json, sys\n"
        "from archguard.cli import main\n"
        "try: main(json.loads(sys.argv[1]))\n"
        "except SystemExit: pass\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(arguments)], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "arguments", [("--help",), ("--version",), ("check", "--help"), ("upload", "--help")]
)
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert not HEAVY & _modules_after(*arguments)


def test_a_check_without_an_upload_loads_nothing_of_it() -> None:
    loaded = _modules_after("check", "--root", "tests/samples/shop_kept", "--no-cache")

    assert not {"pydantic", "httpx2", "networkx"} & loaded


def test_the_assertion_would_see_a_heavy_module() -> None:
    assert HEAVY & _modules_after("check", "--root", "tests/samples/shop_kept", "--no-cache")


def test_every_command_is_in_the_overview_and_has_help_with_an_example() -> None:
    folder = Path(cli.__file__).parent / "commands"
    files = {file.stem for file in folder.glob("*.py")} - {"__init__"}

    assert set(cli.COMMANDS) == files
    for name in cli.COMMANDS:
        done = archguard(name, "--help")
        assert done.returncode == 0
        assert "Example" in done.stdout
        assert f"archguard {name}" in done.stdout
