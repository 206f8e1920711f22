"""Print what a cold audit without a configuration costs beside a cold check, and its first families.

    python benchmarks/audit.py DIR... [--families 5] [--rounds 3]

Each DIR is a checkout. The cost is processor time, of the process and its children: the median of
interleaved rounds. The check has one contract that nothing breaks, for the same roots.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

_SCRIPT = [sys.executable, "-m", "archguard"]
_MAX_RATIO = 3


def measure(arguments: list[str]) -> tuple[float, str]:
    """Return the processor seconds of a command, and its standard output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([*_SCRIPT, *arguments], capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode == 2:
        sys.exit(done.stderr)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def write_configuration(tree: Path, folder: Path) -> Path:
    """Write a configuration for the roots that `archguard init` finds."""
    file = folder / "roots.toml"
    written = subprocess.run(
        [*_SCRIPT, "init", "--root", str(tree), "--deprecated", "nothing.at_all", "--output", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    if written.returncode:
        sys.exit(written.stderr)
    return file


def report(tree: Path, families: int, rounds: int) -> None:
    """Print the figures of one tree."""
    audits: list[float] = []
    checks: list[float] = []
    output = ""
    with tempfile.TemporaryDirectory() as folder:
        config = write_configuration(tree, Path(folder))
        root = ["--root", str(tree), "--no-cache", "--quiet", "--format", "json"]
        for _ in range(rounds):
            checks.append(measure(["check", "--config", str(config), *root])[0])
            seconds, output = measure(["audit", *root])
            audits.append(seconds)
    audit, check = median(audits), median(checks)
    mark = "" if audit <= _MAX_RATIO * check else f"   <- more than {_MAX_RATIO}"
    found = json.loads(output)["families"]
    print(f"{tree.name}: check {check:.2f} s, audit {audit:.2f} s, ratio {audit / check:.1f}{mark}")
    print(f"  {len(found)} families")
    for family in found[:families]:
        print(f"  {len(family['members']):>4}  {family['canonical'][0]}")
        for member in family["members"][1:]:
            print(f"        {member}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("trees", type=Path, nargs="+", metavar="DIR")
    parser.add_argument("--families", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    for tree in arguments.trees:
        report(tree, arguments.families, arguments.rounds)


if __name__ == "__main__":
    main()
