"""What uploads say of families: `upload`, `check --upload` and `backfill --upload` agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.snapshot import compute_digest
from tests.cli.commands.upload_run import run_upload
from tests.history.histories import History
from tests.sources.trees import git

if TYPE_CHECKING:
    from pathlib import Path

    from archguard.snapshot import Upload
    from tests.upload.server import Server

CONTRACT = """\
[tool.importlinter]
root_packages = ["p", "tests"]

[[tool.importlinter.contracts]]
id = "one-engine"
name = "One engine"
type = "canonical"
canonical = ["p.engine:Engine"]
matches = ["*Engine*"]
"""
ENGINE = "class Engine:\n    def run(self):\n        return 1\n"
WRAPPER = """\
from p.engine import Engine


class EngineWrapper:
    def __init__(self):
        self.engine = Engine()

    def run(self):
        return self.engine.run()

    def stop(self):
        return 0


def make_engine() -> Engine:
    return Engine()
"""
USE = "from p.engine import Engine\n"
FACADE = "from p.engine import Engine as Motor\n"
FAR = "from p.facade import Motor\n"
PATHS = [
    ("p.engine:Engine", "p.engine:Engine", 3),
    ("p.engine:Engine", "p.facade:Motor", 1),
]


@pytest.fixture
def history(tmp_path: Path) -> History:
    """Definitions and the ways to them come, change, break and go."""
    history = History(tmp_path / "repository")
    base = {"pyproject.toml": CONTRACT, "p/__init__.py": "", "tests/__init__.py": ""}
    history.commit({**base, "p/other.py": "class OtherEngine: ...\n"})
    history.commit({"p/engine.py": ENGINE, "p/use.py": USE})
    history.commit({"p/facade.py": FACADE, "p/far.py": FAR})
    history.commit({"p/facade.py": "<<<<<<< HEAD\n"})
    history.commit({"p/facade.py": "Motor = 1\n"})
    history.commit({"p/facade.py": FACADE})
    history.commit({"p/far.py": "import p.facade\n"})
    history.commit({"p/far.py": "from p.facade import *\n", "p/use.py": "# nothing\n" + USE})
    history.commit({"p/far2.py": "from p.far import Motor\n"})
    history.commit({"p/facade.py": FACADE + "__all__ = []\n"})
    history.commit({"p/engine/__init__.py": ENGINE}, removed=["p/engine.py", "p/far2.py"])
    history.commit({"p/far.py": FAR, "p/facade.py": FACADE, "p/wrapper.py": WRAPPER})
    history.commit({"tests/test_engine.py": "class TestEngine: ...\n"}, removed=["p/other.py"])
    git(history.root, "symbolic-ref", "HEAD", "refs/heads/main")
    git(history.root, "reset", "--hard", "--quiet")
    return history


def _ways(upload: Upload) -> list[tuple[str, str, int]]:
    return [(way.definition, way.path, way.importers) for way in upload.snapshot.family_paths or ()]


def test_each_commit_of_a_history_has_the_paths_that_an_upload_of_it_has(
    server: Server, history: History
) -> None:
    assert run_upload(server, history.root, "backfill", "--upload").returncode == 0
    sent = list(server.uploads)
    compared = sent[3::3]  # the first one has no canonical class: `upload` gives no verdict
    for upload in compared:
        words = ("upload", "--rev", upload.snapshot.commit, "--branch", "main")
        assert run_upload(server, history.root, *words).returncode == 0

    again = server.uploads[len(sent) :]
    assert [_ways(one) for one in compared] == [_ways(one) for one in again]
    assert [compute_digest(one.snapshot) for one in compared] == [
        compute_digest(one.snapshot) for one in again
    ]
    assert len({tuple(_ways(one)) for one in sent}) > 5
    assert _ways(sent[-1]) == PATHS
    assert [one.snapshot.contracts[0].canonical_missing for one in sent[:2]] == [True, False]


def test_only_the_last_commit_of_a_history_has_its_definitions(server: Server, history: History) -> None:
    run_upload(server, history.root, "backfill", "--upload")

    *before, tip = server.uploads
    (family,) = tip.families
    assert all(not one.families for one in before)
    assert {(one.id, one.role, one.status.value, one.importers) for one in family.members} == {
        ("p.engine:Engine", "canonical", "canonical", 4),
        ("p.wrapper:EngineWrapper", "adapter", "violation", 0),
        ("tests.test_engine:TestEngine", "test", "test", 0),
    }
    assert (family.contract, family.canonical) == ("one-engine", ("p.engine:Engine",))
    assert [(one.id, one.returns) for one in family.factories] == [
        ("p.wrapper:make_engine", ("p.engine:Engine",))
    ]


def test_a_check_and_an_upload_send_the_same_definitions(server: Server, history: History) -> None:
    run_upload(server, history.root, "backfill", "--upload")
    sent = list(server.uploads)

    run_upload(server, history.root, "upload")
    run_upload(server, history.root, "check", "--upload")

    again = server.uploads[len(sent) :]
    assert [one.families for one in again] == [sent[-1].families] * 2


def test_without_a_contract_about_a_family_nothing_is_said(server: Server, history: History) -> None:
    other = CONTRACT.replace('type = "canonical"', 'type = "deprecated"')
    other = other.replace('canonical = ["p.engine:Engine"]', 'deprecated_modules = ["p.engine"]')
    history.commit({"pyproject.toml": other.replace('matches = ["*Engine*"]\n', "")})

    git(history.root, "reset", "--hard", "--quiet")
    run_upload(server, history.root, "upload", "--branch", "main")

    (upload,) = server.uploads
    text = upload.model_dump_json()
    assert "family_paths" not in text
    assert "families" not in text
    assert upload.snapshot.contracts[0].users == 4
