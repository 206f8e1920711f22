"""Compare `archguard backfill` with the loop that a user would write without it: one table.

    python benchmarks/history.py --repo DIR --rev REV --config FILE        git checkout and lint-imports
      ... --tach-config FILE                                               changed files and tach check

The loop runs on 20 commits spread over the history, and its time for a commit is their median. It
would have to run only for commits that change a `.py` file of the roots, so only those are counted.
Memory is that of all processes together, shared pages counted once (PSS), sampled in a separate run.
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

from memory import PeakMemory

BIN = Path(sys.executable).parent
SAMPLE = 20


def _git(repo: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(repo), *arguments], capture_output=True, check=True, text=True
    ).stdout


def _backfill_command(repo: Path, rev: str, config: Path, cache: Path, output: Path) -> list[str]:
    return [
        *(str(BIN / "archguard"), "backfill", "--repo", str(repo), "--rev", rev),
        *("--config", str(config), "--output", str(output), "--cache-dir", str(cache)),
    ]


def _time_backfill(repo: Path, rev: str, config: Path, cache: Path, output: Path) -> float:
    start = time.perf_counter()
    subprocess.run(
        _backfill_command(repo, rev, config, cache, output), check=True, stderr=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def _measure_memory(repo: Path, rev: str, config: Path, folder: Path) -> float:
    """Return the peak memory of a run's processes in megabytes."""
    command = _backfill_command(repo, rev, config, folder / "cache-memory", folder / "memory.jsonl")
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    peak = PeakMemory(process.pid, 0.2)
    if process.wait():
        raise subprocess.CalledProcessError(process.returncode, command)
    return peak.stop()


def _list_changing_commits(repo: Path, rev: str, roots: list[str]) -> list[str]:
    """Return the first-parent commits that change Python files in the roots, oldest first."""
    paths = [f"{root.replace('.', '/')}/*.py" for root in roots]
    return _git(repo, "rev-list", "--first-parent", "--reverse", rev, "--", *paths).split()


def _time_loop_with_tach(
    repo: Path, commits: list[str], roots: list[str], tach_config: Path, folder: Path
) -> list[float]:
    """Return the seconds for each sampled commit: write its changes into a tree, and run tach."""
    tree = folder / "tree"
    seconds = []
    for number in _choose_sample(commits):
        shutil.rmtree(tree, ignore_errors=True)
        tree.mkdir()
        parent, commit = commits[number - 1], commits[number]
        files = _git(repo, "ls-tree", "-r", "--name-only", parent, "--", *roots).splitlines()
        existing = {file.partition("/")[0] for file in files if file.endswith(".py")}
        paths = [f":(glob){root}/**/*.py" for root in roots if root in existing]
        archive = subprocess.Popen(
            ["git", "-C", str(repo), "archive", parent, "--", *paths], stdout=subprocess.PIPE
        )
        subprocess.run(["tar", "x", "-C", str(tree)], stdin=archive.stdout, check=True)
        archive.wait()
        shutil.copy(tach_config, tree / "tach.toml")
        start = time.perf_counter()
        patterns = [f":(glob){root}/**/*.py" for root in roots]
        changed = _git(repo, "diff-tree", "-r", "--name-only", "-z", parent, commit, "--", *patterns)
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


def _time_loop_with_lint_imports(
    repo: Path, commits: list[str], config: Path, folder: Path
) -> list[float]:
    """Return the seconds for each sampled commit: check it out, and run lint-imports."""
    tree = folder / "clone"
    subprocess.run(["git", "clone", "-q", "--shared", "--no-checkout", str(repo), str(tree)], check=True)
    roots = tomllib.loads(config.read_text())["tool"]["importlinter"]["root_packages"]
    lint = folder / "lint.toml"
    # lint-imports has no type for "nothing may import it"; this one is the nearest.
    lint.write_text(
        f"[tool.importlinter]\nroot_packages = {json.dumps(roots)}\n[[tool.importlinter.contracts]]\n"
        f'name = "x"\ntype = "independence"\nmodules = {json.dumps(roots)}\n'
    )
    seconds = []
    for number in _choose_sample(commits):
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


def _choose_sample(commits: list[str]) -> list[int]:
    return [1 + number * (len(commits) - 2) // (SAMPLE - 1) for number in range(SAMPLE)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--repo", type=Path, required=True)
    parser.add_argument("--rev", required=True)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--tach-config", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    repo, config = arguments.repo.resolve(), arguments.config.resolve()
    roots = tomllib.loads(config.read_text())["tool"]["importlinter"]["root_packages"]
    commits = _list_changing_commits(repo, arguments.rev, roots)
    half = commits[len(commits) // 2]
    cold, cached, first_half = [], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for run in range(arguments.runs):
            cache, output = folder / f"cache-{run}", folder / f"{run}.jsonl"
            cold.append(_time_backfill(repo, arguments.rev, config, cache, output))
            output.unlink()
            cached.append(_time_backfill(repo, arguments.rev, config, cache, output))
            lines = len(output.read_bytes().splitlines())
            half_cache, half_output = folder / f"half-{run}", folder / f"half-{run}.jsonl"
            first_half.append(_time_backfill(repo, half, config, half_cache, half_output))
        print(f"measured: cold {cold}, cached {cached}, first half {first_half} s", file=sys.stderr)
        memory = _measure_memory(repo, arguments.rev, config, folder)
        try:
            loop = (
                _time_loop_with_tach(repo, commits, roots, arguments.tach_config.resolve(), folder)
                if arguments.tach_config
                else _time_loop_with_lint_imports(repo, commits, config, folder)
            )
        except subprocess.CalledProcessError as error:
            # A mirror may lack large files that a checkout writes; archguard does not need them.
            print(f"the loop fails: `{' '.join(error.cmd[3:])}`: {error.stderr}", file=sys.stderr)
            loop = []
    name = "changed files + tach check" if arguments.tach_config else "git checkout + lint-imports"
    ours = statistics.median(cold)
    print(f"{repo.name} {arguments.rev}: {lines:,} commits, {len(commits):,} change the roots")
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
    for title, seconds, seconds_each in rows:
        print(f"{title:32}{seconds:10.1f}{seconds_each:11.4f}s{seconds / ours:9.2f}")
    if loop:
        print(f"* the median of {SAMPLE} commits ({each:.2f} s) times {len(commits):,}")
    print(f"memory of all processes: {memory:.0f} MB; medians of {arguments.runs} runs")


if __name__ == "__main__":
    main()
