"""Whether a request is tried again, and after how many seconds.

Source: RFC 9110 section 10.2.3 (Retry-After); "full jitter" of
https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter, so that clients which failed
at the same time do not retry at the same time.
"""

from __future__ import annotations

import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST_SECONDS, _MAX_SECONDS = 0.5, 10.0
_RETRYABLE = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)


def is_retryable(status: int) -> bool:
    """Return whether the same request may succeed later, by the status of its response."""
    return status in _RETRYABLE or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def wait_seconds(
    tries: int, retry_after: float | None, random_between: Callable[[float, float], float]
) -> float:
    """Return the seconds to wait before the next try: what the server asks for, and a random time.

    Args:
        tries: how often the request was sent so far.
        retry_after: the seconds that the server asks for; None if it does not.
        random_between: returns a random number between two.
    """
    longest = min(_MAX_SECONDS, _FIRST_SECONDS * 2 ** min(tries - 1, 10))
    return (retry_after or 0.0) + random_between(0.0, longest)


def parse_retry_after(header: str | None, now: datetime.datetime) -> float | None:
    """Return the seconds from now that a Retry-After header asks for; None if it cannot be read."""
    text = (header or "").strip()
    if text.isascii() and text.isdecimal():
        return float(min(int(text[:10]), 10**9))
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=datetime.UTC)
    return max(0.0, (date - now).total_seconds())
