"""Files have guessable names, no two alike in a package, and stand where the documentation puts them."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PACKAGES = (REPOSITORY / "archguard", REPOSITORY / "api" / "archguard_api")
ARCHITECTURE = REPOSITORY / "docs" / "architecture.md"
STAGES = {"checking", "parsing", "scanning"}
"""Folders that are stages of the pipeline."""
NOUNS = {"decoding", "logging", "sampling"}
"""Nouns that end in -ing."""
PARALLEL = (
    {"graph", "graph/incremental", "graph/scanning"},  # of one tree, and from one commit to the next
    {"routes", "services", "models"},  # one subject: its routes, what is computed, what is answered
    {"cli/commands", "cli/options"},  # a command, and the options that it shares with others
)
"""Folders with parallel roles: their files may have the same names."""
TWICE = {
    "backfill": "the command; the loop over a history",
    "comment": "the command; the comment on a pull request",
    "build": "the building of a snapshot; the building of an upload around it",
    "github": "a report format; a CI service",
    "gitlab": "a report format; a CI service",
    "model": "the model of a configuration, of a graph, of a forecast",
    "schema": "the wire format's; the database's; the command that prints a report's",
    "text": "text in general; the report format of this name",
}
"""Names that two folders need for two things."""


def _files(package: Path) -> list[Path]:
    return [
        file.relative_to(package)
        for file in sorted(package.rglob("*.py"))
        if not file.name.startswith("__") and "versions" not in file.parts
    ]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_no_file_outside_a_stage_has_a_gerund_for_a_name(package: Path) -> None:
    names = {part.removesuffix(".py") for file in _files(package) for part in file.parts}

    assert {name for name in names if name.endswith("ing")} <= STAGES | NOUNS


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_no_two_files_share_a_name_unless_their_folders_are_parallel(package: Path) -> None:
    folders: dict[str, set[str]] = defaultdict(set)
    for file in _files(package):
        folders[file.stem].add(file.parent.as_posix())

    shared = {name: places for name, places in folders.items() if len(places) > 1}

    assert not {
        name: places
        for name, places in shared.items()
        if name not in TWICE and not any(places <= parallel for parallel in PARALLEL)
    }


def _table_of_changes() -> list[str]:
    section = ARCHITECTURE.read_text().split("## Where do I change")[1].split("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("| ")][1:]


def test_at_least_ten_changes_are_explained() -> None:
    assert len(_table_of_changes()) >= 10


@pytest.mark.parametrize(
    "page", [ARCHITECTURE, REPOSITORY / "CONTRIBUTING.md"], ids=lambda page: page.name
)
def test_every_path_that_is_named_exists(page: Path) -> None:
    names = set(re.findall(r"`((?:[\w.-]+/)*[\w-]+\.(?:py|toml|md|ts))`", page.read_text()))
    known = [
        file.relative_to(REPOSITORY).as_posix()
        for folder in ("archguard", "api", "docs", "tests", "contracts", "benchmarks")
        for file in (REPOSITORY / folder).rglob("*.*")
        if "node_modules" not in file.parts
    ]
    known += [file.name for file in REPOSITORY.iterdir()]

    assert names
    assert {
        name for name in names if not any(f"/{path}".endswith(f"/{name}") for path in known)
    } == set()
