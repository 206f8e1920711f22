"""CircleCI.

Source: https://circleci.com/docs/reference/variables
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.upload.ci.facts import CiFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLES = ("CIRCLECI", "CIRCLE_BRANCH", "CIRCLE_BUILD_URL", "CIRCLE_PULL_REQUEST")


def facts(environment: Mapping[str, str]) -> CiFacts | None:
    """Return what the job says. It builds a pull request's own commit, a fork's as `pull/N`."""
    if environment.get("CIRCLECI") != "true":
        return None
    number = environment.get("CIRCLE_PULL_REQUEST", "").rpartition("/")[2]
    return CiFacts(
        "circleci",
        environment.get("CIRCLE_BRANCH"),
        pull_request=number if number.isdecimal() else None,
        url=environment.get("CIRCLE_BUILD_URL"),
    )
