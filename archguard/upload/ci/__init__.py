"""Read what CI services say about the running build, each in its own environment variables."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from archguard.branch_name import is_merge_queue
from archguard.upload.ci import azure, bitbucket, buildkite, circleci, github, gitlab, jenkins
from archguard.upload.ci.facts import CiFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["VARIABLES", "CiFacts", "ci_facts"]

# Jenkins is last, because its variables are inherited by everything that it starts.
_SERVICES = (github, gitlab, circleci, azure, buildkite, bitbucket, jenkins)
VARIABLES = frozenset(name for service in _SERVICES for name in service.VARIABLES)
_QUEUED_PULL_REQUEST = re.compile(r".+/pr-(\d+)-[0-9a-f]+")


def ci_facts(environment: Mapping[str, str]) -> CiFacts | None:
    """Return what the CI service says about the build; None outside of the known services."""
    builds = (service.facts(environment) for service in _SERVICES)
    facts: CiFacts | None = next((build for build in builds if build is not None), None)
    if facts is None or facts.branch is None or not is_merge_queue(facts.branch):
        return facts
    queued = _QUEUED_PULL_REQUEST.fullmatch(facts.branch)
    return dataclasses.replace(
        facts, branch=None, pull_request=queued[1] if queued else None, is_merge_queue=True
    )
