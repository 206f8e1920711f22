"""A cache of responses that hold as long as no process changes what they rest on.

A response to a read depends on the request, the project, the token of who asks, and the day. It is kept
with the stamp that the database had before it was made (`Store.get_data_version`). As long as the stamp
is the same, it holds, and costs no query but the one for the stamp. After any commit it holds if the
project has the same revision and the token the same row (`store.response_basis`), which is one
transaction. So a revocation, an upload or any other change by any process is seen by the next request,
and a change of one project drops no response about another. A response holds at most until midnight,
until it says itself, and until the request's token expires.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archguard.lru_cache import LruCache
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Scope

    from archguard_api.http.credentials import Credentials
    from archguard_api.store.data_version import DataVersion
    from archguard_api.store.response_basis import ResponseBasis


_MAX_NEW_BYTES = 16 * 1024 * 1024
_MAX_BYTES = 48 * 1024 * 1024
"""Of the responses that were given again at least once."""
_MAX_BODY_BYTES = 4 * 1024 * 1024
"""Larger bodies are not kept."""
_OVERHEAD_BYTES = 512
"""Of each response, beside its body."""


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A response's body, and how long it holds."""

    body: bytes
    etag: str
    project: str
    stamp: DataVersion
    """The database's when the response was right."""
    basis: ResponseBasis
    """What it rests on."""
    expires: float
    """Seconds since 1970."""


class ResponseCache:
    """The responses of one process that were used last.

    Those that nobody has asked for a second time have a space of their own: a client that varies its
    requests pushes out nothing else.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._new: LruCache[bytes, CachedResponse] = LruCache(_MAX_NEW_BYTES, _weigh)
        self._repeated: LruCache[bytes, CachedResponse] = LruCache(_MAX_BYTES, _weigh)

    def get(self, key: bytes) -> CachedResponse | None:
        """Return a key's last response, unless it has expired; what it rests on may have changed."""
        response = self._repeated.get(key)
        if response is None:
            response = self._new.get(key)
            if response is None:
                return None
            self._new.forget(key)
            self._repeated.put(key, response)
        return response if self._clock() < response.expires else None

    def renew(self, key: bytes, response: CachedResponse, stamp: DataVersion) -> None:
        """Note that a response is still right at another stamp."""
        self._repeated.put(key, replace(response, stamp=stamp))

    def put(
        self,
        key: bytes,
        body: bytes,
        etag: str,
        *,
        project: str,
        stamp: DataVersion,
        basis: ResponseBasis,
        holds_until: int | None = None,
    ) -> None:
        """Store a response, unless it is too large.

        Args:
            key: from `make_key`.
            body: the response's.
            etag: the body's.
            project: the name of the project that it is about.
            stamp: the database's, from before the response was made.
            basis: what it rests on, read after the stamp and before the response was made; it holds no
                longer than the token.
            holds_until: when time alone changes the response, but for midnight; None: never.
        """
        if len(body) > _MAX_BODY_BYTES:
            return
        midnight = (self._clock() // DAY + 1) * DAY
        expires = basis.token.expires_at if basis.token is not None else None
        end = min(moment for moment in (midnight, expires, holds_until) if moment is not None)
        responses = self._new if self._repeated.get(key) is None else self._repeated
        responses.put(key, CachedResponse(body, etag, project, stamp, basis, end))


def _weigh(response: CachedResponse) -> int:
    return len(response.body) + _OVERHEAD_BYTES


def make_key(scope: Scope, credentials: Credentials) -> bytes:
    """Return a digest of all that a response depends on but the database and the day.

    A digest, because the key holds the token or the cookie.
    """
    text = f"{scope['path']}\0{scope['query_string']!r}\0{credentials!r}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
