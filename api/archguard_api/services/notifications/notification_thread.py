"""The service's threads that look for what people are to be told, and send it."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from archguard_api.errors import ReplacedError, ServiceError

if TYPE_CHECKING:
    from archguard_api.models.notifications import ClaimedDelivery
    from archguard_api.services.notifications.change_detector import ChangeDetector
    from archguard_api.services.notifications.deliverer import Deliverer
    from archguard_api.store import Store

POLL_SECONDS = 1.0
SLOTS = 4
"""Deliveries that are attempted at the same time."""
_RETRY_SECONDS = 5.0
_TIMES_SECONDS = 60.0
"""Between two looks for what only time brings."""
_STOP_SECONDS = 3.0
"""For attempts that were ended to end."""
_logger = logging.getLogger("archguard.notifications")


class NotificationThread:
    """Tells people while the service runs; no request waits for it."""

    def __init__(self, store: Store, change_detector: ChangeDetector, deliverer: Deliverer) -> None:
        """Create the thread.

        Args:
            store: whose projects it looks at.
            change_detector: finds what is to be sent.
            deliverer: sends it.
        """
        self._store = store
        self._change_detector = change_detector
        self._deliverer = deliverer
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notifications", daemon=True)
        self._attempts: list[threading.Thread] = []
        self._next_times = 0.0

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; an attempt that is ended by that is made again, by whoever runs then."""
        self._stop.set()
        self._deliverer.abort()
        self._thread.join()
        end = time.monotonic() + _STOP_SECONDS
        for attempt in self._attempts:
            attempt.join(max(0.0, end - time.monotonic()))

    def _run(self) -> None:
        wait = POLL_SECONDS
        while not self._stop.wait(wait):
            wait = POLL_SECONDS
            try:
                self._work()
            except ReplacedError:
                return  # the thread of rebuilds ends the process
            except ServiceError as error:
                _logger.warning("people are not told yet: %s", error)
                wait = _RETRY_SECONDS

    def _work(self) -> None:
        self._change_detector.detect()
        if time.monotonic() >= self._next_times:
            self._change_detector.detect_by_schedule()
            self._next_times = time.monotonic() + _TIMES_SECONDS
        self._attempts = [attempt for attempt in self._attempts if attempt.is_alive()]
        free = SLOTS - len(self._attempts)
        if free > 0:
            for delivery in self._store.notifications.claim_deliveries(free):
                attempt = threading.Thread(target=self._attempt, args=(delivery,), daemon=True)
                self._attempts.append(attempt)
                attempt.start()

    def _attempt(self, delivery: ClaimedDelivery) -> None:
        result = self._deliverer.attempt(delivery, self._store.now())
        if result.error is not None:
            if self._stop.is_set():
                return  # perhaps it failed because of that
            _logger.warning("delivery %s: %s", delivery.key, result.error)
        try:
            self._store.notifications.record_attempt(delivery, result)
        except ServiceError as error:  # once its claim is over it is attempted again
            _logger.warning("delivery %s is not noted: %s", delivery.key, error)
