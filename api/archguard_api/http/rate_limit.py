"""Limits on how often something may happen, counted in memory: each process has its own counts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

if TYPE_CHECKING:
    from typing import Self


class RateLimit:
    """A number of events in each window of time, for each key."""

    def __init__(self, item: RateLimitItem) -> None:
        self._item = item
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    @classmethod
    def per_hour(cls, amount: int) -> Self:
        """Return a limit of so many events an hour."""
        return cls(RateLimitItemPerHour(amount))

    @classmethod
    def per_minute(cls, amount: int) -> Self:
        """Return a limit of so many events a minute."""
        return cls(RateLimitItemPerMinute(amount))

    def allows(self, key: str) -> bool:
        """Count one more event for the key; return whether it is within the limit."""
        return self._limiter.hit(self._item, key)

    def seconds_left(self, key: str) -> int:
        """Return the seconds until the key's window ends and its count starts again; at least 1."""
        reset = self._limiter.get_window_stats(self._item, key).reset_time
        return max(1, int(reset - time.time()) + 1)
