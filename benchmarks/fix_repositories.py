"""Rewrite a repository with `archguard fix --commit --test`, and compare its tests and counts.

    python benchmarks/fix_repositories.py CLONE --rev v4.4.7 --config FILE --test 'COMMAND'

CLONE is a git repository, bare ones included; nothing of it is changed: a temporary clone is. FILE is a
configuration with a `deprecated` contract, as in benchmarks/replacements/. COMMAND runs in that clone.
The table says what was planned, what is counted, and the last line that the tests print before and
after. The exit code is 1 if tests fail, a batch was undone, or a count is not the predicted one.
"""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import libcst

if TYPE_CHECKING:
    from collections.abc import Sequence

_AUTHOR = {"user.name": "Benchmark", "user.email": "benchmark@example.org"}


class _TestRun(NamedTuple):
    is_green: bool
    summary: str
    """The last line that is not empty."""


def run_git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, and return what it prints."""
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def run_archguard(*arguments: str) -> tuple[int, str, str]:
    """Run archguard, and return its exit code and what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "archguard", *arguments], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def run_tests(command: str, folder: Path) -> _TestRun:
    """Run the tests of a repository."""
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False
    )
    lines = [line for line in (done.stdout or done.stderr).splitlines() if line.strip()]
    return _TestRun(done.returncode == 0, lines[-1].strip("= ") if lines else "")


def read_counts(options: Sequence[str]) -> dict[str, int]:
    """Return what each contract of a tree counts."""
    _, output, _ = run_archguard("check", *options, "--format", "json")
    return {one["id"]: one["violations"] for one in json.loads(output)["contracts"]}


def count_unparsed(folder: Path, paths: Sequence[str]) -> int:
    """Return how many files either LibCST or this Python cannot parse."""
    unparsed = 0
    for path in paths:
        content = (folder / path).read_bytes()
        try:
            ast.parse(content)
            libcst.parse_module(content)
        except (SyntaxError, libcst.ParserSyntaxError):
            unparsed += 1
    return unparsed


def rewrite(folder: Path, options: Sequence[str], arguments: argparse.Namespace) -> dict[str, Any]:
    """Plan, fix and check a clone, and return the lines of the table."""
    planning = [*options, "--batch-size", str(arguments.batch_size)]
    plan = json.loads(run_archguard("plan", *planning, "--format", "json")[1])
    predicted = plan["batches"][-1]["predicted"] if plan["batches"] else plan["counts"]["contracts"]
    start = run_git(folder, "rev-parse", "HEAD")
    before = run_tests(arguments.test, folder)
    code, _, messages = run_archguard("fix", *planning, "--commit", "--test", arguments.test)
    counts = read_counts(options)
    after = run_tests(arguments.test, folder)
    paths = run_git(folder, "diff", "--name-only", start, "HEAD").splitlines()
    undone = [line for line in messages.splitlines() if " was undone: " in line]
    return {
        "planned": f"{plan['counts']['ready']} ready, {plan['counts']['blocked']} blocked",
        "counted before": plan["counts"]["contracts"],
        "predicted": predicted,
        "counted after": counts,
        "exit code of fix": code,
        "commits": int(run_git(folder, "rev-list", "--count", f"{start}..HEAD")),
        "batches undone": undone or 0,
        "changed": run_git(folder, "diff", "--shortstat", start, "HEAD"),
        "changed files that cannot be parsed": count_unparsed(folder, paths),
        "tests before": f"{'green' if before.is_green else 'red'}: {before.summary}",
        "tests after": f"{'green' if after.is_green else 'red'}: {after.summary}",
        "holds": counts == predicted and before.is_green and after.is_green and not undone,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("clone", type=Path, metavar="CLONE")
    parser.add_argument("--rev", default="HEAD")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE")
    parser.add_argument("--test", required=True, metavar="COMMAND")
    parser.add_argument("--batch-size", type=int, default=20)
    parser.add_argument("--diff", type=Path, metavar="FILE", help="where to write all changes")
    arguments = parser.parse_args()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(arguments.clone), str(folder)], check=True)
        run_git(folder, "checkout", "--quiet", "--detach", arguments.rev)
        commit = run_git(folder, "rev-parse", "HEAD")
        for name, value in _AUTHOR.items():
            run_git(folder, "config", name, value)
        options = ["--root", str(folder), "--config", str(arguments.config.resolve())]
        table = {"commit": commit, **rewrite(folder, options, arguments)}
        if arguments.diff:
            arguments.diff.write_text(run_git(folder, "diff", commit, "HEAD") + "\n")
    for name, value in table.items():
        print(f"{name:36} {value}")
    print(f"{'seconds':36} {time.perf_counter() - started:.0f}")
    sys.exit(not table["holds"])


if __name__ == "__main__":
    main()
