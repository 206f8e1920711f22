"""Compare this archguard with another one, as an older commit's: processor seconds, one interleaved run.

    python benchmarks/beside.py --other DIR/.venv/bin/archguard --tree DIR --config FILE
    python benchmarks/beside.py --other ... --repo DIR --rev REV --config FILE [--every month]

Measured are a check without cache and one with it, or a backfill without cache and one with it. Each
runs once to warm the file cache, then all of them in turn, RUNS times; the ratio is that of the
medians, and of the smallest. The exit code is 1 if a ratio of medians exceeds 1.05.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

OURS = Path(sys.executable).with_name("archguard")
MOST = 1.05
"""As many times the other one's processor time."""


@dataclass
class Command:
    """A command of both, and the processor seconds that it took in each run."""

    name: str
    words: list[str]
    cache: Path
    is_cold: bool
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def run(self, label: str, program: Path) -> None:
        """Run it once with one of the programs."""
        cache = self.cache / label
        if self.is_cold:
            shutil.rmtree(cache, ignore_errors=True)
        words = [word.replace("{output}", str(self.cache / f"{label}.jsonl")) for word in self.words]
        (self.cache / f"{label}.jsonl").unlink(missing_ok=True)
        start = _read_processor_time()
        command = [str(program), *words, "--cache-dir", str(cache)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.seconds.setdefault(label, []).append(_read_processor_time() - start)
        if done.returncode > 1:
            raise SystemExit(done.stderr)


def _read_processor_time() -> float:
    """Return the processor seconds of all children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _list_commands(options: argparse.Namespace, folder: Path) -> list[Command]:
    if options.tree:
        words = ["check", "--root", str(options.tree), "--config", str(options.config)]
        name = "check"
    else:
        words = ["backfill", "--repo", str(options.repo), "--rev", options.rev, "--config"]
        words += [str(options.config), "--output", "{output}", "--every", options.every]
        name = "backfill"
    commands = []
    for is_cold, title in ((True, "without cache"), (False, "with it")):
        cache = folder / title.replace(" ", "-")
        cache.mkdir()
        commands.append(Command(f"{name} {title}", words, cache, is_cold))
    return commands


def main() -> int:
    """Measure, and print one line for each command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--other", type=Path, required=True)
    parser.add_argument("--tree", type=Path)
    parser.add_argument("--repo", type=Path)
    parser.add_argument("--rev", default="HEAD")
    parser.add_argument("--every", default="commit")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    programs = {"other": options.other, "ours": OURS}
    exceeds = False
    with tempfile.TemporaryDirectory() as name:
        commands = _list_commands(options, Path(name))
        for command in commands:
            for label, program in programs.items():
                command.run(label, program)
            command.seconds.clear()
        time.sleep(3)  # a file of the last seconds could change unseen, so its report is not cached
        for run in range(options.runs):
            for command in commands:
                # Which one is first alternates, as the second finds the machine as the first left it.
                for label in sorted(programs, reverse=bool(run % 2)):
                    command.run(label, programs[label])
    print(f"{'':28}{'other':>9}{'ours':>9}{'ratio':>8}{'of the smallest':>18}")
    for command in commands:
        other, ours = command.seconds["other"], command.seconds["ours"]
        ratio = statistics.median(ours) / statistics.median(other)
        exceeds |= ratio > MOST
        medians = f"{statistics.median(other):8.2f}s{statistics.median(ours):8.2f}s"
        print(f"{command.name:28}{medians}{ratio:8.3f}{min(ours) / min(other):18.3f}")
    return int(exceeds)


if __name__ == "__main__":
    raise SystemExit(main())
