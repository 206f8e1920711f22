"""The deadline of a whole request, which everything that works for the request asks.

It travels in a context variable: from `http.deadline_middleware`, which sets it, into the thread of the
endpoint, to the store, which asks before each statement. Work that is done for no request, in a command
or in a thread of its own, has none.
"""

from __future__ import annotations

import math
import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from archguard_api.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOO_SLOW = "this takes longer than the service allows for a request; nothing was changed, try again"


class Deadline:
    """How long a request may still take; safe for use by several threads.

    Once anything is committed there is no way back, so from then on nothing fails for lack of time.
    """

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds
        self._lock = threading.Lock()
        self._expired = False
        self._committed = False
        self._interrupts: list[Callable[[], None]] = []

    def get_remaining_seconds(self) -> float:
        """Return the seconds that are left, 0 at the least; infinity once something is committed."""
        return math.inf if self._committed else max(0.0, self._end - self._clock())

    def is_over(self) -> bool:
        """Return whether the time has passed, whatever was committed."""
        return self._clock() >= self._end

    @property
    def has_committed(self) -> bool:
        """Whether something was committed for the request."""
        return self._committed

    def check(self) -> None:
        """Raise an error if no time is left.

        Raises:
            BusyError: none is.
        """
        if self._expired or self.get_remaining_seconds() <= 0:
            raise BusyError(TOO_SLOW)

    def extend(self, seconds: float) -> None:
        """Move the end: the request waited so long for its client."""
        self._end += seconds

    def expire(self) -> bool:
        """Interrupt what is running and let nothing more begin; return False if it is too late for that.

        It is too late once a COMMIT has begun.
        """
        with self._lock:
            if self._committed:
                return False
            self._expired = True
            for interrupt in self._interrupts:
                interrupt()
        return True

    @contextmanager
    def interrupting(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """Have the function called if the deadline expires within the context; it returns at once."""
        with self._lock:
            self._interrupts.append(interrupt)
        try:
            yield
        finally:
            with self._lock:
                self._interrupts.remove(interrupt)

    @contextmanager
    def committing(self) -> Iterator[None]:
        """Commit within this context: either it is refused, or the deadline expires no more.

        Raises:
            BusyError: no time is left, so nothing may be committed.
        """
        with self._lock:
            self.check()
            before, self._committed = self._committed, True
        try:
            yield
        except BaseException:
            self._committed = before
            raise


UNLIMITED = Deadline(math.inf)
_current: ContextVar[Deadline] = ContextVar("deadline", default=UNLIMITED)


def get_deadline() -> Deadline:
    """Return the deadline of the request that this code works for; without a request, `UNLIMITED`."""
    return _current.get()


@contextmanager
def limit_time(deadline: Deadline) -> Iterator[None]:
    """Give what runs in this context a deadline."""
    token = _current.set(deadline)
    try:
        yield
    finally:
        _current.reset(token)
