"""Bitbucket Pipelines.

Source: https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.upload.ci.facts import CiFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLES = (
    "BITBUCKET_BRANCH",
    "BITBUCKET_BUILD_NUMBER",
    "BITBUCKET_COMMIT",
    "BITBUCKET_GIT_HTTP_ORIGIN",
    "BITBUCKET_PR_DESTINATION_BRANCH",
    "BITBUCKET_PR_ID",
)


def describe_pull_request(number: int, branch: str, commit: str, base: str) -> dict[str, str]:
    """Return the variables of the first build of a pull request."""
    return {
        "BITBUCKET_BUILD_NUMBER": "1",
        "BITBUCKET_BRANCH": branch,
        "BITBUCKET_COMMIT": commit,
        "BITBUCKET_PR_ID": str(number),
        "BITBUCKET_PR_DESTINATION_BRANCH": base,
    }


def facts(environment: Mapping[str, str]) -> CiFacts | None:
    """Return what the pipeline says. For a pull request, it merges the target into the commit."""
    get = environment.get
    number, origin, request = (
        get("BITBUCKET_BUILD_NUMBER"),
        get("BITBUCKET_GIT_HTTP_ORIGIN"),
        get("BITBUCKET_PR_ID"),
    )
    if number is None:
        return None
    return CiFacts(
        "bitbucket",
        get("BITBUCKET_BRANCH"),
        get("BITBUCKET_COMMIT") if request else None,
        request,
        f"{origin}/pipelines/results/{number}" if origin else None,
        base=get("BITBUCKET_PR_DESTINATION_BRANCH") if request else None,
    )
