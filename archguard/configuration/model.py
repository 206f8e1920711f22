"""What a configuration file says, its format left behind and its values not looked into yet."""

from __future__ import annotations

from typing import Any, NamedTuple


class Sections(NamedTuple):
    """The parts of a file that concern us."""

    session: dict[str, Any]
    """import-linter's session options."""
    contracts: list[dict[str, Any]]
    own: dict[str, Any]
    """archguard's own options."""
    own_name: str
    """What the section with those is called."""
