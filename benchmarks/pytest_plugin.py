"""Compare `pytest --archguard` with `archguard check`: processor seconds, medians of interleaved runs.

    python benchmarks/pytest_plugin.py                  on the demo's repository
    python benchmarks/pytest_plugin.py --tree DIR       on another one, whose configuration is in DIR

What the plug-in costs is the difference to pytest without it. Each command runs once before, so that
all are warm.
"""

from __future__ import annotations

import argparse
import datetime
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from archguard.demo import generate_commits, write_repository

BIN = Path(sys.executable).parent


def _run(arguments: list[str], folder: Path) -> float:
    """Return the processor seconds of a command and all that it starts."""
    process = subprocess.Popen(
        arguments, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_utime + usage.ru_stime


def measure(tree: Path, runs: int) -> None:
    """Print the medians of all commands, and what the plug-in costs."""
    pytest = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir"]
    commands = {
        "archguard check --base HEAD": [str(BIN / "archguard"), "check", "--base", "HEAD"],
        "pytest": [*pytest, str(tree)],
        "pytest --archguard": [*pytest, str(tree), "--archguard", "--archguard-base", "HEAD"],
    }
    for arguments in commands.values():
        _run(arguments, tree)
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, arguments in commands.items():
            seconds[name].append(_run(arguments, tree))
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    for name, median in medians.items():
        print(f"{name:30}{median:8.3f} s")
    plugin = medians["pytest --archguard"] - medians["pytest"]
    check = medians["archguard check --base HEAD"]
    print(f"{'the plug-in':30}{plugin:8.3f} s, {plugin / check:.2f} x check")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tree", type=Path)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tree = options.tree
        if tree is None:
            tree = Path(folder)
            write_repository(folder, generate_commits(datetime.datetime.now(datetime.UTC).date()))
        measure(tree, options.runs)


if __name__ == "__main__":
    main()
