"""How long a battery lasts."""

from __future__ import annotations

import os

LONG = os.environ.get("ARCHGUARD_BATTERY") == "long"


def times(short: int, long: int) -> int:
    """How often: a few times with the suite, often in `make battery`."""
    return long if LONG else short
