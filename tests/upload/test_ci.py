"""What each CI service says, as its documentation gives the variables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from archguard.upload.ci import CiFacts, ci_facts

if TYPE_CHECKING:
    from pathlib import Path

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "shop/shop",
    "GITHUB_RUN_ID": "7",
}
RUN = "https://github.com/shop/shop/actions/runs/7"
HEAD = "c" * 40


def _event(folder: Path, *, fork: str | None = "shop/shop", ref: str = "feature/x") -> dict[str, str]:
    repo = None if fork is None else {"full_name": fork}
    head: dict[str, Any] = {"sha": HEAD, "ref": ref, "repo": repo, "user": {"login": "eve"}}
    base = {"repo": {"full_name": "shop/shop"}}
    path = folder / "event.json"
    path.write_text(json.dumps({"pull_request": {"number": 12, "head": head, "base": base}}))
    merge = {"GITHUB_REF": "refs/pull/12/merge", "GITHUB_SHA": "d" * 40}
    return {**GITHUB, **merge, "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(path)}


def test_a_pull_request_on_github_is_its_head_commit(tmp_path: Path) -> None:
    assert ci_facts(_event(tmp_path)) == CiFacts("github", "feature/x", HEAD, "12", RUN)


@pytest.mark.parametrize("fork", ["eve/shop", None], ids=["there", "deleted"])
def test_a_fork_s_main_is_not_the_project_s(tmp_path: Path, fork: str | None) -> None:
    facts = ci_facts(_event(tmp_path, fork=fork, ref="main"))

    assert facts == CiFacts("github", "eve:main", HEAD, "12", RUN)


@pytest.mark.parametrize(
    "content",
    [None, "", "{}", "[]", '{"pull_request": {"number": 1}}', pytest.param("[" * 100_000, id="deep")],
)
def test_an_event_that_cannot_be_read_is_said_not_guessed(tmp_path: Path, content: str | None) -> None:
    environment = _event(tmp_path)
    if content is None:
        environment["GITHUB_EVENT_PATH"] = str(tmp_path / "none")
    else:
        (tmp_path / "event.json").write_text(content)

    facts = ci_facts(environment)

    assert facts is not None
    assert facts.unclear is not None
    assert (facts.branch, facts.head) == (None, None)


@pytest.mark.parametrize(
    ("ref", "event", "branch", "request_"),
    [
        ("refs/heads/main", "push", "main", None),
        ("refs/heads/feature/x", "push", "feature/x", None),
        ("refs/tags/v1", "push", None, None),
        ("refs/heads/main", "schedule", "main", None),
        # Its branch cannot be told: the workflow may have checked the fork out.
        ("refs/heads/main", "pull_request_target", None, None),
    ],
)
def test_a_branch_on_github(ref: str, event: str, branch: str | None, request_: str | None) -> None:
    facts = ci_facts({**GITHUB, "GITHUB_REF": ref, "GITHUB_EVENT_NAME": event})

    assert facts == CiFacts("github", branch, None, request_, RUN)


@pytest.mark.parametrize(
    ("branch", "number"),
    [
        ("gh-readonly-queue/main/pr-104-0a1b2c", "104"),
        ("gh-readonly-queue/release/1.x/pr-7-ff", "7"),
        ("gh-readonly-queue/main/who-knows", None),
    ],
)
def test_a_merge_queue_s_branch_is_none_of_the_project_s_on_any_service(
    branch: str, number: str | None
) -> None:
    github = {**GITHUB, "GITHUB_REF": f"refs/heads/{branch}", "GITHUB_EVENT_NAME": "merge_group"}

    assert ci_facts(github) == CiFacts("github", None, None, number, RUN, is_merge_queue=True)
    assert ci_facts({"BUILDKITE": "true", "BUILDKITE_BRANCH": branch}) == CiFacts(
        "buildkite", pull_request=number, is_merge_queue=True
    )


_OTHERS: dict[str, tuple[dict[str, str], CiFacts | None]] = {
    "gitlab branch": (
        {"GITLAB_CI": "true", "CI_COMMIT_BRANCH": "main", "CI_JOB_URL": "https://g/1"},
        CiFacts("gitlab", "main", url="https://g/1"),
    ),
    "gitlab tag": ({"GITLAB_CI": "true"}, CiFacts("gitlab")),
    "gitlab merge request": (
        {
            "GITLAB_CI": "true",
            "CI_MERGE_REQUEST_IID": "3",
            "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "x",
            "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": "a/b",
            "CI_MERGE_REQUEST_PROJECT_PATH": "a/b",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": HEAD,
        },
        CiFacts("gitlab", "x", None, "3", base="main", base_commit=HEAD),
    ),
    "gitlab merged result of a fork": (
        {
            "GITLAB_CI": "true",
            "CI_MERGE_REQUEST_IID": "3",
            "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "main",
            "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": HEAD,
            "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": "eve/b",
            "CI_MERGE_REQUEST_PROJECT_PATH": "a/b",
        },
        CiFacts("gitlab", "eve/b:main", HEAD, "3"),
    ),
    "circleci": (
        {
            "CIRCLECI": "true",
            "CIRCLE_BRANCH": "x",
            "CIRCLE_BUILD_URL": "https://c/1",
            "CIRCLE_PULL_REQUEST": "https://github.com/a/b/pull/12",
        },
        CiFacts("circleci", "x", None, "12", "https://c/1"),
    ),
    "circleci tag": ({"CIRCLECI": "true"}, CiFacts("circleci")),
    "azure branch": (
        {
            "TF_BUILD": "True",
            "BUILD_SOURCEBRANCH": "refs/heads/feature/x",
            "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI": "https://dev.azure.com/a/",
            "SYSTEM_TEAMPROJECT": "b c",
            "BUILD_BUILDID": "5",
        },
        CiFacts("azure", "feature/x", url="https://dev.azure.com/a/b%20c/_build/results?buildId=5"),
    ),
    "azure tag": ({"TF_BUILD": "True", "BUILD_SOURCEBRANCH": "refs/tags/v1"}, CiFacts("azure")),
    "azure pull request of a fork": (
        {
            "TF_BUILD": "True",
            "BUILD_SOURCEBRANCH": "refs/pull/9/merge",
            "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER": "9",
            "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/main",
            "SYSTEM_PULLREQUEST_SOURCECOMMITID": HEAD,
            "SYSTEM_PULLREQUEST_ISFORK": "True",
        },
        CiFacts("azure", "fork:main", HEAD, "9"),
    ),
    "buildkite": (
        {"BUILDKITE": "true", "BUILDKITE_BRANCH": "x", "BUILDKITE_PULL_REQUEST": "false"},
        CiFacts("buildkite", "x"),
    ),
    "buildkite tag": (
        {"BUILDKITE": "true", "BUILDKITE_BRANCH": "v1", "BUILDKITE_TAG": "v1"},
        CiFacts("buildkite"),
    ),
    "bitbucket": (
        {
            "BITBUCKET_BUILD_NUMBER": "4",
            "BITBUCKET_BRANCH": "x",
            "BITBUCKET_COMMIT": HEAD,
            "BITBUCKET_GIT_HTTP_ORIGIN": "https://bitbucket.org/a/b",
        },
        CiFacts("bitbucket", "x", url="https://bitbucket.org/a/b/pipelines/results/4"),
    ),
    "bitbucket pull request": (
        {
            "BITBUCKET_BUILD_NUMBER": "4",
            "BITBUCKET_BRANCH": "x",
            "BITBUCKET_COMMIT": HEAD,
            "BITBUCKET_PR_ID": "8",
        },
        CiFacts("bitbucket", "x", HEAD, "8"),
    ),
    "jenkins": (
        {"JENKINS_URL": "https://j", "GIT_BRANCH": "origin/feature/x", "BUILD_URL": "https://j/1"},
        CiFacts("jenkins", "feature/x", url="https://j/1"),
    ),
    "jenkins pull request of a fork": (
        {
            "JENKINS_URL": "https://j",
            "BRANCH_NAME": "PR-6",
            "CHANGE_ID": "6",
            "CHANGE_BRANCH": "main",
            "CHANGE_FORK": "eve",
        },
        CiFacts("jenkins", "eve:main", None, "6"),
    ),
    "jenkins tag": (
        {"JENKINS_URL": "https://j", "BRANCH_NAME": "v1", "TAG_NAME": "v1"},
        CiFacts("jenkins"),
    ),
    "jenkins detached": ({"JENKINS_URL": "https://j", "GIT_BRANCH": "detached"}, CiFacts("jenkins")),
    "none": ({"CI": "true"}, None),
}


@pytest.mark.parametrize(("environment", "facts"), _OTHERS.values(), ids=_OTHERS.keys())
def test_what_a_service_says(environment: dict[str, str], facts: CiFacts | None) -> None:
    assert ci_facts(environment) == facts


def test_the_default_branch_of_a_project_is_what_the_service_says(tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"repository": {"default_branch": "develop"}}))
    push = {
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_EVENT_PATH": str(event),
    }
    builds = (
        {**GITHUB, **push},
        {"GITLAB_CI": "true", "CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "develop"},
        {
            "BUILDKITE": "true",
            "BUILDKITE_BRANCH": "main",
            "BUILDKITE_PIPELINE_DEFAULT_BRANCH": "develop",
        },
    )

    for build in builds:
        facts = ci_facts(build)
        assert facts is not None
        assert (facts.branch, facts.default_branch) == ("main", "develop"), facts.service
