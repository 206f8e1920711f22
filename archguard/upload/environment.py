"""The closed list of environment variables that a client reads; no other reaches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.upload import ci

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVER, PROJECT, TOKEN = "ARCHGUARD_SERVER", "ARCHGUARD_PROJECT", "ARCHGUARD_TOKEN"
VARIABLES = frozenset({SERVER, PROJECT, TOKEN, *ci.VARIABLES})


def known(variables: Mapping[str, str]) -> dict[str, str]:
    """Those of some variables that are on the list and not empty."""
    return {name: variables[name] for name in sorted(VARIABLES) if variables.get(name)}
