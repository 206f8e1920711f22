"""`archguard backfill` held against `archguard check` and against CPython's parser, at random commits.

    python benchmarks/exactness.py --repo DIR --rev REV --config FILE.toml [--commits 30] [--every week]

At each commit `check --rev` must say what the line says, and the edges of every deprecated module must
be those of `tests/functional/reader.py`, which shares no code with archguard or grimp. What CPython
cannot parse is not compared; where a root does not exist yet, `check` gives no verdict. Only contracts
without `allowed_importers` and the like can be compared. Exit code 1: there is a difference.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.functional.reader import Edges, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    Line = dict[str, Any]

ARCHGUARD = str(Path(sys.executable).parent / "archguard")
TOLD = ("kept", "violations", "exposure", "lower_bound")


def _lines(arguments: Sequence[str], folder: Path) -> list[Line]:
    output = folder / "history.jsonl"
    subprocess.run(
        [ARCHGUARD, "backfill", *arguments, "--violations", "--output", str(output)], check=True
    )
    return [json.loads(line) for line in output.read_text().splitlines()]


def _differs_from_check(line: Line, repo: str, config: str) -> bool | None:
    """Whether `check` says anything else of the commit; None: it gives no verdict."""
    done = subprocess.run(
        [
            *(ARCHGUARD, "check", "--root", repo, "--rev", line["commit"], "--config", config),
            *("--format", "json", "--no-cache"),
        ],
        capture_output=True,
        check=False,
    )
    if done.returncode == 2:
        return None
    report = json.loads(done.stdout)
    coverage = report["coverage"]
    return (
        {id_: [one[key] for key in TOLD] for id_, one in line["contracts"].items()},
        line["violations"],
        list(line["coverage"].values()),
    ) != (
        {one["id"]: [one[key] for key in TOLD] for one in report["contracts"]},
        report["violations"],
        [coverage["files"], coverage["analysed"], len(coverage["unread"])],
    )


def _differs_from_cpython(
    line: Line, repo: str, configuration: dict[str, Any], counts: Counter[str]
) -> bool:
    """Whether CPython's parser finds other edges in the files that it can parse."""
    contracts = {
        one["id"]: one["deprecated_modules"]
        for one in configuration["contracts"]
        if one["type"] == "deprecated"
    }
    with tempfile.TemporaryDirectory() as folder:
        roots = configuration["root_packages"]
        reading = read(folder, _extract(repo, line["commit"], roots, configuration["folders"], folder))
    differs = bool(line["coverage"]["files"] != len(reading.files))
    for id_, names in contracts.items():
        found: Edges = {}
        for one in line["violations"]:
            where = {(place["path"], place["line"]) for place in one["occurrences"]}
            if one["contract"] == id_ and not {path for path, _ in where} & reading.unread.keys():
                found[one["importer"], one["imported"]] = where
                counts["edges compared"] += 1
                counts["of them ghosts"] += one["ghost"]
        known = [name for every in contracts.values() for name in every]
        differs |= found != reading.edges(names, known)
    return differs


def _extract(
    repo: str, commit: str, roots: Sequence[str], folders: Sequence[str], folder: str
) -> dict[str, str]:
    """Write a commit's roots, which stand in some folders, into another; where each stands there."""
    listed = _git(repo, "ls-tree", "-r", "-z", "--name-only", commit).split(b"\0")
    python = [path.decode("utf-8", "surrogateescape") for path in listed if path.endswith(b".py")]
    where: dict[str, str] = {}
    for root in roots:
        path = root.replace(".", "/")
        places = [f"{one}/{path}".removeprefix("/") for one in folders]
        for place in [*places, *(f"{one}.py" for one in places)]:
            if any(one == place or one.startswith(f"{place}/") for one in python):
                where.setdefault(root, place)
    inside = [path for path in python if any(f"{path}/".startswith(f"{p}/") for p in where.values())]
    # Not `git archive`: it leaves out and recodes what the tree's attributes say.
    asked = "".join(f"{commit}:{path}\n" for path in inside).encode("utf-8", "surrogateescape")
    contents = io.BytesIO(_git(repo, "cat-file", "--batch", given=asked))
    for path in inside:
        size = int(contents.readline().split()[2])
        file = Path(folder, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(contents.read(size))
        contents.read(1)
    return where


def _git(repo: str, *arguments: str, given: bytes = b"") -> bytes:
    return subprocess.run(
        ["git", "-C", repo, *arguments], input=given, capture_output=True, check=True
    ).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--repo", required=True)
    parser.add_argument("--rev", required=True)
    parser.add_argument("--config", required=True)
    parser.add_argument("--every", default="commit")
    parser.add_argument("--since", default="1970-01-01")
    parser.add_argument("--commits", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    tools = tomllib.loads(Path(given.config).read_text())["tool"]
    folders = tools.get("archguard", {}).get("source_roots", ["", "src"])
    configuration = tools["importlinter"] | {"folders": folders}
    options = ("repo", "rev", "config", "every", "since")
    with tempfile.TemporaryDirectory() as folder:
        lines = _lines([f"--{name}={getattr(given, name)}" for name in options], Path(folder))
    lines = [line for line in lines if line["violations"]]
    counts: Counter[str] = Counter()
    for line in random.Random(given.seed).sample(lines, min(given.commits, len(lines))):
        counts["commits"] += 1
        differs = _differs_from_check(line, given.repo, given.config)
        counts["without a verdict of check"] += differs is None
        for other, so in (
            ("check", differs),
            ("CPython", _differs_from_cpython(line, given.repo, configuration, counts)),
        ):
            counts[f"different from {other}"] += bool(so)
            if so:
                print(f"{line['commit']} differs from {other}")
    print(", ".join(f"{name}: {count}" for name, count in counts.items()))
    sys.exit(int(bool(counts["different from check"] or counts["different from CPython"])))


if __name__ == "__main__":
    main()
