"""`check --baseline server`, on a real service with real uploads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.test_server import serving
from tests.cli.console_script import archguard
from tests.ratchet.repository import CONTRACT, IMPORT, SESSION, Outcome, Repository, read_outcome
from tests.sources.trees import git
from tests.upload.environments import make_client_environment, make_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a client of a running service."""
    with serving(tmp_path_factory.mktemp("service")) as process:
        url = f"http://127.0.0.1:{process.port}"
        yield make_client_environment(url, ARCHGUARD_TOKEN=process.token)


@pytest.fixture
def project(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The same, for a project of this test alone."""
    name = "".join(char if char.isalnum() else "-" for char in tmp_path.name).lower()
    return environment | {"ARCHGUARD_PROJECT": name}


def _upload(repository: Repository, project: dict[str, str], rev: str = "main") -> None:
    done = archguard(
        "upload", "--root", repository.folder, "--rev", rev, "--branch", "main", env=project
    )
    assert done.returncode == 0, done.stderr


def _check(folder: Path, project: dict[str, str], *arguments: str) -> Outcome:
    done = archguard(
        *("check", "--root", str(folder), "--baseline", "server", "--format", "json", *arguments),
        env=project,
    )
    return read_outcome(done)


def test_the_newest_snapshot_of_an_ancestor_is_the_base(
    repository: Repository, project: dict[str, str]
) -> None:
    _upload(repository, project)
    uploaded = repository.git("rev-parse", "main")
    repository.commit({"shop/page.py": IMPORT, "shop/order.py": ""})
    outcome = _check(repository.folder, project)
    assert (outcome.code, outcome.new) == (1, [("shop.page", "shop.legacy")])
    assert outcome.fixed == [("shop.order", "shop.legacy")]
    base = outcome.report["base"]
    assert (base["source"], base["commit"]) == ("server", uploaded)


def test_a_newer_snapshot_that_is_of_no_ancestor_is_not(
    repository: Repository, project: dict[str, str]
) -> None:
    _upload(repository, project)
    uploaded = repository.git("rev-parse", "main")
    repository.commit({"shop/page.py": IMPORT})
    repository.git("checkout", "--quiet", "main")
    repository.commit({"shop/page.py": IMPORT + "X = 1\n"})  # on main, after the change left it
    _upload(repository, project)
    repository.git("checkout", "--quiet", "change")
    outcome = _check(repository.folder, project)
    assert outcome.report["base"]["commit"] == uploaded
    assert outcome.new == [("shop.page", "shop.legacy")]


def test_a_contract_that_the_change_adds_has_no_new_ones(
    repository: Repository, project: dict[str, str]
) -> None:
    _upload(repository, project)
    other = CONTRACT.replace("one-cart", "other").replace("One cart", "Other")
    repository.commit({"pyproject.toml": SESSION + CONTRACT + other})
    outcome = _check(repository.folder, project)
    assert (outcome.code, outcome.new) == (0, [])
    assert len(outcome.list_edges("existing")) == 4


def test_in_a_clone_without_the_commit_the_uploaded_violations_decide(
    repository: Repository, project: dict[str, str], tmp_path: Path
) -> None:
    _upload(repository, project)
    repository.commit({"shop/page.py": IMPORT, "shop/order.py": ""})
    url = f"file://{repository.folder}"
    git(tmp_path, "clone", "--quiet", "--depth", "1", "--branch", "change", url, "clone")
    outcome = _check(tmp_path / "clone", project)
    assert (outcome.code, outcome.new) == (1, [("shop.page", "shop.legacy")])
    assert outcome.fixed == [("shop.order", "shop.legacy")]
    assert outcome.report["base"]["source"] == "server"
    assert outcome.report["base"]["commit"] == repository.git("rev-parse", "main")
    assert _check(tmp_path / "clone", project, "--forbid-weakening").code == 2


def test_without_a_snapshot_git_decides_and_the_report_says_so(
    repository: Repository, project: dict[str, str]
) -> None:
    repository.commit({"shop/page.py": IMPORT})
    outcome = _check(repository.folder, project, "--base", "main")
    assert (outcome.code, outcome.new) == (1, [("shop.page", "shop.legacy")])
    assert outcome.report["base"]["source"] == "git"
    assert "so git decides" in outcome.report["notices"][0]
    _upload(repository, project, "change")  # a snapshot of what is judged is none of its base
    outcome = _check(repository.folder, project, "--base", "main", "--rev", "change")
    assert (outcome.code, outcome.report["base"]["source"]) == (1, "git")


def test_a_server_that_is_down_leaves_it_to_git(repository: Repository) -> None:
    environment = make_client_environment(NOBODY)
    repository.commit({"shop/page.py": IMPORT})
    outcome = _check(repository.folder, environment, "--base", "main")
    assert (outcome.code, outcome.report["base"]["source"]) == (1, "git")
    assert "cannot be reached" in outcome.report["notices"][0]


def test_a_server_that_is_down_and_no_base_in_git_is_no_verdict(repository: Repository) -> None:
    outcome = _check(repository.folder, make_client_environment(NOBODY))
    assert outcome.code == 2
    assert "--base auto" in outcome.error


def test_a_token_that_does_not_hold_and_no_server_leave_it_to_git(
    repository: Repository, environment: dict[str, str]
) -> None:
    outcome = _check(repository.folder, environment | {"ARCHGUARD_TOKEN": "x"}, "--base", "main")
    assert outcome.code == 0
    assert "does not accept the token" in outcome.report["notices"][0]
    outcome = _check(repository.folder, make_environment(), "--base", "main")
    assert outcome.code == 0
    assert "no server is named" in outcome.report["notices"][0]
