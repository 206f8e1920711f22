"""Try again what a forge could not take, for a limited time."""

from __future__ import annotations

import datetime
import random
import time
from typing import TYPE_CHECKING, TypeVar

from archguard.errors import ForgeError
from archguard.forge.connection import RetryableForgeError
from archguard.upload.backoff import parse_retry_after, wait_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

BUDGET_SECONDS = 60.0
"""For all tries and waits together."""
Result = TypeVar("Result")


def retry(
    work: Callable[[], Result],
    *,
    budget: float = BUDGET_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
    random_between: Callable[[float, float], float] = random.uniform,
) -> Result:
    """Return what the work returns, tried again after failures that another try may not meet.

    Args:
        work: may succeed at the forge and fail here, so it has to look first at what is there.
        budget: seconds after which no further try begins.
        sleep: waits a number of seconds.
        random_between: returns a random number between two.

    Raises:
        ForgeError: the forge refuses, or did not take it in time.
    """
    start = time.monotonic()
    tries = 0
    while True:
        tries += 1
        try:
            return work()
        except RetryableForgeError as error:
            now = datetime.datetime.now(datetime.UTC)
            wait = wait_seconds(tries, parse_retry_after(error.retry_after, now), random_between)
            if time.monotonic() + wait >= start + budget:
                times = "once" if tries == 1 else f"{tries} times"
                raise ForgeError(f"{error} Tried {times}.") from error
        sleep(wait)
