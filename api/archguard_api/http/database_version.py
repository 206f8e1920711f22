"""The database's stamp, read once for requests that arrive together.

A stamp must be read after the request arrived, or a revocation just before it could be missed. So a
request that arrives during a read waits for the next one, together with all others that do.
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
    """Reads the stamp for one process; to be used in its event loop only."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: Waiting = []
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="stamp")

    async def current(self) -> DataVersion | None:
        """Return `Store.get_data_version()`, read after this call; never block the event loop."""
        if not self._store.data_version_needs_network:
            return self._store.get_data_version()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[DataVersion | None] = loop.create_future()
        self._waiting.append(future)
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._read_stamps())
        return await future

    async def _read_stamps(self) -> None:
        """Read a stamp for all that wait, until nobody does."""
        loop = asyncio.get_running_loop()
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            stamp = None
            try:
                stamp = await loop.run_in_executor(self._thread, self._store.get_data_version)
            finally:
                for future in waiting:
                    if not future.done():
                        future.set_result(stamp)
