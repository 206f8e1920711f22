"""What every child process does: answer the requests of its parent, within limits.

The child reads one JSON object a line. The first line holds its options, each further one a request,
which is answered with one or more lines of JSON.
"""

from __future__ import annotations

import gc
import json
import sys
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MAX_ADDRESS_SPACE = 4 << 30

File = tuple[str, str, bool]
"""Module name, path, and whether it is a package."""


class RequestHandler(Protocol):
    """Answers the requests of the parent process."""

    def handle(self, request: dict[str, Any]) -> Iterable[dict[str, Any]]:
        """Yield the answers to a request."""


def serve(make_handler: Callable[[dict[str, Any]], RequestHandler]) -> None:
    """Answer requests from standard input until it ends.

    Args:
        make_handler: makes what answers them; called with the options, which are the first line.
    """
    _limit_resources()
    gc.disable()  # no reference cycles are made here, and the process is short-lived
    handler = make_handler(json.loads(sys.stdin.readline()))
    _write_answer({"ready": True})
    for line in _read_ahead(sys.stdin):
        for answer in handler.handle(json.loads(line)):
            _write_answer(answer)


def _read_ahead(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a stream that a thread reads in advance.

    The parent can then always write its next request: it never waits for room in the pipe.
    """
    queue: SimpleQueue[str | None] = SimpleQueue()

    def fill_queue() -> None:
        for line in lines:
            queue.put(line)
        queue.put(None)

    threading.Thread(target=fill_queue, daemon=True).start()
    while (line := queue.get()) is not None:
        yield line


def _write_answer(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def _limit_resources() -> None:
    """Limit the memory of this process, and let it leave no core file."""
    try:
        import resource  # noqa: PLC0415 (not on Windows)
    except ImportError:
        return
    for limit, value in (
        (resource.RLIMIT_AS, MAX_ADDRESS_SPACE),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (allowed, hard))
