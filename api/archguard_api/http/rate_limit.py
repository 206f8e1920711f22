"""How often something may happen: counted in memory, so in each process for itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

if TYPE_CHECKING:
    from typing import Self


class Limit:
    """So many in each window, for each key."""

    def __init__(self, item: RateLimitItem) -> None:
        self._item = item
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    @classmethod
    def per_hour(cls, amount: int) -> Self:
        """So many an hour."""
        return cls(RateLimitItemPerHour(amount))

    @classmethod
    def per_minute(cls, amount: int) -> Self:
        """So many a minute."""
        return cls(RateLimitItemPerMinute(amount))

    def allows(self, key: str) -> bool:
        """Count one more, and say whether it was one too many."""
        return self._limiter.hit(self._item, key)

    def seconds_left(self, key: str) -> int:
        """Until the window ends."""
        return max(1, int(self._limiter.get_window_stats(self._item, key).reset_time - time.time()) + 1)
