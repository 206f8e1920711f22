"""Answers that still hold: while nobody commits anything, asking the database again is idle.

An answer to a read is made of the request, the database and the day. It is kept with the stamp that
the database had before it was made (`Store.get_data_version`), until midnight and no longer than the
token that was shown. So a revocation, an upload or a change by any process is seen by the next request,
and between them a request costs no query but that for the stamp.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard_api.store.lru_cache import LruCache

if TYPE_CHECKING:
    from starlette.types import Scope

    from archguard_api.store.data_version import DataVersion

DAY = 86_400
_MOST = 64 * 1024 * 1024
_LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer, and how long it holds."""

    body: bytes
    etag: str
    stamp: DataVersion
    until: float
    """Seconds since 1970."""

    def holds(self, stamp: DataVersion | None) -> bool:
        """Whether it is still the answer; `stamp` is the database's of now."""
        return self.stamp == stamp and time.time() < self.until


class ResponseCache:
    """One for each process."""

    def __init__(self) -> None:
        self._answers: LruCache[bytes, Answer] = LruCache(_MOST, lambda answer: len(answer.body) + 512)

    def find(self, key: bytes) -> Answer | None:
        """The last answer, which may not hold any more."""
        return self._answers.get(key)

    def keep(self, key: bytes, body: bytes, etag: str, *, stamp: DataVersion, until: int | None) -> None:
        """Keep an answer.

        Args:
            key: from `key_of`.
            body: the answer.
            etag: its ETag.
            stamp: the database's, from before the answer was made.
            until: when the token expires, in seconds since 1970; None: never.
        """
        midnight = (time.time() // DAY + 1) * DAY
        if len(body) <= _LARGEST:
            end = midnight if until is None else min(midnight, until)
            self._answers.put(key, Answer(body, etag, stamp, end))


def key_of(scope: Scope, authorization: str | None) -> bytes:
    """What an answer depends on, but for the database and the day; as a digest, for it holds a token."""
    said = f"{scope['path']}\0{scope['query_string']!r}\0{authorization}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()
