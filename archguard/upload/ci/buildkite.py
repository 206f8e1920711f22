"""Buildkite.

Source: https://buildkite.com/docs/pipelines/configure/environment-variables
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.upload.ci.facts import CiFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLES = (
    "BUILDKITE",
    "BUILDKITE_BRANCH",
    "BUILDKITE_BUILD_URL",
    "BUILDKITE_PIPELINE_DEFAULT_BRANCH",
    "BUILDKITE_PULL_REQUEST",
    "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
    "BUILDKITE_TAG",
)


def facts(environment: Mapping[str, str]) -> CiFacts | None:
    """Return what the build says. A fork's branch is `owner:branch` already, a tag's is the tag."""
    if environment.get("BUILDKITE") != "true":
        return None
    request = environment.get("BUILDKITE_PULL_REQUEST", "false")
    return CiFacts(
        "buildkite",
        None if environment.get("BUILDKITE_TAG") else environment.get("BUILDKITE_BRANCH"),
        pull_request=None if request == "false" else request,
        url=environment.get("BUILDKITE_BUILD_URL"),
        base=environment.get("BUILDKITE_PULL_REQUEST_BASE_BRANCH") or None,
        default_branch=environment.get("BUILDKITE_PIPELINE_DEFAULT_BRANCH") or None,
    )
