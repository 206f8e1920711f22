"""When tokens were used last: counted in memory, and written together twice a minute."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from archguard_api.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from archguard_api.models import Token
    from archguard_api.store import Store

_MINUTE = 60
WRITE_SECONDS = 30
"""What the database says is at most so much late."""


class TokenUses:
    """The last uses that one process saw."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._unwritten: dict[str, int] = {}

    def record(self, token_id: str) -> None:
        """Remember the minute in which a token was used; takes no query."""
        self._unwritten[token_id] = self._store.now() // _MINUTE * _MINUTE

    def apply(self, tokens: Iterable[Token]) -> tuple[Token, ...]:
        """Return the tokens with the uses that are not in the database yet."""
        return tuple(
            replace(token, last_used_at=max(at, token.last_used_at or at))
            if (at := self._unwritten.get(token.id)) is not None
            else token
            for token in tokens
        )

    def write(self) -> None:
        """Write what was recorded since the last time, in one transaction.

        A database that is busy or full is asked again the next time.
        """
        with self._lock:
            uses = self._unwritten.copy()
            if not uses:
                return
            with contextlib.suppress(ServiceError):
                self._store.credentials.set_last_uses(uses)
                for token_id, at in uses.items():
                    if self._unwritten.get(token_id) == at:
                        del self._unwritten[token_id]

    @asynccontextmanager
    async def written_regularly(self) -> AsyncIterator[None]:
        """Write now and then, and at the end."""
        task = asyncio.create_task(self._write_regularly())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.to_thread(self.write)

    async def _write_regularly(self) -> None:
        while True:
            await asyncio.sleep(WRITE_SECONDS)
            await asyncio.to_thread(self.write)
