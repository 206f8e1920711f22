"""Work that is begun before its result is needed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


class Ahead(Generic[Result]):
    """A function running in a thread of its own; a process that ends does not wait for it."""

    def __init__(self, function: Callable[[], Result]) -> None:
        """Start it."""
        self._function = function
        self._results: list[Result] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def result(self) -> Result:
        """What it returns, or raises, once it is done."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._results[0]

    def _run(self) -> None:
        try:
            self._results.append(self._function())
        except BaseException as error:  # noqa: BLE001 (raised again where the result is asked for)
            self._error = error
