"""templates/archguard.yml: its script runs as written, on local repositories."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.cli.console_script import SCRIPT
from tests.functional.hosted_repository import NO_MORE, NUMBER, ONE_MORE, HostedRepository
from tests.functional.local_service import running_service
from tests.upload.environments import make_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.battery.service import Service
    from tests.functional.hosted_repository import PullRequest, Push

COMPONENT = Path(__file__).parents[2] / "templates" / "archguard.yml"
_INPUT = re.compile(r"\$\[\[ inputs\.([\w-]+) \]\]")
_BRANCHES = "+refs/heads/*:refs/remotes/origin/*"
"""What GitLab's runner fetches with a depth of 0, beside the pipeline's own ref."""


def _read_job(**inputs: str) -> dict[str, Any]:
    """Return the job that the component makes of some inputs."""
    header, _, body = COMPONENT.read_text().partition("\n---\n")
    specified = yaml.safe_load(header)["spec"]["inputs"]
    values = {
        name: str(each["default"]).lower() if each.get("type") else each["default"]
        for name, each in specified.items()
    }
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    assert given.keys() <= values.keys()
    ((_, job),) = yaml.safe_load(_INPUT.sub(lambda match: {**values, **given}[match[1]], body)).items()
    return dict(job)


def _run(
    workspace: Path, variables: Mapping[str, str], **inputs: str
) -> subprocess.CompletedProcess[str]:
    """Run the script; the environment of this test run stands in for what `before_script` installs."""
    job = _read_job(**inputs)
    environment = make_environment(
        CI="true",
        GITLAB_CI="true",
        CI_DEFAULT_BRANCH="main",
        CI_JOB_URL="https://gitlab.example.org/-/jobs/1",
        **job["variables"],
        **variables,
    )
    environment["PATH"] = f"{SCRIPT.parent}{os.pathsep}{environment['PATH']}"
    return subprocess.run(
        ["sh", "-e", "-c", "\n".join(job["script"])],
        cwd=workspace,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _merge_request(request: PullRequest, source: str = "octo/shop") -> dict[str, str]:
    return {
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_COMMIT_SHA": request.head,
        "CI_MERGE_REQUEST_IID": str(NUMBER),
        "CI_MERGE_REQUEST_PROJECT_PATH": "octo/shop",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": source,
        "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "change",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": request.fork_point,
    }


def _push(push: Push) -> dict[str, str]:
    return {
        "CI_PIPELINE_SOURCE": "push",
        "CI_COMMIT_SHA": push.after,
        "CI_COMMIT_BRANCH": "main",
        "CI_COMMIT_BEFORE_SHA": push.before,
    }


@pytest.fixture
def repository(tmp_path: Path) -> HostedRepository:
    return HostedRepository(tmp_path)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running_service(tmp_path_factory.mktemp("service")) as service:
        yield service


def test_a_branch_that_adds_one_fails_with_both_reports_and_is_sent(
    repository: HostedRepository, service: Service, tmp_path: Path
) -> None:
    request = repository.propose(ONE_MORE)
    workspace = repository.check_out(tmp_path / "job", request.head, _BRANCHES)
    variables = {**_merge_request(request), "ARCHGUARD_TOKEN": service.token("upload", "branch")}

    done = _run(workspace, variables, server=f"http://127.0.0.1:{service.port}", project="branch")

    assert done.returncode == 1, done.stdout
    reports = _read_job()["artifacts"]["reports"]
    quality = json.loads((workspace / reports["codequality"]).read_text())
    assert {issue["location"]["path"] for issue in quality} >= {"shop/page.py"}
    assert ET.parse(workspace / reports["junit"]).getroot().tag == "testsuites"
    sent = service.get(
        "/api/v1/projects/branch/snapshots?branch=change", service.token("read", "branch")
    )
    assert [item["commit"] for item in sent.json["items"]] == [request.head]


@pytest.mark.parametrize(("files", "code"), [(ONE_MORE, 1), (NO_MORE, 0)])
def test_a_fork_is_judged_in_its_own_project_where_main_is_old_and_nothing_is_sent(
    files: dict[str, str], code: int, repository: HostedRepository, tmp_path: Path
) -> None:
    repository.push({"shop/offer.py": "import shop.legacy\n"})
    request = repository.propose(files, from_fork=True)
    workspace = repository.check_out(tmp_path / "job", request.head, f"refs/pull/{NUMBER}/head")
    old = f"{request.fork_point}^"
    subprocess.run(["git", "update-ref", "refs/remotes/origin/main", old], cwd=workspace, check=True)

    done = _run(
        workspace, _merge_request(request, "someone/shop"), server="http://127.0.0.1:9", project="shop"
    )

    assert done.returncode == code, done.stdout
    assert "This merge request has no ARCHGUARD_TOKEN" in done.stdout


def test_a_push_to_main_is_compared_with_what_was_there_and_sent(
    repository: HostedRepository, service: Service, tmp_path: Path
) -> None:
    push = repository.push(NO_MORE)
    workspace = repository.check_out(tmp_path / "job", push.after, _BRANCHES)
    variables = {**_push(push), "ARCHGUARD_TOKEN": service.token("upload", "push")}

    done = _run(workspace, variables, server=f"http://127.0.0.1:{service.port}", project="push")

    assert done.returncode == 0, done.stdout
    sent = service.get("/api/v1/projects/push/snapshots?branch=main", service.token("read", "push"))
    assert [item["commit"] for item in sent.json["items"]] == [push.after]


def test_inputs_are_values_of_variables_and_stand_in_no_script() -> None:
    _, _, body = COMPONENT.read_text().partition("\n---\n")
    ((_, job),) = yaml.safe_load(body).items()

    assert "$[[" not in "".join([*job["before_script"], *job["script"]])
    assert _read_job()["before_script"] == ['pip install --quiet "$PACKAGE"']
