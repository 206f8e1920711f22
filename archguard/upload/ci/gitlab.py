"""GitLab CI/CD.

Source: https://docs.gitlab.com/ci/variables/predefined_variables
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.upload.ci.facts import CiFacts, fork_branch, known_commit

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLES = (
    "GITLAB_CI",
    "CI_COMMIT_BEFORE_SHA",
    "CI_COMMIT_BRANCH",
    "CI_DEFAULT_BRANCH",
    "CI_JOB_URL",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA",
    "CI_MERGE_REQUEST_IID",
    "CI_MERGE_REQUEST_PROJECT_PATH",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA",
    "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
)


def facts(environment: Mapping[str, str]) -> CiFacts | None:
    """Return what the job says. Only a pipeline of merged results has a SHA of the source branch."""
    if environment.get("GITLAB_CI") != "true":
        return None
    get = environment.get
    url, request = get("CI_JOB_URL"), get("CI_MERGE_REQUEST_IID")
    branch = get("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME")
    if request is None or branch is None:
        before = known_commit(get("CI_COMMIT_BEFORE_SHA"))
        return CiFacts(
            "gitlab",
            get("CI_COMMIT_BRANCH"),
            url=url,
            default_branch=get("CI_DEFAULT_BRANCH"),
            before=before,
        )
    source, target = get("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH"), get("CI_MERGE_REQUEST_PROJECT_PATH")
    if source and source != target:
        branch = fork_branch(source, branch)
    return CiFacts(
        "gitlab",
        branch,
        get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"),
        request,
        url,
        base=get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
        base_commit=known_commit(get("CI_MERGE_REQUEST_DIFF_BASE_SHA")),
    )
