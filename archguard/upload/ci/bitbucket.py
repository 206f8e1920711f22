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
