"""One child process that scans, with limits: the parent's side of `child_main`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

from archguard.errors import ArchguardError
from archguard.graph.scanning import allocator

if TYPE_CHECKING:
    from archguard.graph.scanning.cache import Cache

_START_SECONDS = 60.0
# The same stack everywhere, Rust's default: how deep an expression may nest is not the machine's to say.
_ENVIRONMENT = {"RUST_MIN_STACK": str(2 << 20), "RUST_BACKTRACE": "0"}
# -I: neither the current folder nor the environment says where modules come from; we do.
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from archguard.graph.scanning.child_main import main; main()"
)


def start_children(cache: Cache, jobs: int) -> tuple[ChildProcess, ...]:
    """Start one child process if the cache is empty: then there is certainly something to scan.

    Further ones are started when there is work for them; until then this process needs the processor.

    Raises:
        WorkerError: no child process can be started.
    """
    if not cache.is_empty():
        return ()
    return (ChildProcess(threads=choose_thread_count(jobs)),)


def choose_thread_count(jobs: int) -> int:
    """How many threads may parse in each of so many children; 0: one for each processor."""
    return 1 if jobs > 1 else 0


class WorkerError(ArchguardError):
    """No child process can be started here."""


class ChildProcess:
    """One child process; `send_request` gives its answers, or None once it is dead."""

    def __init__(self, *, threads: int) -> None:
        """Start it.

        Args:
            threads: how many may parse in it; 0: one for each processor.

        Raises:
            WorkerError: the system has no room for it.
        """
        paths = [path for path in sys.path if path and path != os.getcwd()]
        own = os.path.dirname(
            os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        )
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _BOOT, json.dumps([*paths, own])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # Rust prints its panics
                env=os.environ
                | _ENVIRONMENT
                | allocator.make_environment()
                | {"RAYON_NUM_THREADS": str(threads)},
                start_new_session=True,  # Ctrl-C is the parent's to handle
            )
        except OSError as error:
            raise WorkerError(f"no child process can be started: {error.strerror}.") from error
        self._ready = False
        self.alive = True
        """Whether it has answered whatever it was asked."""
        self.timed_out = False

    def send_request(self, set_up: bytes, request: dict[str, Any]) -> bool:
        """Send a request, after the set-up if it is the first; False if the child is dead.

        Raises:
            WorkerError: it never came to life.
        """
        if not self._ready:
            self._ready = self._send(set_up) and self.read_answer(_START_SECONDS) is not None
            if not self._ready:
                raise WorkerError("the scanner's child process cannot be started; see `doctor`.")
        return self._send(json.dumps(request).encode() + b"\n")

    def read_answer(self, seconds: float) -> bytes | None:
        """The child's next line, or None if it is dead, or was too slow and is now."""
        assert self._process.stdout is not None  # noqa: S101 (it is a pipe)
        watchdog = threading.Timer(seconds, self._expire)
        watchdog.daemon = True  # or a process that is interrupted would wait for it
        watchdog.start()
        try:
            line = self._process.stdout.readline()
        finally:
            watchdog.cancel()
        if not line.endswith(b"\n"):
            self.alive = False
            return None
        return line

    def kill(self) -> None:
        """Kill it and free what it holds."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:  # it died with a request unread
                    continue

    def _send(self, line: bytes) -> bool:
        assert self._process.stdin is not None  # noqa: S101 (it is a pipe)
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except BrokenPipeError:
            self.alive = False
        return self.alive

    def _expire(self) -> None:
        self.timed_out = True
        self._process.kill()
