"""The case that archguard was made for: 41 edges, 13 of them ghosts, on the tree and on the commit.

Needs a clone of netra-systems/zen (a bare one will do) and the answer that an independent reader found:
    ARCHGUARD_SEED=CLONE ARCHGUARD_SEED_ANSWER=expected_imports.json pytest tests/functional/test_seed.py
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.console_script import archguard

CLONE = os.environ.get("ARCHGUARD_SEED", "")
ANSWER = os.environ.get("ARCHGUARD_SEED_ANSWER", "")
CONFIG = Path(__file__).parents[2] / "contracts" / "execution_engine.toml"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CLONE and ANSWER), reason="ARCHGUARD_SEED names no clone of netra-systems/zen"
    ),
]


@pytest.fixture(scope="module")
def answer() -> dict[str, Any]:
    """What the independent reader found."""
    found: dict[str, Any] = json.loads(Path(ANSWER).read_text())
    return found


@pytest.fixture(scope="module")
def tree(answer: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `.py` files of the five roots."""
    folder = tmp_path_factory.mktemp("seed")
    git = ["git", f"--git-dir={CLONE}"]
    environment = os.environ | {"GIT_INDEX_FILE": str(folder.parent / "seed-index")}
    subprocess.run([*git, "read-tree", answer["commit"]], check=True, env=environment)
    listed = subprocess.run(
        [*git, "ls-files", "-z", "--", *(f"{root}/*.py" for root in answer["root_packages"])],
        check=True,
        capture_output=True,
        env=environment,
    ).stdout
    subprocess.run(
        [*git, f"--work-tree={folder}", "checkout-index", "-f", "-q", "-z", "--stdin"],
        check=True,
        input=listed,
        env=environment,
    )
    return folder


def _check(*arguments: str | Path) -> dict[str, Any]:
    done = archguard("check", "--config", CONFIG, "--format", "json", *arguments, timeout=300)
    assert done.returncode == 1
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_the_tree_gives_exactly_the_answer(answer: dict[str, Any], tree: Path) -> None:
    report = _check("--root", tree)

    found = {
        (v["importer"], v["imported"]): [occurrence["line"] for occurrence in v["occurrences"]]
        for v in report["violations"]
    }
    assert found == {
        (one["importer"], one["imported"]): one["lines"] for one in answer["direct_imports"]
    }
    assert len(found) == 41
    assert sum(violation["ghost"] for violation in report["violations"]) == 13


def test_every_file_is_analysed_or_listed(tree: Path) -> None:
    coverage = _check("--root", tree)["coverage"]

    assert coverage["files"] == sum(1 for _ in tree.rglob("*.py"))
    assert coverage["files"] == coverage["analysed"] + len(coverage["unread"])
    assert all(file["reason"] for file in coverage["unread"])


@pytest.fixture(scope="module")
def audits(answer: dict[str, Any], tree: Path) -> list[dict[str, Any]]:
    """The family of execution engines, from the tree and from the commit."""
    options = ("audit", "--config", CONFIG, "--matches", "*ExecutionEngine*", "--format", "json")
    places = (("--root", tree), ("--root", CLONE, "--rev", answer["commit"]))
    done = [archguard(*options, *place, timeout=300) for place in places]
    return [json.loads(process.stdout) for process in done]


def test_the_audit_counts_what_two_other_readers_counted(audits: list[dict[str, Any]]) -> None:
    home = "netra_backend.app.agents.supervisor.user_execution_engine:UserExecutionEngine"
    for audit in audits:
        definition = next(one for one in audit["definitions"] if one["id"] == home)
        homes = [one for one in audit["bindings"] if one["target"] == home]
        factories = {
            one["symbol"]: one["target"]
            for one in audit["bindings"]
            if one["symbol"].endswith(":ExecutionEngineFactory") and one["at_run_time"]
        }
        impostors = [one for one in audit["impostors"] if one["name"] == "ExecutionEngineFactory"]

        assert audit["counts"] == {
            "statements": 208,
            "production": 22,
            "tests": 186,
            "names": 17,
            "modules": 14,
            "fallbacks": 2,
        }
        assert (definition["importers"], definition["test_importers"]) == (408, 402)
        assert sorted(definition["paths"].values(), reverse=True) == [397, 15, 5, 2, 1]
        assert definition["indirect_importers"] == 11
        assert (len(homes), sum(one["at_run_time"] for one in homes)) == (9, 7)
        assert len({*factories.values()}) + len(impostors) >= 3
        assert len(impostors) == 2
        assert audit["imports"] == {
            "violations": 41,
            "known": 13,
            "re_exported": 6,
            "unknown": 28,
        }


def test_the_audit_of_the_commit_is_that_of_the_tree(audits: list[dict[str, Any]]) -> None:
    from_tree, from_commit = audits

    assert from_tree == from_commit


def test_the_commit_gives_the_same_report(answer: dict[str, Any], tree: Path) -> None:
    from_tree, from_commit = _check("--root", tree), _check("--root", CLONE, "--rev", answer["commit"])

    assert from_commit.pop("commit").startswith(answer["commit"])
    assert from_tree.pop("commit") is None
    for report in (from_tree, from_commit):  # that day, and only the roots were written as a tree
        del report["today"], report["coverage"]["outside"]
    assert from_commit == from_tree
