"""Compare `archguard check` with tach and lint-imports: one table, medians of interleaved runs.

    python benchmarks/check.py --tree DIR --config FILE --tach-config FILE     a real tree
    python benchmarks/check.py --generated 10000 100000                        trees of that many modules

Each command runs once to warm the file cache, then all of them in turn, RUNS times. Peak memory is that
of the largest process (as `time -v` reports it), and that of all processes together, shared pages
counted once (PSS). tach is not among our dependencies: `pip install tach`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from archguard.graph.scanning import allocator
from memory import PeakMemory

BIN = Path(sys.executable).parent
CONTRACT = """\
[tool.importlinter]
root_packages = ["generated"]
[[tool.importlinter.contracts]]
id = "old"
name = "Nothing imports the old module"
type = "{type}"
"""
DEPRECATED = CONTRACT.format(type="deprecated") + 'deprecated_modules = ["generated.p0.m0"]\n'
FORBIDDEN = (
    CONTRACT.format(type="forbidden")
    + 'source_modules = ["generated.p1"]\nforbidden_modules = ["generated.p0.m0"]\n'
    + "allow_indirect_imports = true\n"
)
TACH = """\
source_roots = ["."]
root_module = "ignore"
[[modules]]
path = "generated"
depends_on = []
[[modules]]
path = "generated.p0.m0"
"""


@dataclass
class Command:
    """A command, and its measurements."""

    name: str
    arguments: list[str]
    folder: Path
    before_each: Path | None = None
    """A folder to delete before each run, so that the run is cold."""
    seconds: list[float] = field(default_factory=list)
    largest: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)
    codes: set[int] = field(default_factory=set)

    def run(self, *, measured: bool) -> None:
        if self.before_each is not None:
            shutil.rmtree(self.before_each, ignore_errors=True)
        start = time.perf_counter()
        process = subprocess.Popen(
            self.arguments,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": str(self.folder)} if "lint" in self.name else None,
        )
        # Sampling memory costs time, so it is done only in a run that is not timed.
        peak = None if measured else PeakMemory(process.pid, 0.02)
        _, status, usage = os.wait4(process.pid, 0)
        elapsed = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if peak is not None:
            self.total.append(peak.stop())
            return
        self.seconds.append(elapsed)
        self.largest.append(usage.ru_maxrss / 1024)
        self.codes.add(process.returncode)


def _measure(title: str, commands: list[Command], runs: int, baseline: str) -> None:
    for command in commands:
        command.run(measured=False)
    for _ in range(runs):
        for command in commands:
            command.run(measured=True)
    base = next((c for c in commands if c.name == baseline), commands[0])
    print(f"\n{title} ({runs} runs, medians)")
    print(f"{'':24}{'seconds':>9}{'x ' + base.name:>16}{'largest MB':>12}{'all MB':>9}  exit")
    for command in commands:
        median = statistics.median(command.seconds)
        ratio = median / statistics.median(base.seconds)
        largest, total = max(command.largest), max(command.total)
        codes = ",".join(map(str, sorted(command.codes)))
        print(f"{command.name:24}{median:9.3f}{ratio:16.2f}{largest:12.0f}{total:9.0f}  {codes}")


def _archguard_commands(tree: Path, config: Path, cache: Path) -> list[Command]:
    check = [str(BIN / "archguard"), "check", "--root", str(tree), "--config", str(config)]
    return [
        Command("archguard cold", [*check, "--cache-dir", str(cache / "cold")], tree, cache / "cold"),
        Command("archguard warm", [*check, "--cache-dir", str(cache / "warm")], tree),
    ]


def _measure_tree(tree: Path, config: Path, tach_config: Path, runs: int, cache: Path) -> None:
    (tree / "tach.toml").write_text(tach_config.read_text())
    grimp = (
        "import sys, tomllib, grimp; "
        "roots = tomllib.load(open(sys.argv[1], 'rb'))['tool']['importlinter']['root_packages']; "
        "grimp.build_graph(*roots, cache_dir=None)"
    )
    commands = [
        Command("tach check", [str(BIN / "tach"), "check"], tree),
        *_archguard_commands(tree, config, cache),
        Command("grimp alone (lint)", [sys.executable, "-c", grimp, str(config)], tree),
    ]
    _measure(f"{tree}", commands, runs, "tach check")
    print(
        "grimp aborts (exit 1) at the first file that does not parse: give a tree without one to see it."
    )


def _generate(tree: Path, modules: int) -> None:
    """Packages of a hundred modules; each module imports three others and holds some code."""
    body = "\n\ndef function(value):\n    return [value + number for number in range(10)]\n" * 5
    for number in range(modules):
        package, own = divmod(number, 100)
        folder = tree / "generated" / f"p{package}"
        if own == 0:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "__init__.py").write_text("")
        others = ((number * 7 + step * 13) % modules for step in (1, 2, 3))
        lines = [f"from generated.p{o // 100} import m{o % 100}" for o in others]
        (folder / f"m{own}.py").write_text("\n".join(lines) + body)
    (tree / "generated" / "__init__.py").write_text("")
    (tree / "archguard.toml").write_text(DEPRECATED)
    (tree / "lint.toml").write_text(FORBIDDEN)
    (tree / "tach.toml").write_text(TACH)


def _measure_generated(sizes: list[int], runs: int, folder: Path) -> None:
    medians: dict[int, float] = {}
    for size in sizes:
        tree = folder / str(size)
        _generate(tree, size)
        lint = [str(BIN / "lint-imports"), "--config", "lint.toml", "--no-cache"]
        ours = _archguard_commands(tree, tree / "archguard.toml", folder / f"cache-{size}")
        commands = [
            Command("tach check", [str(BIN / "tach"), "check"], tree),
            Command("lint-imports", lint, tree),
            *ours,
        ]
        _measure(f"{size:,} generated modules", commands, runs, "tach check")
        medians[size] = statistics.median(ours[0].seconds)
    if len(sizes) > 1:
        small, large = min(sizes), max(sizes)
        growth = medians[large] / medians[small] / (large / small)
        print(f"\n{large / small:g} times the modules: {growth:.2f} of linear (cold)")


def _measure_startup(runs: int, here: Path) -> None:
    commands = [
        Command("bare Python", [sys.executable, "-c", "pass"], here),
        Command("archguard --help", [str(BIN / "archguard"), "--help"], here),
        Command("lint-imports --help", [str(BIN / "lint-imports"), "--help"], here),
        Command("tach --help", [str(BIN / "tach"), "--help"], here),
    ]
    _measure("start-up", commands, runs * 4, "bare Python")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tree", type=Path)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--tach-config", type=Path)
    parser.add_argument("--generated", type=int, nargs="*", default=[])
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    print(f"allocator of archguard's child processes: {allocator.describe()}")
    with tempfile.TemporaryDirectory() as folder:
        _measure_startup(arguments.runs, Path(folder))
        if arguments.tree:
            _measure_tree(
                arguments.tree.resolve(),
                arguments.config.resolve(),
                arguments.tach_config.resolve(),
                arguments.runs,
                Path(folder) / "cache",
            )
        if arguments.generated:
            _measure_generated(arguments.generated, arguments.runs, Path(folder))


if __name__ == "__main__":
    main()
