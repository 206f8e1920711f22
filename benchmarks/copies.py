"""Look for code that two repositories copied from a third, and count what `archguard audit` misses.

    python benchmarks/copies.py NOVA CINDER [--day 2013-12-31]

NOVA and CINDER are clones of openstack/nova and openstack/cinder. Both trees of that day are put side by
side. A copy is a class or function of 60 tokens or more that stands below `openstack/common` of both, in
files of one name, with the same code by a second reading (`benchmarks/roles.py`). The exit code is 1 if
one is not listed.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from pathlib import Path

from roles import SHARE, TOKENS, Statement, measure_share, read_shingles, renumber

COMMON = "openstack/common"


def extract(repository: str, day: str, target: Path) -> str:
    """Write the package of a repository as it was on a day; return the package's name."""
    git = ["git", "-C", repository]
    listing = [*git, "log", f"--before={day}", "--format=%H", "-1"]
    commit = subprocess.check_output(listing, text=True).strip()
    tree = subprocess.check_output([*git, "ls-tree", "--name-only", commit], text=True).split()
    package = next(name for name in ("nova", "cinder") if name in tree)
    content = subprocess.check_output([*git, "archive", commit, package])
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(target)  # git wrote it
    return package


def list_statements(folder: Path) -> dict[tuple[str, str], tuple[Statement, list[str]]]:
    """Return the top-level classes and functions that this Python can parse, by file and name."""
    statements = {}
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        try:
            tree = ast.parse(text)
        except SyntaxError:  # of Python 2: the audit lists it as unread
            continue
        for node in tree.body:
            if isinstance(node, Statement):
                place = path.relative_to(folder).with_suffix("").as_posix().removesuffix("/__init__")
                statements[place, node.name] = (node, text.splitlines(keepends=True))
    return statements


def is_copy(first: tuple[Statement, list[str]], second: tuple[Statement, list[str]]) -> bool:
    """Return whether two statements are long enough and have the same code."""
    (tokens, runs), (other_tokens, other_runs) = read_shingles(*first), read_shingles(*second)
    if min(tokens, other_tokens) < TOKENS:
        return False
    return measure_share(runs, other_runs) >= SHARE or renumber(first[0]) == renumber(second[0])


def main() -> None:
    """Print how many copies there are, their roles, and those that are missing."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("repositories", nargs=2, metavar="CLONE")
    parser.add_argument("--day", default="2013-12-31")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        packages = [extract(one, options.day, folder) for one in options.repositories]
        command = [sys.executable, "-m", "archguard", "audit", "--root", name, "--format", "json"]
        answer = json.loads(subprocess.check_output(command, text=True))
        first, second = (list_statements(folder / package / COMMON) for package in packages)
    roles = {row["id"]: row["role"] for row in answer["definitions"]}
    pairs: Counter[tuple[str | None, ...]] = Counter()
    for place, symbol in sorted(first.keys() & second.keys()):
        if is_copy(first[place, symbol], second[place, symbol]):
            module = f"{COMMON}/{place}".replace("/", ".")
            found = tuple(roles.get(f"{package}.{module}:{symbol}") for package in packages)
            pairs[found] += 1
            if None in found:
                print(f"missed: {module}:{symbol}")
    for found, count in pairs.most_common():
        print(f"{count} x {' and '.join(map(str, found))}")
    print(f"{pairs.total()} copies, {sum(n for one, n in pairs.items() if None in one)} missed")
    sys.exit(any(None in one for one in pairs))


if __name__ == "__main__":
    main()
