"""How a command ends: with its exit code, whatever becomes of what it writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.console_script import SCRIPT

BROKEN = Path(__file__).parent.parent / "samples" / "shop_broken"
CHECK = [str(SCRIPT), "check", "--root", str(BROKEN)]
FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="a device without room is Linux's")
@pytest.mark.parametrize("command", [CHECK, [str(SCRIPT), "--help"]])
def test_no_room_for_the_report_is_no_verdict_and_one_sentence(command: list[str]) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr == (
        "archguard: standard output, or another open file: No space left on device.\n"
    )


def test_without_standard_output_and_error_there_is_a_verdict() -> None:
    closed = f"exec {' '.join(CHECK)} >&- 2>&-"

    assert subprocess.run(["sh", "-c", closed], check=False).returncode == 1


def test_what_was_to_be_done_at_the_end_is_done() -> None:
    script = (
        "import atexit, sys\n"
        "from archguard import cli\n"
        "def run(arguments):\n"
        "    atexit.register(print, 'done', end='')\n"
        "    return 3\n"
        "cli.run = run\n"
        "cli.main([])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (3, "done", "")


def test_the_interpreter_is_not_taken_apart() -> None:
    script = (
        "import sys\n"
        "class Noisy:\n"
        "    def __del__(self): print('freed')\n"
        "kept = Noisy()\n"
        "if sys.argv[1:]:\n"
        "    from archguard.cli import main\n"
        "    main(sys.argv[1:])\n"
    )
    run = [sys.executable, "-c", script]
    ours = subprocess.run([*run, "--version"], capture_output=True, text=True, check=True)
    usual = subprocess.run(run, capture_output=True, text=True, check=True)

    assert usual.stdout == "freed\n"
    assert "freed" not in ours.stdout


def test_a_crash_is_no_verdict() -> None:
    script = "from archguard import cli\ncli.run = lambda arguments: 1 / 0\ncli.main([])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert "ZeroDivisionError" in done.stderr
    assert done.returncode == 2
