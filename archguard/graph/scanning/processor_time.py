"""A limit on the processor time of this process, renewed for each piece of its work.

Processor time is the same on a busy and on an idle machine, so what is read does not depend on the load.
The system ends a process that exceeds its limit with SIGXCPU.
"""

from __future__ import annotations

import math
import time
from typing import NamedTuple


class TimeAllowance(NamedTuple):
    """How much processor time a piece of work may take."""

    seconds: float = 4.0
    """However little there is to do."""
    files_a_second: float = 50.0
    bytes_a_second: float = 250_000.0
    """Both are a small part of the measured speed: only hostile text takes as long."""

    def compute_seconds(self, *, files: int = 0, size: int = 0) -> float:
        """Return the seconds for some files, or for a text of this size in bytes."""
        return self.seconds + files / self.files_a_second + size / self.bytes_a_second


class ProcessorTimeLimit:
    """Sets the limit of this process; does nothing on a system without such limits."""

    def __init__(self, allowance: TimeAllowance) -> None:
        """Set no limit yet."""
        self._allowance = allowance
        self._limit: int | None = None

    def renew(self, *, files: int = 0, size: int = 0) -> None:
        """Limit the work that begins now.

        Args:
            files: how many files it reads.
            size: how many bytes it searches or parses.
        """
        seconds = self._allowance.compute_seconds(files=files, size=size)
        limit = math.ceil(time.process_time() + seconds)  # the system counts whole seconds
        if limit != self._limit:
            self._limit = limit
            _set_limit(limit)


def _set_limit(seconds: int) -> None:
    try:
        import resource  # noqa: PLC0415 (not on Windows)
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    allowed = seconds if hard == resource.RLIM_INFINITY else min(seconds, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))
