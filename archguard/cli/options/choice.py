"""Options that take one of a few words."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from archguard.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence


def require_choice(option: str, value: str, choices: Sequence[str]) -> None:
    """Refuse a value that is none of an option's choices.

    Raises:
        ConfigurationError: the value is unknown; the message lists the choices.
    """
    if value in choices:
        return
    nearest = difflib.get_close_matches(value, choices, n=1)
    hint = f" (did you mean '{nearest[0]}'?)" if nearest else ""
    known = f"{', '.join(choices[:-1])} or {choices[-1]}"
    raise ConfigurationError(f"{option}: unknown value '{value}'{hint}; choose {known}.")
