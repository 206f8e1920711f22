from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from archguard.forge.project import VARIABLES, ForgeKind, find_project

REPORTS = Path(__file__).parents[2] / "docs" / "reference" / "reports.md"

COMMIT = "0123456789" * 4
GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_API_URL": "https://api.github.com",
    "GITHUB_REF": "refs/pull/17/merge",
    "GITHUB_REPOSITORY": "shop/shop",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_SHA": COMMIT,
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_API_V4_URL": "https://gitlab.com/api/v4",
    "CI_COMMIT_SHA": COMMIT,
    "CI_MERGE_REQUEST_IID": "17",
    "CI_MERGE_REQUEST_PROJECT_ID": "3",
    "CI_PROJECT_ID": "4",
    "CI_PROJECT_URL": "https://gitlab.com/group/shop",
}


def test_github_names_the_project_and_the_pull_request() -> None:
    project = find_project(GITHUB)

    assert project is not None
    assert (project.kind, project.name, project.number) == (ForgeKind.GITHUB, "shop/shop", "17")
    assert project.api_url == "https://api.github.com"
    assert project.find_source_url(None) == f"https://github.com/shop/shop/blob/{COMMIT}"
    assert project.find_source_url("a" * 40) == f"https://github.com/shop/shop/blob/{'a' * 40}"


def test_gitlab_names_the_project_that_the_merge_request_goes_into() -> None:
    project = find_project(GITLAB)

    assert project is not None
    assert (project.kind, project.name, project.number) == (ForgeKind.GITLAB, "3", "17")
    assert project.api_url == "https://gitlab.com/api/v4"
    assert project.find_source_url(None) == f"https://gitlab.com/group/shop/-/blob/{COMMIT}"


def test_a_branch_of_gitlab_has_its_own_project_and_no_number() -> None:
    variables = {name: value for name, value in GITLAB.items() if "MERGE_REQUEST" not in name}

    project = find_project(variables)

    assert project is not None
    assert (project.name, project.number) == ("4", None)


def test_elsewhere_there_is_no_project() -> None:
    assert find_project({"JENKINS_URL": "https://ci.example"}) is None


@pytest.mark.parametrize(
    ("event", "number"),
    [({"pull_request": {"number": 8}}, "8"), ({"pull_request": {"number": "8"}}, None), ([], None)],
)
def test_the_event_names_the_pull_request_where_the_ref_does_not(
    tmp_path: Path, event: object, number: str | None
) -> None:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(event))

    project = find_project({**GITHUB, "GITHUB_REF": "refs/heads/main", "GITHUB_EVENT_PATH": str(path)})

    assert project is not None
    assert project.number == number


@pytest.mark.parametrize("server", ["javascript:alert(1)", "https://a b", "https://x)[y](z", "//x"])
def test_an_address_that_is_none_is_not_published(server: str) -> None:
    project = find_project({**GITHUB, "GITHUB_SERVER_URL": server})

    assert project is not None
    assert project.find_source_url(None) is None


@pytest.mark.parametrize("commit", ["", "main", "../x", "0123"])
def test_what_is_no_commit_is_not_linked(commit: str) -> None:
    project = find_project({**GITHUB, "GITHUB_SHA": commit})

    assert project is not None
    assert project.find_source_url(None) is None


def test_the_documentation_lists_the_variables() -> None:
    section = REPORTS.read_text().split("\n## markdown\n")[1].split("\n## ")[0]
    sentence = section.split("For this ")[1].split(" are read")[0]

    assert set(re.findall(r"`(\w+)`", sentence)) == VARIABLES
