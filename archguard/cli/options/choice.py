"""Options that take one of a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.errors import ConfigurationError
from archguard.text import format_choices

if TYPE_CHECKING:
    from collections.abc import Sequence


def require_choice(option: str, value: str, choices: Sequence[str]) -> None:
    """Refuse a value that is none of an option's choices.

    Raises:
        ConfigurationError: the value is unknown; the message lists the choices.
    """
    if value not in choices:
        raise ConfigurationError(f"{option}: unknown value '{value}'; choose {format_choices(choices)}.")
