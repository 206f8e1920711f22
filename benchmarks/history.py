"""`archguard backfill` beside the loop that a user would write without it: one table.

    python benchmarks/history.py --repo DIR --rev REV --config FILE        git checkout and lint-imports
      ... --tach-config FILE                                               changed files and tach check

The loop runs on 20 commits spread over the history, and its time for a commit is their median. It
would have to run only for commits that change a `.py` file of the roots, so only those are counted.
Memory is that of all processes together, shared pages counted once (PSS), sampled in a run of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from memory import Peak

BIN = Path(sys.executable).parent
SAMPLE = 20


def _git(repo: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(repo), *arguments], capture_output=True, check=True, text=True
    ).stdout


def _arguments(repo: Path, rev: str, config: Path, cache: Path, output: Path) -> list[str]:
    return [
        *(str(BIN / "archguard"), "backfill", "--repo", str(repo), "--rev", rev),
        *("--config", str(config), "--output", str(output), "--cache-dir", str(cache)),
    ]


def _backfill(repo: Path, rev: str, config: Path, cache: Path, output: Path) -> float:
    start = time.perf_counter()
    subprocess.run(_arguments(repo, rev, config, cache, output), check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def _memory(repo: Path, rev: str, config: Path, folder: Path) -> float:
    """The most megabytes that a run's processes held at once."""
    arguments = _arguments(repo, rev, config, folder / "cache-memory", folder / "memory.jsonl")
    process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL)
    peak = Peak(process.pid, 0.2)
    if process.wait():
        raise subprocess.CalledProcessError(process.returncode, arguments)
    return peak.stop()


def _changing(repo: Path, rev: str, roots: list[str]) -> list[str]:
    """The first-parent commits that change Python in the roots, oldest first."""
    paths = [f"{root.replace('.', '/')}/*.py" for root in roots]
    return _git(repo, "rev-list", "--first-parent", "--reverse", rev, "--", *paths).split()


def _loop_with_tach(
    repo: Path, commits: list[str], roots: list[str], tach_config: Path, folder: Path
) -> list[float]:
    """Seconds for each sampled commit: write what it changed into a tree, and check that."""
    tree = folder / "tree"
    seconds = []
    for number in _places(commits):
        shutil.rmtree(tree, ignore_errors=True)
        tree.mkdir()
        before, commit = commits[number - 1], commits[number]
        files = _git(repo, "ls-tree", "-r", "--name-only", before, "--", *roots).splitlines()
        there = {file.partition("/")[0] for file in files if file.endswith(".py")}
        paths = [f":(glob){root}/**/*.py" for root in roots if root in there]
        archive = subprocess.Popen(
            ["git", "-C", str(repo), "archive", before, "--", *paths], stdout=subprocess.PIPE
        )
        subprocess.run(["tar", "x", "-C", str(tree)], stdin=archive.stdout, check=True)
        archive.wait()
        shutil.copy(tach_config, tree / "tach.toml")
        start = time.perf_counter()
        found = [f":(glob){root}/**/*.py" for root in roots]
        changed = _git(repo, "diff-tree", "-r", "--name-only", "-z", before, commit, "--", *found)
        for path in filter(None, changed.split("\0")):
            shown = subprocess.run(
                ["git", "-C", str(repo), "show", f"{commit}:{path}"], capture_output=True, check=False
            )
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            if shown.returncode:
                (tree / path).unlink(missing_ok=True)
            else:
                (tree / path).write_bytes(shown.stdout)
        subprocess.run([str(BIN / "tach"), "check"], cwd=tree, capture_output=True, check=False)
        seconds.append(time.perf_counter() - start)
    return seconds


