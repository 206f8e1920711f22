"""What CI services say of the build that runs, each in its own variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.upload.ci import azure, bitbucket, buildkite, circleci, github, gitlab, jenkins
from archguard.upload.ci.facts import CiFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["VARIABLES", "CiFacts", "ci_facts"]

# Jenkins last: its variables are inherited by whatever it starts.
_SERVICES = (github, gitlab, circleci, azure, buildkite, bitbucket, jenkins)
VARIABLES = frozenset(name for service in _SERVICES for name in service.VARIABLES)


def ci_facts(environment: Mapping[str, str]) -> CiFacts | None:
    """What the service that runs us says; None: none does, or none that is known."""
    found = (service.facts(environment) for service in _SERVICES)
    return next((one for one in found if one is not None), None)
