"""Compare `archguard backfill` with `archguard check` and with CPython's parser, at random commits.

    python benchmarks/exactness.py --repo DIR --rev REV --config FILE.toml [--commits 30] [--every week]

At each commit `check --rev` must report what the line of `backfill` reports, and the edges of every
deprecated module must be those of `tests/functional/reader.py`, which shares no code with archguard or
grimp. Files that CPython cannot parse are not compared; where a root does not exist yet, `check` gives
no verdict. Only contracts without exceptions such as `allowed_importers` can be compared. The exit code
is 1 if there is a difference.
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
KEYS = ("kept", "violations", "exposure", "lower_bound")


def _run_backfill(arguments: Sequence[str], folder: Path) -> list[Line]:
    output = folder / "history.jsonl"
    subprocess.run(
        [ARCHGUARD, "backfill", *arguments, "--violations", "--output", str(output)], check=True
    )
    return [json.loads(line) for line in output.read_text().splitlines()]


def _differs_from_check(line: Line, repo: str, config: str) -> bool | None:
    """Return whether `check` reports anything else for the commit; None if it gives no verdict."""
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
        {id_: [contract[key] for key in KEYS] for id_, contract in line["contracts"].items()},
        line["violations"],
        list(line["coverage"].values()),
    ) != (
        {contract["id"]: [contract[key] for key in KEYS] for contract in report["contracts"]},
        report["violations"],
        [coverage["files"], coverage["analysed"], len(coverage["unread"])],
    )


def _differs_from_cpython(
    line: Line, repo: str, configuration: dict[str, Any], counts: Counter[str]
) -> bool:
    """Return whether CPython's parser finds other edges in the files that it can parse."""
    contracts = {
        contract["id"]: contract["deprecated_modules"]
        for contract in configuration["contracts"]
        if contract["type"] == "deprecated"
    }
    with tempfile.TemporaryDirectory() as folder:
        roots = configuration["root_packages"]
        reading = read(folder, _extract(repo, line["commit"], roots, configuration["folders"], folder))
    differs = bool(line["coverage"]["files"] != len(reading.files))
    for id_, names in contracts.items():
        edges: Edges = {}
        for violation in line["violations"]:
            lines = {(found["path"], found["line"]) for found in violation["occurrences"]}
            if violation["contract"] == id_ and not {path for path, _ in lines} & reading.unread.keys():
                edges[violation["importer"], violation["imported"]] = lines
                counts["edges compared"] += 1
                counts["of them ghosts"] += violation["ghost"]
        differs |= edges != reading.edges(names)
    return differs


def _extract(
    repo: str, commit: str, roots: Sequence[str], folders: Sequence[str], folder: str
) -> dict[str, str]:
    """Write the root packages of a commit into a folder, and return the path of each in it."""
    listed = _git(repo, "ls-tree", "-r", "-z", "--name-only", commit).split(b"\0")
    python = [path.decode("utf-8", "surrogateescape") for path in listed if path.endswith(b".py")]
    root_paths: dict[str, str] = {}
    for root in roots:
        path = root.replace(".", "/")
        candidates = [f"{parent}/{path}".removeprefix("/") for parent in folders]
        for candidate in [*candidates, *(f"{module}.py" for module in candidates)]:
            if any(file == candidate or file.startswith(f"{candidate}/") for file in python):
                root_paths.setdefault(root, candidate)
    inside = [
        path for path in python if any(f"{path}/".startswith(f"{p}/") for p in root_paths.values())
    ]
    # Not `git archive`, which omits and recodes files as the tree's attributes say.
    request = "".join(f"{commit}:{path}\n" for path in inside).encode("utf-8", "surrogateescape")
    contents = io.BytesIO(_git(repo, "cat-file", "--batch", stdin=request))
    for path in inside:
        size = int(contents.readline().split()[2])
        file = Path(folder, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(contents.read(size))
        contents.read(1)
    return root_paths


def _git(repo: str, *arguments: str, stdin: bytes = b"") -> bytes:
    return subprocess.run(
        ["git", "-C", repo, *arguments], input=stdin, capture_output=True, check=True
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
    arguments = parser.parse_args()
    tools = tomllib.loads(Path(arguments.config).read_text())["tool"]
    folders = tools.get("archguard", {}).get("source_roots", ["", "src"])
    configuration = tools["importlinter"] | {"folders": folders}
    options = ("repo", "rev", "config", "every", "since")
    with tempfile.TemporaryDirectory() as folder:
        lines = _run_backfill([f"--{name}={getattr(arguments, name)}" for name in options], Path(folder))
    lines = [line for line in lines if line["violations"]]
    counts: Counter[str] = Counter()
    for line in random.Random(arguments.seed).sample(lines, min(arguments.commits, len(lines))):
        counts["commits"] += 1
        differs_from_check = _differs_from_check(line, arguments.repo, arguments.config)
        counts["without a verdict of check"] += differs_from_check is None
        for other, differs in (
            ("check", differs_from_check),
            ("CPython", _differs_from_cpython(line, arguments.repo, configuration, counts)),
        ):
            counts[f"different from {other}"] += bool(differs)
            if differs:
                print(f"{line['commit']} differs from {other}")
    print(", ".join(f"{name}: {count}" for name, count in counts.items()))
    sys.exit(int(bool(counts["different from check"] or counts["different from CPython"])))


if __name__ == "__main__":
    main()
