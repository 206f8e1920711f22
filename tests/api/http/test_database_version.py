"""Requests share a question for the stamp, and none is told what was asked before it came."""

from __future__ import annotations

import asyncio
import itertools
import threading
from typing import TYPE_CHECKING, cast

from archguard_api.http.database_version import DatabaseVersion

if TYPE_CHECKING:
    from archguard_api.store import Store


class SlowStore:
    """A store far away: an answer waits until it is let go."""

    data_version_needs_network = True

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.answered = threading.Semaphore(0)
        self._numbers = itertools.count(1)

    def get_data_version(self) -> int:
        number = next(self._numbers)
        self.asked.release()
        assert self.answered.acquire(timeout=10)
        return number


def test_who_comes_during_a_question_shares_the_next_one() -> None:
    store = SlowStore()

    async def run() -> list[object]:
        version = DatabaseVersion(cast("Store", store))
        first = asyncio.create_task(version.current())
        await asyncio.to_thread(store.asked.acquire)
        later = [asyncio.create_task(version.current()) for _ in range(5)]
        await asyncio.sleep(0)
        store.answered.release(2)
        return await asyncio.gather(first, *later)

    assert asyncio.run(run()) == [1, 2, 2, 2, 2, 2]


def test_a_request_that_is_given_up_holds_up_no_other() -> None:
    store = SlowStore()

    async def run() -> object:
        version = DatabaseVersion(cast("Store", store))
        first = asyncio.create_task(version.current())
        await asyncio.to_thread(store.asked.acquire)
        second = asyncio.create_task(version.current())
        await asyncio.sleep(0)
        first.cancel()
        store.answered.release(2)
        return await asyncio.wait_for(second, 10)

    assert asyncio.run(run()) == 2
