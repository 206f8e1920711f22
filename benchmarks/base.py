"""Measure what a base costs: `check --base` beside a plain warm `check`, in processor seconds.

    python benchmarks/base.py --tree DIR --config FILE [--files 50] [--runs 7]

DIR is copied and committed with FILE as its configuration, and packed, as it is in any clone, and as git
does by itself where there are so many files (gc.auto); on a branch, FILES Python files get another
line each, as in a pull request. Measured are, in turn, a plain check of the branch, the same with --base
where the base was judged before, and with --base where nothing of the base is in the cache. Then once
more after the first violation's import was made a comment, so that the base has another violation.
Of the medians, the second may be 1.3 times a plain check, and the third twice as much.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ARCHGUARD = Path(sys.executable).with_name("archguard")
_BASE = "main"
MOST_WARM, MOST_UNREAD = 1.3, 2.0
"""As many times a plain check."""


def _read_processor_time() -> float:
    """Return the processor seconds of all children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Repository:
    """A copy of a tree with a commit, and a cache."""

    def __init__(self, folder: Path, tree: Path, config: Path) -> None:
        """Copy and commit the tree."""
        self.root = folder / "tree"
        self._config = self.root / config.name
        self.cache = folder / "cache"
        shutil.copytree(tree, self.root, ignore=shutil.ignore_patterns(".git"))
        shutil.copyfile(config, self._config)
        self._git("init", "--quiet", "--initial-branch", _BASE)
        self.commit("The base")
        self._git("gc", "--quiet")
        self._git("checkout", "--quiet", "-b", "change")

    def commit(self, message: str) -> None:
        """Commit all files."""
        self._git("add", "--all", "--force")
        self._git("commit", "--quiet", "--message", message)

    def _git(self, *words: str) -> str:
        settings = ("user.name=a", "user.email=a@example.org", "maintenance.auto=false")
        options = [word for setting in settings for word in ("-c", setting)]
        command = ["git", "-C", str(self.root), *options, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def edit(self, count: int) -> None:
        """Append a line to some files."""
        files = [name for name in self._git("ls-files", "-z", "*.py").split("\0") if name]
        for name in files[:: max(1, len(files) // count)][:count]:
            with (self.root / name).open("a") as file:
                file.write("# edited\n")

    def remove_import(self) -> None:
        """Make a comment of the line that the first violation stands on."""
        command = [str(ARCHGUARD), "check", "--format", "json", "--root", str(self.root)]
        command += ["--config", str(self._config), "--cache-dir", str(self.cache)]
        report = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
        place = report["violations"][0]["occurrences"][0]
        file = self.root / place["path"]
        lines = file.read_text().split("\n")
        text = lines[place["line"] - 1].lstrip()
        indentation = lines[place["line"] - 1].removesuffix(text)
        lines[place["line"] - 1] = f"{indentation}pass  # {text}"
        file.write_text("\n".join(lines))

    def check(self, *words: str, cache: Path | None = None) -> float:
        """Return the processor seconds that a check takes, its child processes included."""
        options = {"--root": self.root, "--config": self._config, "--cache-dir": cache or self.cache}
        command = [str(ARCHGUARD), "check", "--quiet", *words]
        command += [word for option, path in options.items() for word in (option, str(path))]
        start = _read_processor_time()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = _read_processor_time() - start
        if done.returncode > 1:
            raise SystemExit(done.stderr)
        return seconds


def _measure(repository: Repository, runs: int) -> dict[str, float]:
    """Return the median of each kind of check."""
    seconds: dict[str, list[float]] = {"plain": [], "base": [], "unread": []}
    shutil.rmtree(repository.cache, ignore_errors=True)  # it may know the base
    repository.check()
    time.sleep(3)  # a file of the last seconds could change unseen, so its report is not cached
    repository.check()
    unread = repository.cache.with_name("unread")
    shutil.rmtree(unread, ignore_errors=True)
    shutil.copytree(repository.cache, unread)
    repository.check("--base", _BASE)
    for _ in range(runs):
        seconds["plain"].append(repository.check())
        seconds["base"].append(repository.check("--base", _BASE))
        fresh = repository.cache.with_name("fresh")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(unread, fresh)
        seconds["unread"].append(repository.check("--base", _BASE, cache=fresh))
    return {kind: statistics.median(values) for kind, values in seconds.items()}


def _print(title: str, seconds: dict[str, float]) -> bool:
    """Print what was measured; return whether anything takes longer than it may."""
    plain = seconds["plain"]
    print(f"{title}\n  plain check         {plain:.2f} s")
    exceeds = False
    for kind, label, most in (
        ("base", "--base, judged before", MOST_WARM),
        ("unread", "--base, never read", MOST_UNREAD),
    ):
        ratio = seconds[kind] / plain
        exceeds |= ratio > most
        print(f"  {label:<21} {seconds[kind]:.2f} s   {ratio:.2f} x, at most {most} x")
    return exceeds


def main() -> int:
    """Measure, and print one line for each kind of check, of both changes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, required=True)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--files", type=int, default=50)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        repository = Repository(Path(name), options.tree, options.config.resolve())
        repository.edit(options.files)
        repository.commit("A change")
        exceeds = _print(f"{options.files} files differ", _measure(repository, options.runs))
        repository.remove_import()
        repository.commit("One violation less")
        title = "and one of them imports a deprecated module no more"
        exceeds |= _print(title, _measure(repository, options.runs))
    return int(exceeds)


if __name__ == "__main__":
    raise SystemExit(main())
