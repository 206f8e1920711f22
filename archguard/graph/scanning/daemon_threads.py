"""An executor of threads for which no process waits when it ends."""

from __future__ import annotations

import threading
from concurrent.futures import Executor, Future
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    Task = tuple[Future[Any], Callable[[], Any]]

Result = TypeVar("Result")
Given = ParamSpec("Given")


class DaemonThreads(Executor):
    """A few threads; those of `ThreadPoolExecutor` finish all that was submitted, even after Ctrl-C."""

    def __init__(self, most: int) -> None:
        """Start at most so many, each when there is work for it."""
        self._most = most
        self._queue: SimpleQueue[Task | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def submit(
        self, function: Callable[Given, Result], /, *args: Given.args, **kwargs: Given.kwargs
    ) -> Future[Result]:
        """Have a function called."""
        future: Future[Result] = Future()
        self._queue.put((future, partial(function, *args, **kwargs)))
        if len(self._threads) < self._most:
            self._threads.append(threading.Thread(target=self._work, daemon=True))
            self._threads[-1].start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End each thread once everything is done, or (cancelled) what it is at."""
        while cancel_futures and not self._queue.empty():
            if (task := self._queue.get()) is not None:
                task[0].cancel()
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads if wait else ():
            thread.join()

    def _work(self) -> None:
        while (task := self._queue.get()) is not None:
            future, call = task
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call())
                except BaseException as error:  # noqa: BLE001 (raised again where the result is asked for)
                    future.set_exception(error)
            del task, future, call  # a result that nobody else refers to is free
