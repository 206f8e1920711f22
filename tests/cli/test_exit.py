"""How a command ends: with its exit code, whatever becomes of what it writes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import SCRIPT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    WriteTree = Callable[[Mapping[str, str]], Path]

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


def test_a_reader_that_stops_reading_is_no_crash() -> None:
    with subprocess.Popen(
        [SCRIPT, "check", "--root", BROKEN], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        stderr = process.stderr.read().decode()

    assert "Traceback" not in stderr
    assert process.returncode in (1, 2)


@pytest.mark.slow
def test_ctrl_c_ends_with_130_at_once_and_leaves_no_child(write_tree: WriteTree) -> None:
    files = {f"shop/m{number}.py": "x = [" + "1, " * 200_000 + "]\n" for number in range(150)}
    root = write_tree({"pyproject.toml": (BROKEN / "pyproject.toml").read_text(), **files})
    process = subprocess.Popen([SCRIPT, "check", "--root", root], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (children := _children(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.02)

    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)

    assert children
    assert process.returncode == 130
    assert "Traceback" not in stderr
    deadline = time.monotonic() + 20  # one that was only starting ends when its input does
    while (left := [child for child in children if _is_alive(child)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not left


def _children(pid: int) -> list[int]:
    # A child belongs to the thread that started it.
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for file in listed for child in file.read_text().split()]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
