"""How many files one run passes through: `archguard check` beside `lint-imports` on a small tree.

    python benchmarks/hops.py                       the sample tests/samples/shop_kept, one contract
    python benchmarks/hops.py --tree DIR            a tree whose configuration both tools read

Each tool runs in a process of its own, without a cache, from its command's function to its exit.

files    source files of archguard, grimp and import-linter in which a Python function is called
         (the bodies of modules and classes, which run on import, are no calls)
changes  distinct pairs (file of the caller, file of the function) of two different such files

Work in child processes and in other threads is not counted, for either tool.
"""

from __future__ import annotations

import argparse
import importlib.util
import inspect
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

SAMPLE = Path(__file__).parents[1] / "tests" / "samples" / "shop_kept"
TOOLS = ("archguard", "lint-imports")
PACKAGES = ("archguard", "grimp", "importlinter")
CONFIGURATION = """\
[tool.importlinter]
root_packages = ["shop"]
[[tool.importlinter.contracts]]
id = "one-cart"
name = "One cart"
type = "forbidden"
source_modules = ["shop.cart"]
forbidden_modules = ["shop.legacy_cart"]
"""


class Hops:
    """Collects the files and changes of file of a run, as a profile function."""

    def __init__(self) -> None:
        specs = [importlib.util.find_spec(package) for package in PACKAGES]
        self._folders = tuple(
            folder + os.sep for spec in specs if spec for folder in spec.submodule_search_locations or ()
        )
        self.files: set[str] = set()
        self.changes: set[tuple[str, str]] = set()

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:  # noqa: ARG002 (the profiler's)
        if event != "call" or not frame.f_code.co_flags & inspect.CO_OPTIMIZED:
            return
        file = frame.f_code.co_filename
        if not file.startswith(self._folders):
            return
        self.files.add(file)
        caller = frame.f_back.f_code.co_filename if frame.f_back else ""
        if caller != file and caller.startswith(self._folders):
            self.changes.add((caller, file))

    def measure(self, tool: str) -> None:
        """Run a tool on the tree in the current folder."""
        sys.setprofile(self)
        try:
            if tool == "archguard":
                from archguard.cli import run  # noqa: PLC0415

                run(["check", "--no-cache"])
            else:
                from importlinter.cli import lint_imports_command  # noqa: PLC0415

                lint_imports_command(["--no-cache"], standalone_mode=False)
        except SystemExit:
            pass  # how lint-imports ends
        finally:
            sys.setprofile(None)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tree", type=Path)
    parser.add_argument("--list", action="store_true", help="list the changes of file, too")
    parser.add_argument("--tool", choices=TOOLS, help=argparse.SUPPRESS)  # in the process of one tool
    arguments = parser.parse_args()
    if arguments.tool:
        hops = Hops()
        sys.path.insert(0, os.getcwd())  # as lint-imports does
        hops.measure(arguments.tool)
        print(json.dumps([sorted(hops.files), sorted(hops.changes)]))
        return
    with tempfile.TemporaryDirectory() as folder:
        tree = arguments.tree or shutil.copytree(SAMPLE, Path(folder) / "shop")
        if arguments.tree is None:
            (tree / "pyproject.toml").write_text(CONFIGURATION)
        print(f"{'':<14}{'files':>8}{'changes':>9}")
        for tool in TOOLS:
            command = [sys.executable, __file__, "--tool", tool]
            done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True)
            files, changes = json.loads(done.stdout.splitlines()[-1])
            print(f"{tool:<14}{len(files):>8}{len(changes):>9}")
            if arguments.list:
                for caller, file in changes:
                    print(f"    {_shorten(caller)} -> {_shorten(file)}")


def _shorten(file: str) -> str:
    """Return a file's path from its package on."""
    parts = file.split(os.sep)
    return "/".join(parts[max(parts.index(package) for package in PACKAGES if package in parts) :])


if __name__ == "__main__":
    main()
