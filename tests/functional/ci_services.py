"""How CI services clone a repository, what they say in the environment, and how they run a file."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from tests.functional.hosted_repository import NUMBER
from tests.sources.trees import git

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.functional.hosted_repository import HostedRepository, PullRequest, Push

_BRANCHES = "+refs/heads/*:refs/remotes/origin/*"
_HEAD, _MERGE = f"refs/pull/{NUMBER}/head", f"refs/pull/{NUMBER}/merge"
_MACRO = re.compile(r"\$\(([\w.]+)\)")
_SH = re.compile(r"^\s*sh '(.+)'$", re.MULTILINE)
_GROOVY_VALUE = re.compile(r"^\s*(ARCHGUARD_\w+) = '(.+)'$", re.MULTILINE)


class Job(NamedTuple):
    """What a file has run: scripts, in turn until one fails, and the variables that it sets."""

    scripts: list[str]
    variables: dict[str, str]


class CiService(NamedTuple):
    """A CI service, and what it does for its file."""

    heading: str
    """The heading of the file in docs/guide/ci.md."""
    shell: str
    read: Callable[[str, Path], Job]
    """The job of a file that runs in a workspace."""
    clone_pull_request: Callable[[HostedRepository, PullRequest, Path], Path]
    describe_pull_request: Callable[[PullRequest], Mapping[str, str]]
    describe_push: Callable[[Push], Mapping[str, str]]


def clone_push(repository: HostedRepository, push: Push, folder: Path) -> Path:
    """Clone as every service does for its branch."""
    return repository.check_out(folder, push.after, _BRANCHES)


def _clone_merge(repository: HostedRepository, request: PullRequest, folder: Path) -> Path:
    return repository.check_out(folder, request.merge, _BRANCHES, _MERGE)


def _clone_head(repository: HostedRepository, request: PullRequest, folder: Path) -> Path:
    return repository.check_out(folder, request.head, _BRANCHES)


def _clone_and_merge(repository: HostedRepository, request: PullRequest, folder: Path) -> Path:
    """Merge the target into the branch, as Bitbucket does."""
    repository.check_out(folder, request.head, _BRANCHES)
    git(folder, "merge", "--quiet", "--no-edit", "origin/main")
    return folder


def _clone_into_old(repository: HostedRepository, request: PullRequest, folder: Path) -> Path:
    """Fetch the pull request alone, into a clone from before it was opened."""
    repository.check_out(folder, request.head, _HEAD)
    git(folder, "update-ref", "refs/remotes/origin/main", f"{request.fork_point}^")
    return folder


def _clone_alone(repository: HostedRepository, request: PullRequest, folder: Path) -> Path:
    return repository.check_out(folder, request.merge, f"{_MERGE}:refs/remotes/origin/PR-{NUMBER}")


def _strings(variables: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in variables.items()}


def _read_gitlab(text: str, _workspace: Path) -> Job:
    job = yaml.safe_load(text)["archguard"]
    return Job(["\n".join([*job["before_script"], *job["script"]])], _strings(job["variables"]))


def _read_azure(text: str, workspace: Path) -> Job:
    """Return the scripts with their macros replaced; a secret that is not there leaves its macro."""
    pipeline = yaml.safe_load(text)
    folders = {
        "Build.ArtifactStagingDirectory": workspace.parent,
        "Pipeline.Workspace": workspace.parent,
    }
    steps: list[dict[str, Any]] = [step for step in pipeline["steps"] if "script" in step]
    scripts = [
        _MACRO.sub(lambda match: str(folders[match[1]]), step["script"])
        for step in steps
        if "condition" not in step
    ]
    secrets = {name: value for step in steps for name, value in step.get("env", {}).items()}
    return Job(scripts, _strings({**pipeline["variables"], **secrets}))


def _read_bitbucket(text: str, _workspace: Path) -> Job:
    pipelines = yaml.safe_load(text)["pipelines"]
    (proposed,), (pushed,) = pipelines["pull-requests"]["**"], pipelines["branches"]["main"]
    assert proposed == pushed
    return Job(["\n".join(pushed["step"]["script"])], {})


def _read_buildkite(text: str, _workspace: Path) -> Job:
    (step,) = yaml.safe_load(text)["steps"]
    return Job([step["command"].replace("$$", "$")], _strings(step["env"]))


def _read_circleci(text: str, _workspace: Path) -> Job:
    job = yaml.safe_load(text)["jobs"]["archguard"]
    runs = [step["run"] for step in job["steps"] if isinstance(step, dict) and "run" in step]
    return Job(runs, _strings(job["environment"]))


def _read_jenkins(text: str, workspace: Path) -> Job:
    variables = {
        "WORKSPACE_TMP": str(workspace.parent / "temporary"),
        **dict(_GROOVY_VALUE.findall(text)),
    }
    return Job(_SH.findall(text), variables)


SERVICES = (
    CiService(
        "GitLab CI/CD",
        "sh",
        _read_gitlab,
        _clone_head,
        lambda request: {
            "GITLAB_CI": "true",
            "CI_COMMIT_SHA": request.head,
            "CI_MERGE_REQUEST_IID": str(NUMBER),
            "CI_MERGE_REQUEST_PROJECT_PATH": "octo/shop",
            "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": "octo/shop",
            "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "change",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": request.fork_point,
        },
        lambda push: {
            "GITLAB_CI": "true",
            "CI_COMMIT_BRANCH": "main",
            "CI_COMMIT_BEFORE_SHA": push.before,
        },
    ),
    CiService(
        "Azure Pipelines",
        "bash",
        _read_azure,
        _clone_merge,
        lambda request: {
            "TF_BUILD": "True",
            "SYSTEM_PULLREQUEST_PULLREQUESTID": str(NUMBER),
            "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/change",
            "SYSTEM_PULLREQUEST_SOURCECOMMITID": request.head,
            "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
        },
        lambda _push: {"TF_BUILD": "True", "BUILD_SOURCEBRANCH": "refs/heads/main"},
    ),
    CiService(
        "Bitbucket Pipelines",
        "bash",
        _read_bitbucket,
        _clone_and_merge,
        lambda request: {
            "BITBUCKET_BUILD_NUMBER": "1",
            "BITBUCKET_BRANCH": "change",
            "BITBUCKET_COMMIT": request.head,
            "BITBUCKET_PR_ID": str(NUMBER),
            "BITBUCKET_PR_DESTINATION_BRANCH": "main",
        },
        lambda push: {
            "BITBUCKET_BUILD_NUMBER": "1",
            "BITBUCKET_BRANCH": "main",
            "BITBUCKET_COMMIT": push.after,
        },
    ),
    CiService(
        "Buildkite",
        "bash",
        _read_buildkite,
        _clone_into_old,
        lambda _request: {
            "BUILDKITE": "true",
            "BUILDKITE_BRANCH": "change",
            "BUILDKITE_PULL_REQUEST": str(NUMBER),
            "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main",
        },
        lambda _push: {
            "BUILDKITE": "true",
            "BUILDKITE_BRANCH": "main",
            "BUILDKITE_PIPELINE_DEFAULT_BRANCH": "main",
            "BUILDKITE_PULL_REQUEST": "false",
        },
    ),
    CiService(
        "CircleCI",
        "bash",
        _read_circleci,
        _clone_head,
        lambda _request: {
            "CIRCLECI": "true",
            "CIRCLE_BRANCH": "change",
            "CIRCLE_PULL_REQUEST": f"https://github.example.org/octo/shop/pull/{NUMBER}",
        },
        lambda _push: {"CIRCLECI": "true", "CIRCLE_BRANCH": "main"},
    ),
    CiService(
        "Jenkins",
        "sh",
        _read_jenkins,
        _clone_alone,
        lambda _request: {
            "JENKINS_URL": "https://jenkins.example.org/",
            "BRANCH_NAME": f"PR-{NUMBER}",
            "CHANGE_ID": str(NUMBER),
            "CHANGE_BRANCH": "change",
            "CHANGE_TARGET": "main",
        },
        lambda _push: {"JENKINS_URL": "https://jenkins.example.org/", "BRANCH_NAME": "main"},
    ),
)


def write_stand_ins(folder: Path, archguard: Path) -> None:
    """Write the programs that a machine of a CI service has: what is installed here is there already."""
    folder.mkdir()
    stand_ins = {
        "pip": 'test "$1" = install\n',
        "buildkite-agent": f'test "$1" = annotate && cat > "{folder}/annotation.md"\n',
        "python3": (
            'for folder; do :; done\nmkdir -p "$folder/bin"\n'
            f'ln -sf {folder}/pip "$folder/bin/pip"\nln -sf {archguard} "$folder/bin/archguard"\n'
        ),
    }
    for name, script in stand_ins.items():
        (folder / name).write_text(f"#!{shutil.which('sh')}\n{script}")
        (folder / name).chmod(0o755)
    (folder / "archguard").symlink_to(archguard)
