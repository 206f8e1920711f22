"""The files of docs/guide/ci.md: their commands run as written, in clones as the services make them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.cli.console_script import SCRIPT
from tests.functional.ci_services import SERVICES, CiService, clone_push, write_stand_ins
from tests.functional.hosted_repository import NO_MORE, ONE_MORE, HostedRepository
from tests.functional.zizmor import run_zizmor
from tests.upload.environments import make_environment
from tests.upload.server import TOKEN, Server

if TYPE_CHECKING:
    from collections.abc import Mapping

REPOSITORY = Path(__file__).parents[2]
GUIDE = REPOSITORY / "docs" / "guide" / "ci.md"
_SERVER = "https://archguard.example.org"
_PUSHED = ("Azure Pipelines", "Buildkite")  # one service that names no default branch, and one that does
_SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^```(?:yaml|groovy)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _files(heading: str) -> list[str]:
    return _FILE.findall(dict(_SECTION.findall(GUIDE.read_text()))[heading])


def _run(ci: CiService, workspace: Path, variables: Mapping[str, str], server: str) -> tuple[int, str]:
    """Run the scripts of a service's file in turn; return the first failure, or 0, and the log."""
    programs = workspace.parent / "programs"
    write_stand_ins(programs, SCRIPT)
    text = _files(ci.heading)[0]
    assert _SERVER in text
    job = ci.read(text.replace(_SERVER, server), workspace)
    environment = make_environment(CI="true", **{**job.variables, **variables})
    environment["PATH"] = f"{programs}{os.pathsep}{environment['PATH']}"
    log = ""
    for script in job.scripts:
        done = subprocess.run(
            [shutil.which(ci.shell) or "", "-e", "-c", script],
            cwd=workspace,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        log += done.stdout
        if done.returncode:
            return done.returncode, log
    return 0, log


@pytest.mark.parametrize("ci", SERVICES, ids=lambda ci: ci.heading)
def test_a_pull_request_that_adds_one_fails_and_is_sent(ci: CiService, tmp_path: Path) -> None:
    repository = HostedRepository(tmp_path)
    repository.push({"shop/offer.py": "import shop.legacy\n"})
    request = repository.propose(ONE_MORE)
    workspace = ci.clone_pull_request(repository, request, tmp_path / "workspace")
    variables = {**ci.describe_pull_request(request), "ARCHGUARD_TOKEN": TOKEN}

    with Server().running() as server:
        code, log = _run(ci, workspace, variables, server.url)
        (upload,) = server.uploads

    assert code == 1, log
    assert "1 new" in log
    proposed = request.merge if ci.heading == "Jenkins" else request.head  # it does not say which
    assert (upload.snapshot.commit, upload.branch) == (proposed, "change")


@pytest.mark.parametrize(
    "ci", [ci for ci in SERVICES if ci.heading in _PUSHED], ids=lambda ci: ci.heading
)
def test_a_push_that_adds_none_passes_without_a_token(ci: CiService, tmp_path: Path) -> None:
    repository = HostedRepository(tmp_path)
    push = repository.push(NO_MORE)
    workspace = clone_push(repository, push, tmp_path / "workspace")

    code, log = _run(ci, workspace, ci.describe_push(push), _SERVER)

    assert code == 0, log
    assert "0 new" in log
    assert "not uploaded" in log


def test_the_guide_has_seven_services_and_github_s_is_the_action() -> None:
    (workflow,) = map(yaml.safe_load, _files("GitHub Actions"))
    (used,) = [step for step in workflow["jobs"]["archguard"]["steps"] if step.get("id") == "archguard"]
    action = yaml.safe_load((REPOSITORY / "action.yml").read_text())

    assert len(SERVICES) == 6
    assert used["uses"] == "OWNER/archguard@COMMIT"
    assert used["with"].keys() <= action["inputs"].keys()
    assert re.findall(r"steps\.archguard\.outputs\.([\w-]+)", _files("GitHub Actions")[0]) == [
        "sarif",
        "sarif",
    ]


def test_zizmor_finds_nothing_in_the_workflow(tmp_path: Path) -> None:
    (workflow,) = _files("GitHub Actions")
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "archguard.yml").write_text(workflow.replace("@COMMIT", f"@{'1' * 40} # v0.1.0"))

    done = run_zizmor(folder / "archguard.yml")

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_component_is_included_with_inputs_that_it_has() -> None:
    (include,) = yaml.safe_load(_files("GitLab CI/CD")[1])["include"]
    component = next(yaml.safe_load_all((REPOSITORY / "templates" / "archguard.yml").read_text()))

    assert include["component"].endswith("/archguard@VERSION")
    assert include["inputs"].keys() <= component["spec"]["inputs"].keys()
