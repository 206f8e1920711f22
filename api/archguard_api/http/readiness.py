"""Whether the service takes uploads: asked of the database once, for all who ask at the same time.

Anybody may ask, so this must cost nothing: one probe runs at a time, in a thread of its own, and its
outcome holds for a second.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from archguard_api.errors import BusyError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_SECONDS = 0.25
"""How long the probe waits for a lock that another process holds."""
ANSWER_SECONDS = 0.4
"""How long a request waits for the probe; a database that does not even refuse in time is busy."""
CACHE_SECONDS = 1.0

Outcome = ServiceError | None
"""None: ready; else the reason why not."""


class Readiness:
    """Probes the database for one process; to be used in its event loop only."""

    def __init__(
        self, probe: Callable[[float], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Create it.

        Args:
            probe: raises a ServiceError unless the database can be written; given how many seconds to
                wait for it, which it may exceed.
            clock: return the time in seconds.
        """
        self._probe = probe
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="readiness")
        self._running: asyncio.Future[Outcome] | None = None
        self._outcome: Outcome = None
        self._expires = float("-inf")

    async def check(self) -> Outcome:
        """Return why the service takes no uploads, None if it does; wait at most `ANSWER_SECONDS`.

        The reason is a BusyError if the database is locked or does not answer, and a FullError if its
        disk is full.
        """
        if self._clock() >= self._expires:
            if self._running is None or self._running.done():
                loop = asyncio.get_running_loop()
                self._running = loop.run_in_executor(self._thread, self._run_probe)
            probe = self._running
            finished, _ = await asyncio.wait([probe], timeout=ANSWER_SECONDS)
            self._outcome = probe.result() if finished else BusyError("the database does not answer")
            self._expires = self._clock() + CACHE_SECONDS
        return self._outcome

    def _run_probe(self) -> Outcome:
        try:
            self._probe(PATIENCE_SECONDS)
        except ServiceError as error:
            return error
        return None
