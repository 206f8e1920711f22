"""action.yml: its steps run as written, on local repositories and with a local service."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.functional.github_runner import GitHubRunner, Outcome
from tests.functional.hosted_repository import NO_MORE, ONE_MORE, HostedRepository
from tests.functional.local_service import running_service
from tests.functional.zizmor import run_zizmor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.battery.service import Service

REPOSITORY = Path(__file__).parents[2]
ACTION = REPOSITORY / "action.yml"
LOCK = REPOSITORY / "requirements-action.lock"
_PINNED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)


def _action() -> dict[str, Any]:
    action: dict[str, Any] = yaml.safe_load(ACTION.read_text())
    return action


def _step(name: str) -> dict[str, Any]:
    (step,) = [step for step in _action()["runs"]["steps"] if step["name"] == name]
    return dict(step)


def _check(runner: GitHubRunner, **inputs: str) -> Outcome:
    """Run the check; the environment of this test run stands in for what the first step installs."""
    defaults = {name: each["default"] for name, each in _action()["inputs"].items()}
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    assert given.keys() <= defaults.keys()
    runner.put_installed_archguard_in_place()
    return runner.run(_step("Check"), {**defaults, **given})


@pytest.fixture
def repository(tmp_path: Path) -> HostedRepository:
    return HostedRepository(tmp_path)


@pytest.fixture
def runner(tmp_path: Path) -> GitHubRunner:
    (tmp_path / "job").mkdir()
    return GitHubRunner(tmp_path / "job", ACTION)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running_service(tmp_path_factory.mktemp("service")) as service:
        yield service


def test_a_branch_that_adds_one_fails_at_its_line_and_its_own_commit_is_sent(
    repository: HostedRepository, runner: GitHubRunner, service: Service
) -> None:
    pull_request = repository.propose(ONE_MORE)
    runner.receive_pull_request(repository, pull_request, "octo")

    done = _check(
        runner,
        server=f"http://127.0.0.1:{service.port}",
        project="branch",
        token=service.token("upload", "branch"),
    )

    assert done.code == 1, done.log
    assert re.findall(r"^::error file=([^,]+),line=(\d+)", done.log, re.MULTILINE) == [
        ("shop/page.py", "1")
    ]
    assert "shop/page.py" in done.summary
    assert done.outputs["exit-code"] == "1"
    (run,) = json.loads(Path(done.outputs["sarif"]).read_text())["runs"]
    states = sorted(result["baselineState"] for result in run["results"])
    assert states == ["new", "unchanged", "unchanged", "unchanged"]
    sent = service.get("/api/v1/projects/branch/snapshots", service.token("read", "branch"))
    assert [item["commit"] for item in sent.json["items"]] == [pull_request.head]


def test_a_fork_s_pull_request_is_judged_without_secrets_and_nothing_is_sent(
    repository: HostedRepository, runner: GitHubRunner, service: Service
) -> None:
    pull_request = repository.propose(ONE_MORE, from_fork=True)
    runner.receive_pull_request(repository, pull_request, "someone")

    done = _check(
        runner, server=f"http://127.0.0.1:{service.port}", project="fork", require_upload="true"
    )

    assert done.code == 1, done.log
    assert "::error file=shop/page.py,line=1" in done.log
    assert "::notice title=archguard::This pull request has no token" in done.log
    assert service.get("/api/v1/projects/fork", service.token("read", "fork")).status == 404


def test_a_pull_request_that_adds_none_passes_although_main_is_red(
    repository: HostedRepository, runner: GitHubRunner
) -> None:
    runner.receive_pull_request(repository, repository.propose(NO_MORE), "octo")

    done = _check(runner)

    assert (done.code, done.outputs["exit-code"]) == (0, "0"), done.log
    assert "::error" not in done.log


def test_without_a_base_every_violation_fails(
    repository: HostedRepository, runner: GitHubRunner
) -> None:
    runner.receive_pull_request(repository, repository.propose(NO_MORE), "octo")

    done = _check(runner, base="")

    assert done.code == 1
    assert done.log.count("::error file=") == 3


@pytest.mark.parametrize(("files", "code"), [(ONE_MORE, 1), (NO_MORE, 0)])
def test_a_push_to_main_is_compared_with_what_was_there_and_sent(
    files: dict[str, str],
    code: int,
    repository: HostedRepository,
    runner: GitHubRunner,
    service: Service,
) -> None:
    push, project = repository.push(files), f"push-{code}"
    runner.receive_push(repository, push)

    done = _check(
        runner,
        server=f"http://127.0.0.1:{service.port}",
        project=project,
        token=service.token("upload", project),
        require_upload="true",
    )

    assert done.code == code, done.log
    sent = service.get(
        f"/api/v1/projects/{project}/snapshots?branch=main", service.token("read", project)
    )
    assert [item["commit"] for item in sent.json["items"]] == [push.after]


def test_a_required_upload_that_fails_is_exit_code_3(
    repository: HostedRepository, runner: GitHubRunner, service: Service
) -> None:
    runner.receive_push(repository, repository.push(NO_MORE))

    done = _check(
        runner, server=f"http://127.0.0.1:{service.port}", project="shop", require_upload="true"
    )

    assert (done.code, done.outputs["exit-code"]) == (3, "3"), done.log


def test_a_clone_too_shallow_for_the_base_has_no_verdict(
    repository: HostedRepository, runner: GitHubRunner
) -> None:
    runner.receive_pull_request(repository, repository.propose(NO_MORE), "octo", depth=1)

    done = _check(runner)

    assert done.code == 2, done.log
    assert "git fetch" in done.log
    assert "no verdict" in done.summary
    assert "sarif" not in done.outputs


def test_an_input_is_a_value_and_never_a_command(
    repository: HostedRepository, runner: GitHubRunner, tmp_path: Path
) -> None:
    runner.receive_pull_request(repository, repository.propose(NO_MORE), "octo")
    planted = f'$(touch {tmp_path}/planted) `touch {tmp_path}/planted`; touch {tmp_path}/planted #"'

    done = _check(
        runner, **dict.fromkeys(("base", "root", "config", "sarif", "server", "project"), planted)
    )

    assert done.code == 2, done.log
    assert not (tmp_path / "planted").exists()


def test_no_script_holds_an_expression_and_no_other_action_is_used() -> None:
    for step in _action()["runs"]["steps"]:
        assert "${{" not in step["run"]
        assert "uses" not in step


def test_every_file_that_is_installed_is_pinned_as_the_tests_have_it_and_by_its_hash() -> None:
    pinned = set(_PINNED.findall(LOCK.read_text()))
    tested = set(_PINNED.findall((REPOSITORY / "requirements.lock").read_text()))
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]

    names = {re.match(r"[\w.-]+", requirement)[0].replace(".", "-") for requirement in wanted}  # type: ignore[index]
    assert names <= {name for name, _ in pinned}, "run `make lock`"
    assert pinned <= tested, "run `make lock`"
    for entry in re.split(r"\n(?=\w)", LOCK.read_text().strip()):
        assert "--hash=sha256:" in entry
    assert "://" not in LOCK.read_text()


def test_zizmor_finds_nothing() -> None:
    done = run_zizmor(ACTION)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_control_zizmor_finds_an_input_in_a_script(tmp_path: Path) -> None:
    planted = ACTION.read_text().replace(
        'options+=(--base "$BASE")', "options+=(--base ${{ inputs.base }})"
    )
    (tmp_path / "action.yml").write_text(planted)

    done = run_zizmor(tmp_path / "action.yml")

    assert done.returncode != 0
    assert "template-injection" in done.stdout + done.stderr


@pytest.mark.slow
def test_what_the_action_s_own_checkout_holds_is_installed_and_nothing_of_the_workspace_is_run(
    repository: HostedRepository, runner: GitHubRunner, tmp_path: Path
) -> None:
    planted = f"open({str(tmp_path / 'planted')!r}, 'w')\n"
    hostile = {f"{name}.py": planted for name in ("pip", "venv", "sys", "click", "sitecustomize")}
    runner.receive_pull_request(repository, repository.propose({**NO_MORE, **hostile}), "someone")

    installed = runner.run(_step("Install archguard"), {"python": sys.executable})
    checked = runner.run(
        _step("Check"), {name: each["default"] for name, each in _action()["inputs"].items()}
    )

    assert installed.code == 0, installed.log
    assert checked.code == 0, checked.log
    assert not (tmp_path / "planted").exists()
    packages = runner.temporary / "archguard"
    assert list(packages.glob("lib/python3*/site-packages/archguard/cli/__init__.py"))
