"""Compare `check --base` with `backfill` on neighbouring commits: do they tell the same story?

    python benchmarks/neighbours.py --repo DIR --rev REV --config FILE [--commits 60] [--since DAY]

Each of the last COMMITS first-parent commits of REV is checked against its parent. What is new must be
what backfill calls added and what is fixed what it calls fixed, one by one, but for renames: backfill
compares names, so a violation whose importer was renamed is added and fixed there, and neither here.
Such commits are counted apart, and the violations that only backfill has must come in pairs. The exit
code is 1 if any differs.
With --since backfill begins on that day, which has to lie before the commits that are compared.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

BIN = Path(sys.executable).parent


def _run(*arguments: str) -> str:
    done = subprocess.run([BIN / "archguard", *arguments], capture_output=True, text=True, check=False)
    if done.returncode > 1:
        raise SystemExit(done.stderr)
    return done.stdout


def _read_history(options: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    """Return backfill's lines of the commits that are compared, and of the one before them."""
    output = folder / "history.jsonl"
    _run(
        *("backfill", "--repo", options.repo, "--rev", options.rev, "--config", options.config),
        *("--output", str(output), "--cache-dir", str(folder / "cache"), "--violations"),
        *(("--since", options.since) if options.since else ()),
    )
    lines = [json.loads(line) for line in output.read_text().splitlines()]
    return lines[-options.commits - 1 :]


def _check(options: argparse.Namespace, folder: Path, commit: str, parent: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(
        _run(
            *("check", "--root", options.repo, "--rev", commit, "--base", parent, "--format", "json"),
            *("--config", options.config, "--cache-dir", str(folder / "cache")),
        )
    )
    return report


def _compare(before: dict[str, Any], line: dict[str, Any], report: dict[str, Any]) -> tuple[bool, int]:
    """Return whether both tell the same, and how many violations were renamed."""
    same, renamed = True, 0
    for contract in report["contracts"]:
        history = line["contracts"][contract["id"]]
        pairs = history["added"] - contract["new"]
        same &= pairs >= 0 and history["fixed"] - contract["fixed"] == pairs
        renamed += pairs
    old, now = _names(before), _names(line)
    new = _list_names(one for one in report["violations"] if one["status"] == "new")
    fixed = _list_names(report["fixed"])
    # What is renamed is in both differences under two names, so only what is not can be compared.
    same &= (
        (new <= now - old and fixed <= old - now) if renamed else (new, fixed) == (now - old, old - now)
    )
    return same, renamed


def _list_names(violations: Iterable[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {(one["contract"], one["importer"], one["imported"]) for one in violations}


def _names(line: dict[str, Any]) -> set[tuple[str, str, str]]:
    return _list_names(line["violations"])


def main() -> int:
    """Compare, print one line for each commit that changes something, and the sums."""
    parser = argparse.ArgumentParser(description=__doc__)
    for option in ("--repo", "--rev", "--config"):
        parser.add_argument(option, required=True)
    parser.add_argument("--commits", type=int, default=60)
    parser.add_argument("--since")
    options = parser.parse_args()
    added = fixed = renamed = different = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first, *lines = _read_history(options, folder)
        start = time.perf_counter()
        for before, line in zip([first, *lines], lines, strict=False):
            report = _check(options, folder, line["commit"], before["commit"])
            same, pairs = _compare(before, line, report)
            new, gone = (sum(c[key] for c in report["contracts"]) for key in ("new", "fixed"))
            added, fixed, renamed = added + new, fixed + gone, renamed + pairs
            different += not same
            if new or gone or pairs or not same:
                note = "" if same else "  DIFFERENT"
                print(f"{line['commit'][:10]}  +{new} -{gone}, {pairs} renamed{note}", flush=True)
        seconds = (time.perf_counter() - start) / len(lines)
    print(f"{len(lines)} commits: +{added} -{fixed}, {renamed} renamed, {different} different")
    print(f"{seconds:.2f} s a check")
    return int(different > 0)


if __name__ == "__main__":
    raise SystemExit(main())
