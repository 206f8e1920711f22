"""A cache of responses that hold as long as no process commits anything to the database.

A response to a read depends on the request, the database and the day. It is kept with the stamp that
the database had before it was made (`Store.stamp`), at most until midnight, until it says itself, and
until the request's token expires. So a revocation, an upload or any other change by any process is seen
by the next request, and until then a request costs no query but the one for the stamp.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.lru_cache import LruCache
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Scope

    from archguard_api.http.credentials import Credentials
    from archguard_api.models import Token
    from archguard_api.store.data_version import DataVersion


_MAX_BYTES = 64 * 1024 * 1024
_MAX_BODY_BYTES = 4 * 1024 * 1024
"""Larger bodies are not kept."""
_OVERHEAD_BYTES = 512
"""Of each response, beside its body."""


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A response's body, and how long it holds."""

    body: bytes
    etag: str
    stamp: DataVersion
    expires: float
    """Seconds since 1970."""
    token_id: str | None
    """Of the request's token."""

    def holds(self, stamp: DataVersion | None, now: float) -> bool:
        """Return whether it is still right; `stamp` is the database's of now, None if unknown."""
        return self.stamp == stamp and now < self.expires


class ResponseCache:
    """The responses of one process that were used last."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._responses: LruCache[bytes, CachedResponse] = LruCache(
            _MAX_BYTES, lambda response: len(response.body) + _OVERHEAD_BYTES
        )

    def get(self, key: bytes) -> CachedResponse | None:
        """Return the last response of a key, which may not hold any more."""
        return self._responses.get(key)

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return self._clock()

    def put(
        self,
        key: bytes,
        body: bytes,
        etag: str,
        *,
        stamp: DataVersion,
        token: Token | None,
        holds_until: int | None = None,
    ) -> None:
        """Store a response, unless it is too large.

        Args:
            key: from `make_key`.
            body: the response's.
            etag: the body's.
            stamp: the database's, from before the response was made.
            token: the request's; the response holds no longer than it does.
            holds_until: when time alone changes the response, but for midnight; None: never.
        """
        if len(body) > _MAX_BODY_BYTES:
            return
        midnight = (self._clock() // DAY + 1) * DAY
        expires = token.expires_at if token is not None else None
        end = min(moment for moment in (midnight, expires, holds_until) if moment is not None)
        token_id = token.id if token is not None else None
        self._responses.put(key, CachedResponse(body, etag, stamp, end, token_id))


def make_key(scope: Scope, credentials: Credentials) -> bytes:
    """Return a digest of all that a response depends on but the database and the day.

    A digest, because the key holds the token or the cookie.
    """
    text = f"{scope['path']}\0{scope['query_string']!r}\0{credentials!r}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
