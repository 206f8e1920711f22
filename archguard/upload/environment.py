"""The environment variables that the client reads. All others are filtered out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.upload import ci

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVER, PROJECT, TOKEN = "ARCHGUARD_SERVER", "ARCHGUARD_PROJECT", "ARCHGUARD_TOKEN"
ID_TOKEN = "ARCHGUARD_ID_TOKEN"  # noqa: S105 (a variable's name)
GITHUB_URL, GITHUB_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
"""Where a job of GitHub Actions asks for its ID token, and with what."""
VARIABLES = frozenset({SERVER, PROJECT, TOKEN, ID_TOKEN, GITHUB_URL, GITHUB_TOKEN, *ci.VARIABLES})


def select_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of an environment that are in `VARIABLES` and not empty."""
    return {name: environment[name] for name in sorted(VARIABLES) if environment.get(name)}