def _loop_with_lint_imports(repo: Path, commits: list[str], config: Path, folder: Path) -> list[float]:
    """Seconds for each sampled commit: check it out, and lint it."""
    tree = folder / "clone"
    subprocess.run(["git", "clone", "-q", "--shared", "--no-checkout", str(repo), str(tree)], check=True)
    roots = tomllib.loads(config.read_text())["tool"]["importlinter"]["root_packages"]
    lint = folder / "lint.toml"
    # Its own types cannot say "nothing may import it": the nearest that it can is written here.
    lint.write_text(
        f"[tool.importlinter]\nroot_packages = {json.dumps(roots)}\n[[tool.importlinter.contracts]]\n"
        f'name = "x"\ntype = "independence"\nmodules = {json.dumps(roots)}\n'
    )
    seconds = []
    for number in _places(commits):
        _git(tree, "checkout", "-q", "-f", commits[number - 1])
        start = time.perf_counter()
        _git(tree, "checkout", "-q", "-f", commits[number])
        subprocess.run(
            [str(BIN / "lint-imports"), "--no-cache", "--config", str(lint)],
            cwd=tree,
            env=os.environ | {"PYTHONPATH": str(tree)},
            capture_output=True,
            check=False,
        )
        seconds.append(time.perf_counter() - start)
    return seconds


def _places(commits: list[str]) -> list[int]:
    return [1 + number * (len(commits) - 2) // (SAMPLE - 1) for number in range(SAMPLE)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--repo", type=Path, required=True)
    parser.add_argument("--rev", required=True)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--tach-config", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    repo, config = given.repo.resolve(), given.config.resolve()
    roots = tomllib.loads(config.read_text())["tool"]["importlinter"]["root_packages"]
    commits = _changing(repo, given.rev, roots)
    half = commits[len(commits) // 2]
    cold, cached, first_half = [], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for run in range(given.runs):
            cache, output = folder / f"cache-{run}", folder / f"{run}.jsonl"
            cold.append(_backfill(repo, given.rev, config, cache, output))
            output.unlink()
            cached.append(_backfill(repo, given.rev, config, cache, output))
            lines = len(output.read_bytes().splitlines())
            other = (folder / f"half-{run}", folder / f"half-{run}.jsonl")
            first_half.append(_backfill(repo, half, config, *other))
        print(f"measured: cold {cold}, cached {cached}, first half {first_half} s", file=sys.stderr)
        memory = _memory(repo, given.rev, config, folder)
        try:
            loop = (
                _loop_with_tach(repo, commits, roots, given.tach_config.resolve(), folder)
                if given.tach_config
                else _loop_with_lint_imports(repo, commits, config, folder)
            )
        except subprocess.CalledProcessError as error:
            # A mirror need not have the large files that a checkout writes; archguard needs none.
            print(f"the loop fails here, `{' '.join(error.cmd[3:])}`: {error.stderr}", file=sys.stderr)
            loop = []
    name = "changed files + tach check" if given.tach_config else "git checkout + lint-imports"
    ours = statistics.median(cold)
    print(f"{repo.name} {given.rev}: {lines:,} commits, {len(commits):,} change the roots")
    print(f"{'':32}{'seconds':>10}{'a commit':>12}{'x cold':>9}")
    rows = [
        ("archguard backfill, cold", ours, ours / len(commits)),
        (
            "archguard backfill, cached",
            statistics.median(cached),
            statistics.median(cached) / len(commits),
        ),
        (
            "archguard, the first half, cold",
            statistics.median(first_half),
            2 * statistics.median(first_half) / len(commits),
        ),
    ]
    if loop:
        each = statistics.median(loop)
        rows.append((f"{name} *", each * len(commits), each))
    for title, seconds, single in rows:
        print(f"{title:32}{seconds:10.1f}{single:11.4f}s{seconds / ours:9.2f}")
    if loop:
        print(f"* the median of {SAMPLE} commits ({each:.2f} s) times {len(commits):,}")
    print(f"memory of all processes: {memory:.0f} MB; medians of {given.runs} runs")


if __name__ == "__main__":
    main()
