"""Time that something took, whoever else uses the machine."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path


class Stopwatch:
    """Measures seconds by the clock, less those in which threads were ready and waited for a processor.

    On an idle machine that is the time by the clock, and a bound that holds there holds on a busy one.
    Linux counts this waiting for each thread (https://docs.kernel.org/scheduler/sched-stats.html);
    where it does not, nothing is subtracted. Time spent asleep or blocked is never subtracted.
    """

    def __init__(self, *processes: int) -> None:
        """Start; of these processes and of this one the waiting is subtracted."""
        self._processes = (os.getpid(), *processes)
        self._waited = self._waiting_seconds()
        self._started = time.monotonic()

    def seconds(self) -> float:
        """Return the seconds since the start."""
        passed = time.monotonic() - self._started
        return passed - max(0.0, self._waiting_seconds() - self._waited)

    def _waiting_seconds(self) -> float:
        nanoseconds = 0
        for process in self._processes:
            for file in Path(f"/proc/{process}/task").glob("*/schedstat"):
                with suppress(OSError):  # the thread has ended
                    nanoseconds += int(file.read_text().split()[1])
        return nanoseconds / 1e9
