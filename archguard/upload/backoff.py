"""When to try again, and after how long.

Source: RFC 9110 section 10.2.3 (Retry-After); "full jitter" of
https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter, so that clients which failed
together do not come back together.
"""

from __future__ import annotations

import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST_SECONDS, _MOST_SECONDS = 0.5, 10.0
_PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)


def may_pass(status: int) -> bool:
    """Whether the same request may be answered otherwise later."""
    return status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def pause(tries: int, asked: float | None, chance: Callable[[float, float], float]) -> float:
    """Seconds to wait.

    Args:
        tries: how often it was tried.
        asked: what the server asked for, if it did.
        chance: a number between two.
    """
    most = min(_MOST_SECONDS, _FIRST_SECONDS * 2 ** min(tries - 1, 10))
    return (asked or 0.0) + chance(0.0, most)


def asked_seconds(retry_after: str | None, now: datetime.datetime) -> float | None:
    """What a Retry-After header asks for, as seconds from now; None: nothing that can be read."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdecimal():
        return float(min(int(text[:10]), 10**9))
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=datetime.UTC)
    return max(0.0, (date - now).total_seconds())
