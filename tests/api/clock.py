"""The clock of a service under test."""

from __future__ import annotations

import pytest

NOW = 1_800_000_000


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now: float = NOW

    def __call__(self) -> float:
        """Return the time, in seconds since 1970."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that the test and the service share."""
    return Clock()
