"""The database's stamp for requests that arrive together: they share one question.

A stamp must be asked for after the request arrived, or a revocation just before it could be missed. So
who arrives while a question is under way waits for the next one, with all others that do.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archguard_api.store import Store
    from archguard_api.store.data_version import DataVersion

    Waiting = list[asyncio.Future[DataVersion | None]]


class DatabaseVersion:
    """One for each process; used in its event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: Waiting = []
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="stamp")

    async def now(self) -> DataVersion | None:
        """Return `Store.get_data_version()`, read after this call, without blocking the event loop."""
        if not self._store.data_version_needs_network:
            return self._store.get_data_version()
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[DataVersion | None] = loop.create_future()
        self._waiting.append(mine)
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._ask())
        return await mine

    async def _ask(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            stamp = None
            try:
                stamp = await loop.run_in_executor(self._thread, self._store.get_data_version)
            finally:
                for one in waiting:
                    if not one.done():
                        one.set_result(stamp)
