"""Run `archguard backfill` as a user does, and compare its lines with reports of `archguard check`."""

from __future__ import annotations

import datetime
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from archguard.checking.pipeline import scan_options
from archguard.configuration import parse_configuration
from archguard.sources.source import module_file
from tests.cli.console_script import archguard
from tests.history.histories import commit_text, fast_import
from tests.history.laws import follow_lines, obey_laws, read_parents
from tests.sources.trees import git

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable
    from pathlib import Path

    Line = dict[str, Any]

CONFIGURATION = """\
[tool.importlinter]
root_packages = ["p"]

[[tool.importlinter.contracts]]
id = "old"
name = "Nothing old"
type = "deprecated"
deprecated_modules = ["p.old", "p.older.**"]

[[tool.importlinter.contracts]]
id = "strings"
name = "Not even in a string"
type = "deprecated"
deprecated_modules = ["p.gone"]
count_references = true

[[tool.importlinter.contracts]]
id = "no-cycles"
name = "No cycles"
type = "acyclic_siblings"
ancestors = ["p"]
"""
NO_VERDICT = (" does not exist", " exists in several places ", "no Python module could be read in ")


def configure(folder: Path, text: str = CONFIGURATION) -> Path:
    """Write a configuration outside every repository."""
    path = folder / "contracts.toml"
    path.write_text(text, encoding="utf-8")
    return path


def backfill(
    root: Path, *arguments: str | Path, rev: str = "main", text: str = CONFIGURATION
) -> subprocess.CompletedProcess[str]:
    """Run `archguard backfill` on a repository, with a configuration beside it."""
    config = configure(root.parent, text)
    return archguard("backfill", "--repo", root, "--rev", rev, "--config", config, *arguments)


def lines_of(done: subprocess.CompletedProcess[str]) -> list[Line]:
    """Return the lines of a run that must have succeeded."""
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def warnings_of(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the warnings of a run, but for modules of CONFIGURATION that the history never had."""
    return [line for line in done.stderr.splitlines() if "git's history never had it" not in line]


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """Return the error message of a run that must have failed before its first line."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("archguard: ")
    (sentence,) = done.stderr.rstrip("\n").split("\n")
    return sentence.removeprefix("archguard: ")


def exact_lines(
    root: Path, *arguments: str, rev: str = "main", text: str = CONFIGURATION, unjudged: int = 0
) -> list[Line]:
    """Run a backfill; assert that each line equals the report of `check` for its commit.

    Args:
        root: the repository.
        arguments: further options of `archguard backfill`.
        rev: the last commit.
        text: the configuration.
        unjudged: how many commits `check` must refuse to judge, for lack of a root or a readable file.
    """
    lines = lines_of(backfill(root, "--violations", *arguments, rev=rev, text=text))
    reports = [compare_with_check(line, root, text) for line in lines]
    assert reports.count(None) == unjudged
    parents = read_parents(root, lines) if "--no-first-parent" in arguments else follow_lines(lines)
    obey_laws(
        lines,
        parents,
        {
            line["commit"]: _list_unread(report) if report else set()
            for line, report in zip(lines, reports, strict=True)
        },
    )
    return lines


def _list_unread(report: Line) -> set[str]:
    """Return the unread paths of a report, but for those that Python does not read either."""
    unread = report["coverage"]["unread"]
    return {file["path"] for file in unread if not file["reason"].startswith("hidden by")}


def commits(lines: Iterable[Line]) -> list[str]:
    """Return the commit of each line."""
    return [line["commit"] for line in lines]


def column(lines: Iterable[Line], key: str, contract: str = "old") -> list[Any]:
    """Return one value of a contract from each line."""
    return [line["contracts"][contract][key] for line in lines]


def coverage(lines: Iterable[Line]) -> list[tuple[int, int, int]]:
    """Return (files, analysed, unread) of each line."""
    return [
        (line["coverage"]["files"], line["coverage"]["analysed"], line["coverage"]["unread"])
        for line in lines
    ]


def edges(line: Line, contract: str = "old") -> list[tuple[str, str]]:
    """Return the violations of a contract in one line."""
    return [
        (one["importer"], one["imported"]) for one in line["violations"] if one["contract"] == contract
    ]


def is_what_check_says(line: Line, root: Path, text: str) -> bool:
    """Compare a line with the verdict of `check`; return False if there is no verdict."""
    return compare_with_check(line, root, text) is not None


def compare_with_check(line: Line, root: Path, text: str) -> Line | None:
    """Compare a line with the report of `check`, and return that; None if there is no verdict."""
    assert line["committed_at"] == _committed_at(root, line["commit"])
    _bury(root, text)
    done = archguard(
        *("check", "--root", root, "--config", configure(root.parent, text)),
        *("--rev", line["commit"], "--format", "json", "--no-cache"),
    )
    if done.returncode == 2:
        assert any(reason in done.stderr for reason in NO_VERDICT), done.stderr
        assert line["violations"] == []
        assert line["contracts"] == {}
        return None
    report: Line = json.loads(done.stdout)
    keys = ("kept", "violations", "allowed", "exposure", "lower_bound", "users")
    assert {id_: {key: one.get(key) for key in keys} for id_, one in line["contracts"].items()} == {
        one["id"]: {key: one.get(key) for key in keys} for one in report["contracts"]
    }
    assert line["violations"] == report["violations"]
    unread = len(report["coverage"]["unread"])
    numbers = {key: report["coverage"][key] for key in line["coverage"]}
    assert line["coverage"] == numbers | {"unread": unread}
    return report


@cache
def _bury(root: Path, text: str) -> None:
    """Put every deprecated module on a branch of its own, so that none is one that never existed."""
    configuration = parse_configuration("contracts.toml", text.encode())
    assert configuration is not None
    names = scan_options(configuration).deprecated
    # Each content is one that no other commit has: a partial clone must not find what it lacks.
    files = {module_file(name.replace("*", "x")): f"# {name} was here once\n" for name in names}
    fast_import(root, commit_text(files, at="2020-01-01T00:00:00+00:00", branch="tombstones"))


def _committed_at(root: Path, commit: str) -> str:
    seconds = int(git(root, "show", "--no-patch", "--format=%ct", commit))
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
