"""`archguard comment`, as a job of CI runs it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import archguard
from tests.forge.fake_forge import TOKEN, FakeForge, serve_forge
from tests.forge.test_project import GITHUB
from tests.ratchet.repository import IMPORT, Repository

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def forge() -> Iterator[FakeForge]:
    yield from serve_forge()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path / "shop")
    repository.commit({"shop/page.py": IMPORT})
    return repository


def _comment(
    repository: Repository, *arguments: str, variables: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    ours = ("GITHUB_", "GITLAB_", "CI_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment = inherited | (variables or {})
    return archguard("comment", "--root", repository.folder, *arguments, env=environment)


def _job(forge: FakeForge, repository: Repository) -> dict[str, str]:
    """Return the variables of a pull request's job into `main`."""
    event = repository.folder.parent / "event.json"
    head = {"ref": "change", "sha": repository.git("rev-parse", "HEAD"), "repo": {"full_name": "a/b"}}
    base = {"ref": "main", "repo": {"full_name": "a/b"}}
    event.write_text(json.dumps({"pull_request": {"number": 17, "head": head, "base": base}}))
    return {
        **GITHUB,
        "GITHUB_API_URL": forge.url,
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_TOKEN": TOKEN,
    }


def test_a_job_posts_what_is_new_and_later_writes_over_it(
    repository: Repository, forge: FakeForge
) -> None:
    job = _job(forge, repository)

    first = _comment(repository, variables=job)
    repository.commit({"shop/page.py": ""})
    second = _comment(repository, variables=job)

    assert (first.returncode, second.returncode) == (0, 0)
    assert "created" in first.stderr
    assert "updated" in second.stderr
    (comment,) = forge.comments
    assert "## archguard: nothing new" in comment["body"]
    assert first.stdout == ""


def test_the_comment_says_what_the_reviewer_must_know(repository: Repository, forge: FakeForge) -> None:
    _comment(repository, variables=_job(forge, repository))

    marker, heading, *rest = forge.comments[0]["body"].splitlines()
    assert marker.startswith("<!-- archguard ")
    assert heading == "## archguard: 1 new, 1 on changed lines"
    assert any("/shop/page.py#L1) `shop.page` imports `shop.legacy`" in line for line in rest)


@pytest.mark.parametrize("variables", [{}, {"GITHUB_TOKEN": TOKEN}])
def test_where_no_pull_request_is_known_it_is_printed(
    variables: dict[str, str], repository: Repository
) -> None:
    done = _comment(repository, "--base", "main", variables=variables)

    assert done.returncode == 0
    assert done.stdout.startswith("## archguard: 1 new, 1 on changed lines\n")
    assert "not posted" in done.stderr
    assert TOKEN not in done.stdout + done.stderr


def test_a_job_without_a_token_prints_it(repository: Repository, forge: FakeForge) -> None:
    job = _job(forge, repository)
    del job["GITHUB_TOKEN"]

    done = _comment(repository, variables=job)

    assert (done.returncode, forge.requests) == (0, [])
    assert done.stdout.startswith("## archguard: 1 new")


def test_a_dry_run_prints_it(repository: Repository, forge: FakeForge) -> None:
    done = _comment(repository, "--dry-run", variables=_job(forge, repository))

    assert (done.returncode, forge.requests) == (0, [])
    assert done.stdout.startswith("## archguard: 1 new")


def test_a_fork_s_token_may_only_read_so_it_is_printed(repository: Repository, forge: FakeForge) -> None:
    forge.forbids_writing = True

    done = _comment(repository, variables=_job(forge, repository))

    assert done.returncode == 0
    assert done.stdout.startswith("## archguard: 1 new")
    assert "may not write comments" in done.stderr
    assert TOKEN not in done.stderr


def test_a_pull_request_that_is_not_there_ends_with_3(repository: Repository, forge: FakeForge) -> None:
    forge.hides_pull_request = True

    done = _comment(repository, variables=_job(forge, repository))

    assert done.returncode == 3
    assert "no pull request 17" in done.stderr


def test_without_a_verdict_nothing_is_posted(repository: Repository, forge: FakeForge) -> None:
    done = _comment(repository, "--base", "mian", variables=_job(forge, repository))

    assert (done.returncode, forge.requests) == (2, [])


def test_options_name_the_pull_request_outside_of_ci(repository: Repository, forge: FakeForge) -> None:
    options = ("--forge", "gitlab", "--repository", "group/shop", "--pull-request", "3")

    done = _comment(repository, *options, "--api-url", forge.url, variables={"GITLAB_TOKEN": TOKEN})

    assert done.returncode == 0, done.stderr
    assert ("POST", "/projects/group%2Fshop/merge_requests/3/notes") in forge.requests
    assert forge.tokens == {TOKEN}


def test_a_status_is_set_on_the_commit_that_is_proposed(
    repository: Repository, forge: FakeForge
) -> None:
    done = _comment(repository, "--status", variables=_job(forge, repository))
    head = repository.git("rev-parse", "HEAD")

    assert (done.returncode, done.stdout) == (0, "")
    assert "created" in done.stderr
    assert f"/repos/shop/shop/statuses/{head}" in [path for _, path in forge.requests]
    (status,) = forge.statuses
    assert (status["context"], status["state"]) == ("archguard", "failure")
    assert status["description"].startswith("Failed: 1 new violation since ")
    assert forge.comments == []


@pytest.mark.parametrize("arguments", [("--dry-run",), ()])
def test_a_status_is_printed_where_it_cannot_be_set(
    repository: Repository, arguments: tuple[str, ...]
) -> None:
    done = _comment(repository, "--status", "--base", "main", *arguments, variables={})

    assert done.returncode == 0
    assert done.stdout.startswith("archguard: Failed: 1 new violation since main")
    assert ("not posted" in done.stderr) == (not arguments)
