"""An executor whose threads do not delay the end of the process."""

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
Parameters = ParamSpec("Parameters")


class DaemonThreads(Executor):
    """Run functions in daemon threads.

    They end with the process. Those of `ThreadPoolExecutor` first finish every task, even after Ctrl-C.
    """

    def __init__(self, max_threads: int) -> None:
        """Start no thread yet: each is started by the `submit` that needs it."""
        self._max_threads = max_threads
        self._queue: SimpleQueue[Task | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def submit(
        self,
        function: Callable[Parameters, Result],
        /,
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Future[Result]:
        """Schedule a call of a function, and return its future."""
        future: Future[Result] = Future()
        self._queue.put((future, partial(function, *args, **kwargs)))
        if len(self._threads) < self._max_threads:
            self._threads.append(threading.Thread(target=self._run_tasks, daemon=True))
            self._threads[-1].start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End each thread once all tasks are done, or (`cancel_futures`) once its current task is."""
        while cancel_futures and not self._queue.empty():
            if (task := self._queue.get()) is not None:
                task[0].cancel()
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads if wait else ():
            thread.join()

    def _run_tasks(self) -> None:
        while (task := self._queue.get()) is not None:
            future, call = task
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call())
                except BaseException as error:  # noqa: BLE001 (raised again by `Future.result`)
                    future.set_exception(error)
            del task, future, call  # or a result would live on until the thread's next task
